// Ends that are not the child's own: cancelled, over a limit, or with its supervisor killed.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "spawners/local/leftovers.h"
#include "spawners/local/local_runner.h"
#include "spawners/step/step_files.h"
#include "tests/spawners/runner/runs.h"

namespace orchestrate::spawners {
namespace {

constexpr const char* kForever = "echo ready; while :; do sleep 1; done";

// No such process, or a zombie that nobody waited for.
bool is_dead(pid_t pid) {
  if (::kill(pid, 0) != 0) return true;
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(stat, text);
  const std::size_t name_end = text.rfind(')');
  return name_end == std::string::npos || text.substr(name_end + 2, 1) == "Z";
}

class RunnerEnding : public testing::Test {
 protected:
  void start_and_await_ready(const Step& step) {
    runner_->start(step);
    ASSERT_TRUE(watcher_.until(
        [&] { return watcher_.seen[step.id].pid != 0 && !watcher_.seen[step.id].lines.empty(); }));
  }

  Runs runs_;
  std::unique_ptr<Runner> runner_ = runs_.runner();
  Watcher watcher_{*runner_};
};

TEST_F(RunnerEnding, ByCancelIsFinalOnlyWhenTheRecordSaysSo) {
  start_and_await_ready(Runs::script("1/01",
                                     "trap 'while [ ! -e go ]; do sleep 0.01; done; exit 0' TERM; "
                                     "echo ready; while :; do sleep 0.01; done"));
  runner_->cancel("1/01");
  watcher_.for_ms(100);
  EXPECT_FALSE(watcher_.seen["1/01"].over());
  runs_.write("1/01", "go", "");
  EXPECT_EQ(watcher_.until_over("1/01").exit->reason, ExitReason::cancelled);
}

TEST_F(RunnerEnding, ByCancelOfAnUnknownStepIsIgnored) {
  runner_->cancel("9/09");
  EXPECT_TRUE(runner_->wait(runner_->now().mono_ms + 5).empty());
}

TEST_F(RunnerEnding, ByALimitIsReported) {
  Step step = Runs::script("1/01", kForever);
  step.launch.limits.wall_ms = 200;
  runner_->start(step);
  EXPECT_EQ(watcher_.until_over("1/01").exit->reason, ExitReason::wall_limit);
}

TEST_F(RunnerEnding, OfTheShimAloneIsLostAndNeverARestart) {
  const Step step = counting("1/01", kForever);
  start_and_await_ready(step);
  const auto record = read_started(runs_.dir("1/01"));
  ASSERT_TRUE(record);
  ASSERT_EQ(::kill(static_cast<pid_t>(record->shim_pid), SIGKILL), 0);
  EXPECT_TRUE(watcher_.until_over("1/01").lost);

  const auto next = runs_.runner();
  Watcher again(*next);
  next->start(step);
  EXPECT_TRUE(again.until_over("1/01").lost);
  EXPECT_EQ(runs_.text("1/01", "count"), "once\n");
}

TEST_F(RunnerEnding, OfTheShimLeavesTheLinesThatWereWritten) {
  start_and_await_ready(Runs::script("1/01", kForever));
  ASSERT_EQ(::kill(static_cast<pid_t>(read_started(runs_.dir("1/01"))->shim_pid), SIGKILL), 0);
  const Seen& seen = watcher_.until_over("1/01");
  EXPECT_EQ(seen.kinds, (std::vector<std::string>{"Started", "Lines", "Lost"}));
  EXPECT_EQ(seen.lines, std::vector<std::string>{"ready"});
}

// The daemon has left the group and the session of its step; the child dies with the shim.
TEST_F(RunnerEnding, OfTheShimEndsWhatItLeftToo) {
  Step step =
      Runs::script("1/01",
                   "setsid sh -c 'echo $$ >daemon; while :; do sleep 1; done' & "
                   "while [ ! -s daemon ]; do sleep 0.01; done; echo ready; while :; do sleep 1; done");
  start_and_await_ready(step);
  const auto daemon = static_cast<pid_t>(std::stol(runs_.text("1/01", "daemon")));
  ASSERT_FALSE(is_dead(daemon));
  ASSERT_EQ(::kill(static_cast<pid_t>(read_started(runs_.dir("1/01"))->shim_pid), SIGKILL), 0);
  EXPECT_EQ(watcher_.until_over("1/01").lost, "its supervisor process ended without an exit record");
  EXPECT_TRUE(is_dead(daemon));
}

TEST(Leftovers, AreNotSaidToBeGoneWhenNobodyCanLook) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const Swept swept = kill_leftovers("/nowhere");
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_FALSE(swept.clean);
  EXPECT_TRUE(kill_leftovers("/nowhere").clean);
}

// Nobody can tell whether such a step runs: an agent put something else in the place of its lock.
class RunnerUnknownLock : public testing::Test {
 protected:
  RunnerUnknownLock() {
    std::filesystem::create_directories(runs_.dir("1/01"));
    EXPECT_EQ(::mkfifo((runs_.dir("1/01") + "/lock").c_str(), 0600), 0);
  }

