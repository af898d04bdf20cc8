// How a step ends by itself, and that nothing of it is left.
#include <gtest/gtest.h>

#include <csignal>
#include <sstream>

#include "tests/spawners/shim/step_run.h"

namespace orchestrate::shim {
namespace {

using nlohmann::json;

TEST(ShimEnding, ExitCodesAreRecorded) {
  for (const int code : {0, 1, 9, 127, 255}) {
    StepRun step({"exit", std::to_string(code)});
    EXPECT_EQ(step.run(), 0);
    const json record = step.record();
    EXPECT_EQ(record["reason"], "exited");
    EXPECT_EQ(record["code"], code);
    EXPECT_EQ(record["signal"], 0);
    EXPECT_EQ(record["error"], "");
    EXPECT_EQ(record["swept"], 0);
    EXPECT_EQ(record["left"], 0);
  }
}

TEST(ShimEnding, ACrashIsASignalAndNotACode) {
  StepRun step({"crash"});
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.record()["reason"], "signalled");
  EXPECT_EQ(step.record()["signal"], SIGSEGV);
  EXPECT_EQ(step.record()["code"], -1);
}

TEST(ShimEnding, TheRecordHasExactlyTheFieldsOfTheContract) {
  StepRun step({"exit", "0"});
  EXPECT_EQ(step.run(), 0);
  std::vector<std::string> keys;
  const json record = step.record();
  for (const auto& [key, value] : record.items())
    keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{"code", "dropped_bytes", "ended_at_ms", "error", "left",
                                            "max_rss_kib", "reason", "signal", "started_at_ms",
                                            "stderr_bytes", "stderr_tail", "stdout_bytes", "stdout_tail",
                                            "step", "swept", "system_ms", "user_ms", "wall_ms"}));
  EXPECT_GE(record["ended_at_ms"], record["started_at_ms"]);
  EXPECT_GT(record["started_at_ms"], 1'600'000'000'000);
  EXPECT_GT(record["max_rss_kib"], 0);
  EXPECT_EQ(step.text("exit.json").substr(step.text("exit.json").size() - 2), "}\n");
}

TEST(ShimEnding, AnOrphansExitIsNeverTakenForTheChilds) {
  StepRun step({"outlive-orphan", "5"});
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.record()["reason"], "exited");
  EXPECT_EQ(step.record()["code"], 5);
  EXPECT_EQ(step.record()["swept"], 0);
}

TEST(ShimEnding, AnIgnoredSigchldOfTheCallerDoesNotLoseTheStatus) {
  StepRun step({"exit", "6"});
  step.before_exec = [] { std::signal(SIGCHLD, SIG_IGN); };
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.record()["code"], 6);
}

TEST(ShimEnding, ADaemonIsSweptAfterANormalExit) {
  StepRun step({"leave-daemon", "plain"});
  EXPECT_EQ(step.run(), 0);
  EXPECT_TRUE(is_dead(step.await_pid()));
  EXPECT_EQ(step.record()["reason"], "exited");
  EXPECT_EQ(step.record()["code"], 0);
  EXPECT_EQ(step.record()["swept"], 1);
  EXPECT_LT(step.record()["wall_ms"], default_grace_ms) << "TERM did not reach it";
}

TEST(ShimEnding, ADaemonDeafToTermIsKilledAfterTheGrace) {
  StepRun step({"leave-daemon", "deaf"});
  step.launch["grace_ms"] = 300;
  EXPECT_EQ(step.run(), 0);
  EXPECT_TRUE(is_dead(step.await_pid()));
  EXPECT_EQ(step.record()["reason"], "exited");
  EXPECT_EQ(step.record()["swept"], 1);
  EXPECT_GE(step.record()["wall_ms"], 300);
}

TEST(ShimEnding, ABackgroundChildThatHoldsThePipeDoesNotHoldTheStep) {
  StepRun step({"leave-background"});
  EXPECT_EQ(step.run(), 0);
  EXPECT_TRUE(is_dead(step.await_pid()));
  EXPECT_EQ(step.record()["code"], 0);
  EXPECT_EQ(step.record()["swept"], 1);
  EXPECT_LT(step.record()["wall_ms"], default_grace_ms) << "TERM did not reach it";
}

TEST(ShimEnding, ADaemonIsSweptAfterAStop) {
  StepRun step({"keep-daemon", "plain"});
  step.start();
  const pid_t daemon = step.await_pid();
  step.signal_shim(SIGTERM);
  EXPECT_EQ(step.wait(), 0);
  EXPECT_TRUE(is_dead(daemon));
  EXPECT_EQ(step.record()["reason"], "cancelled");
  EXPECT_EQ(step.record()["swept"], 1);
  EXPECT_LT(step.record()["wall_ms"], default_grace_ms) << "TERM did not reach it";
}

TEST(ShimEnding, AChainOfDeafSessionsIsKilledToTheLast) {
  StepRun step({"chain", "8"});
  step.launch["grace_ms"] = 0;
  step.start();
  const auto lines = [&step] {
    std::vector<pid_t> pids;
    std::istringstream stream(step.text("stdout"));
    for (pid_t pid = 0; stream >> pid;)
      pids.push_back(pid);
    return pids;
  };
  ASSERT_TRUE(eventually([&] { return lines().size() == 9; }));
  step.signal_shim(SIGTERM);
  EXPECT_EQ(step.wait(), 0);
  for (const pid_t pid : lines())
    EXPECT_TRUE(is_dead(pid));
  EXPECT_EQ(step.record()["signal"], SIGKILL);
  EXPECT_EQ(step.record()["swept"], 8);
  EXPECT_EQ(step.record()["left"], 0);
}

TEST(ShimEnding, ARecordForgedByTheAgentIsReplacedByTheTrueOne) {
  StepRun step({});
  step.launch["argv"] = {"/bin/sh", "-c",
                         "echo '{\"reason\":\"exited\",\"code\":0}' > forged; ln -sf forged exit.json;"
                         "rm exit.json.tmp; ln -s forged exit.json.tmp; exit 4"};
  EXPECT_EQ(step.run(), 0);
  EXPECT_FALSE(std::filesystem::is_symlink(step.dir() / "exit.json"));
  EXPECT_EQ(step.record()["code"], 4);
}

}  // namespace
}  // namespace orchestrate::shim