  std::unique_ptr<Runner> runner(std::int64_t unknown_lock_ms) const {
    LocalRunnerOptions options;
    options.shim = SHIM_PROGRAM;
    options.runs_dir = runs_.root() / "runs";
    options.unknown_lock_ms = unknown_lock_ms;
    return make_local_runner(options);
  }

  Runs runs_;
};

TEST_F(RunnerUnknownLock, IsNeverTakenForAFreeOne) {
  runs_.write("1/01", "claim", "");
  const auto patient = runner(120'000);
  Watcher watcher(*patient);
  patient->start(counting("1/01", "true"));
  watcher.for_ms(20);
  EXPECT_FALSE(watcher.seen["1/01"].over());
  std::filesystem::remove(runs_.dir("1/01") + "/lock");
  EXPECT_TRUE(watcher.until_over("1/01").lost);
  EXPECT_EQ(runs_.text("1/01", "count"), "");
}

TEST_F(RunnerUnknownLock, IsNotWaitedForWithoutEnd) {
  runs_.write("1/01", "claim", "");
  const auto hasty = runner(1);
  Watcher watcher(*hasty);
  hasty->start(counting("1/01", "true"));
  const Seen& seen = watcher.until_over("1/01");
  ASSERT_TRUE(seen.lost);
  EXPECT_NE(seen.lost->find("lock"), std::string::npos) << *seen.lost;
  EXPECT_EQ(runs_.text("1/01", "count"), "");
}

TEST_F(RunnerUnknownLock, OfAStepThatNobodyClaimedStartsNothingEither) {
  const auto hasty = runner(1);
  Watcher watcher(*hasty);
  hasty->start(counting("1/01", "true"));
  EXPECT_TRUE(watcher.until_over("1/01").lost);
  EXPECT_EQ(runs_.text("1/01", "count"), "");
}

std::unique_ptr<Runner> impatient(const Runs& runs, const std::string& shim, std::int64_t wedged_ms) {
  LocalRunnerOptions options;
  options.shim = shim;
  options.runs_dir = runs.root() / "runs";
  options.wedged_ms = wedged_ms;
  return make_local_runner(options);
}

TEST(RunnerWedged, AStoppedShimIsWokenAndKeepsItsStepToItsLimit) {
  const Runs runs;
  const auto runner = impatient(runs, SHIM_PROGRAM, 1'000);
  Watcher watcher(*runner);
  Step step = Runs::script("1/01", kForever);
  step.launch.limits.wall_ms = 400;
  step.launch.limits.grace_ms = 50;
  runner->start(step);
  ASSERT_TRUE(watcher.until([&] { return watcher.seen["1/01"].pid != 0; }));
  ::kill(static_cast<pid_t>(read_started(runs.dir("1/01"))->shim_pid), SIGSTOP);
  const Seen& seen = watcher.until_over("1/01");
  ASSERT_TRUE(seen.exit);
  EXPECT_EQ(seen.exit->reason, ExitReason::wall_limit);
}

TEST(RunnerWedged, AShimThatDoesNotEndItsStepIsEndedWithIt) {
  const Runs runs;
  const std::string shim = runs.root() / "shim.sh";
  std::ofstream(shim)
      << "#!/bin/sh\ntrap '' TERM\necho deaf >\"$1/ready\"\nwhile :; do /bin/sleep 0.05; done\n";
  ASSERT_EQ(::chmod(shim.c_str(), 0700), 0);
  const auto runner = impatient(runs, shim, 200);
  Watcher watcher(*runner);
  Step step = Runs::script("1/01", kForever);
  step.launch.limits.grace_ms = 50;
  runner->start(step);
  ASSERT_TRUE(runs.await_text("1/01", "ready", "deaf"));
  runner->cancel("1/01");
  const Seen& seen = watcher.until_over("1/01");
  ASSERT_TRUE(seen.lost);
  EXPECT_EQ(*seen.lost, "its supervisor process did not end it in time, and was ended");
  EXPECT_FALSE(kill_leftovers(runs.dir("1/01")).found);
}

TEST(RunnerWedged, AShimThatNoStartRecordNamesIsFoundByItsCommandLine) {
  const Runs runs;
  Step step = Runs::script("1/01", kForever);
  step.launch.limits.wall_ms = 300;
  step.launch.limits.grace_ms = 50;
  {
    const auto runner = runs.runner();
    Watcher watcher(*runner);
    runner->start(step);
    ASSERT_TRUE(watcher.until([&] { return watcher.seen["1/01"].pid != 0; }));
    ::kill(static_cast<pid_t>(read_started(runs.dir("1/01"))->shim_pid), SIGSTOP);
  }
  std::filesystem::remove(runs.dir("1/01") + "/started.json");
  const auto runner = impatient(runs, SHIM_PROGRAM, 1'000);
  Watcher watcher(*runner);
  runner->start(step);
  const Seen& seen = watcher.until_over("1/01");
  ASSERT_TRUE(seen.exit);
  EXPECT_EQ(seen.exit->reason, ExitReason::wall_limit);
  EXPECT_FALSE(kill_leftovers(runs.dir("1/01")).found);
}

}  // namespace
}  // namespace orchestrate::spawners
