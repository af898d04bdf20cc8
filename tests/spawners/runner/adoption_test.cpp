// A step outlives the runner that started it; the next one goes on with it.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "spawners/local/leftovers.h"
#include "tests/spawners/runner/runs.h"

namespace orchestrate::spawners {
namespace {

using Strings = std::vector<std::string>;

constexpr const char* kWaitForGo = "while [ ! -e go ]; do sleep 0.01; done; ";

// A runner that starts the step, hears of its start, and is gone.
void start_and_vanish(const Runs& runs, const Step& step) {
  const auto runner = runs.runner();
  Watcher watcher(*runner);
  runner->start(step);
  ASSERT_TRUE(watcher.until([&] { return watcher.seen[step.id].pid != 0; }));
}

// A program in place of the shim; $1 is the step's directory.
std::string shim_script(const Runs& runs, const std::string& text) {
  const std::string path = runs.root() / "shim.sh";
  std::ofstream(path) << "#!/bin/sh\n" << text;
  EXPECT_EQ(::chmod(path.c_str(), 0700), 0);
  return path;
}

TEST(RunnerAdoption, ReportsTheStartAllLinesAndTheEnd) {
  Runs runs;
  const Step step = counting("1/01", "echo before; " + std::string(kWaitForGo) + "echo after; exit 5");
  start_and_vanish(runs, step);
  const auto runner = runs.runner();
  Watcher watcher(*runner);
  runner->start(step);
  ASSERT_TRUE(watcher.until([&] { return !watcher.seen["1/01"].lines.empty(); }));
  EXPECT_FALSE(watcher.seen["1/01"].over());
  runs.write("1/01", "go", "");
  const Seen& seen = watcher.until_over("1/01");
  EXPECT_EQ(seen.kinds, (Strings{"Started", "Lines", "Exited"}));
  EXPECT_EQ(seen.lines, (Strings{"before", "after"}));
  EXPECT_EQ(seen.exit->code, 5);
  EXPECT_EQ(runs.text("1/01", "count"), "once\n");
}

TEST(RunnerAdoption, CanBeCancelled) {
  Runs runs;
  const Step step = Runs::script("1/01", kWaitForGo);
  start_and_vanish(runs, step);
  const auto runner = runs.runner();
  Watcher watcher(*runner);
  runner->start(step);
  runner->cancel("1/01");
  EXPECT_EQ(watcher.until_over("1/01").exit->reason, ExitReason::cancelled);
}

TEST(RunnerAdoption, OfAStepThatEndedMeanwhileReportsItsEnd) {
  for (const char* database : {"", "ours"}) {
    Runs runs;
    Step step = counting("1/01", "exit 6");
    step.launch.origin = {database, 1, false};
    start_and_vanish(runs, step);
    ASSERT_TRUE(runs.await_text("1/01", "exit.json", "reason"));
    const auto runner = runs.runner();
    Watcher watcher(*runner);
    runner->start(step);
    EXPECT_EQ(watcher.until_over("1/01").exit->code, 6) << database;
    EXPECT_EQ(runs.text("1/01", "count"), "once\n");
  }
}

TEST(RunnerAdoption, WhatWasBegunForAnotherDatabaseSaysNothingToOurs) {
  Runs runs;
  Step theirs = counting("1/01", "exit 0");
  theirs.launch.origin = {"theirs", 1, false};
  start_and_vanish(runs, theirs);
  ASSERT_TRUE(runs.await_text("1/01", "exit.json", "reason"));
  for (const bool is_only_found : {false, true}) {
    Step ours = counting("1/01", "exit 0");
    ours.launch.origin = {"ours", 1, false};
    ours.begun_before = true;
    if (is_only_found) ours.launch.argv.clear();
    const auto runner = runs.runner();
    Watcher watcher(*runner);
    runner->start(ours);
    EXPECT_EQ(watcher.until_over("1/01").kinds, Strings{"Lost"});
    EXPECT_NE(watcher.seen["1/01"].lost->find("another database"), std::string::npos);
  }
  EXPECT_EQ(runs.text("1/01", "count"), "once\n");
}

TEST(RunnerAdoption, DoesNotBelieveAnExitRecordThatTheRunningChildWrote) {
  Runs runs;
  const Step step = Runs::script(
      "1/01",
      R"(echo '{"reason":"exited","code":0,"signal":0,"started_at_ms":1,"ended_at_ms":2,"wall_ms":1}' >exit.json
         echo forged; )" +
          std::string(kWaitForGo) + "exit 7");
  start_and_vanish(runs, step);
  ASSERT_TRUE(runs.await_text("1/01", "stdout", "forged"));
  ASSERT_TRUE(read_exit(runs.dir("1/01")));
  const auto runner = runs.runner();
  Watcher watcher(*runner);
  runner->start(step);
  watcher.for_ms(100);
  EXPECT_FALSE(watcher.seen["1/01"].over());
  runs.write("1/01", "go", "");
  EXPECT_EQ(watcher.until_over("1/01").exit->code, 7);
}

TEST(RunnerAdoption, BeforeTheStartRecordKeepsTheCancelForTheShim) {
  Runs runs;
  HeldLock lock(runs.dir("1/01"));
  Bystander shim;
  const auto runner = runs.runner();
  Watcher watcher(*runner);
  runner->start(Runs::script("1/01", "true"));
  runner->cancel("1/01");
  watcher.for_ms(20);
  EXPECT_TRUE(shim.alive());
  runs.write("1/01", "claim", "");
  runs.write("1/01", "started.json", Bystander::json(shim.true_record()));
  EXPECT_TRUE(eventually([&] {
    watcher.for_ms(10);
    return !shim.alive();
  }));
  lock.release();
  EXPECT_TRUE(watcher.until_over("1/01").lost);
}

TEST(RunnerAdoption, BeforeTheStartRecordEndsWithAnExitRecordAlone) {
  Runs runs;
  HeldLock lock(runs.dir("1/01"));
  const auto runner = runs.runner();
  Watcher watcher(*runner);
  runner->start(Runs::script("1/01", "true"));
  watcher.for_ms(20);
  runs.write("1/01", "claim", "");
  runs.write("1/01", "exit.json",
             R"({"reason":"spawn_failed","code":-1,"signal":0,"error":"no such program",)"
             R"("started_at_ms":1,"ended_at_ms":2,"wall_ms":1})");
  lock.release();
  const Seen& seen = watcher.until_over("1/01");
  EXPECT_EQ(seen.kinds, Strings{"Exited"});
  EXPECT_EQ(seen.exit->error, "no such program");
}

TEST(RunnerAdoption, HappensWhenAnotherShimOfTheStepWasFaster) {
  Runs runs;
  const auto runner = runs.runner(shim_script(runs, SHIM_PROGRAM R"( "$1" &
    while [ ! -e "$1/started.json" ]; do sleep 0.01; done
    exec )" SHIM_PROGRAM R"( "$1")"));
  Watcher watcher(*runner);
  runner->start(counting("1/01", std::string(kWaitForGo) + "exit 8"));
  watcher.for_ms(300);
  EXPECT_FALSE(watcher.seen["1/01"].over());
  runs.write("1/01", "go", "");
  EXPECT_EQ(watcher.until_over("1/01").exit->code, 8);
  EXPECT_EQ(runs.text("1/01", "count"), "once\n");
}

TEST(RunnerAdoption, OfAStepWhoseFolderIsGoneEndsWhatIsLeftAndStartsNothing) {
  Runs runs;
  Step step = counting("1/01", std::string(kWaitForGo) + "echo after");
  start_and_vanish(runs, step);
  const pid_t child = [&] {
    const auto record = read_started(runs.dir("1/01"));
    return record ? static_cast<pid_t>(record->pid) : 0;
  }();
  ASSERT_GT(child, 0);
  std::filesystem::rename(runs.dir("1/01"), runs.dir("1/gone"));  // its shim may be writing there
  step.begun_before = true;
  const auto runner = runs.runner();
  Watcher watcher(*runner);
  runner->start(step);
  const Seen& seen = watcher.until_over("1/01");
  ASSERT_TRUE(seen.lost);
  EXPECT_NE(seen.lost->find("nothing of it is there"), std::string::npos) << *seen.lost;
  EXPECT_FALSE(std::filesystem::exists(runs.dir("1/01")));
  // A zombie, until somebody reaps it, has no command line.
  EXPECT_TRUE(eventually([&] {
    std::ifstream command("/proc/" + std::to_string(child) + "/cmdline");
    return command.peek() == std::ifstream::traits_type::eof();
  }));
}

TEST(RunnerAdoption, OfAStepWhoseFolderWasEmptiedEndsWhatIsLeftAndStartsNothing) {
  Runs runs;
  Step step = counting("1/01", std::string(kWaitForGo) + "echo after");
  start_and_vanish(runs, step);
  for (const auto& entry : std::filesystem::directory_iterator(runs.dir("1/01")))
    std::filesystem::remove(entry.path());
  step.begun_before = true;
  const auto runner = runs.runner();
  Watcher watcher(*runner);
  runner->start(step);
  EXPECT_TRUE(watcher.until_over("1/01").lost);
  EXPECT_EQ(runs.text("1/01", "count"), "");
}

TEST(RunnerAdoption, AStepOfOursWhoseRecordsAreGoneMayHaveRun) {
  Runs runs;
  Step step = counting("1/01", std::string(kWaitForGo) + "echo after");
  const auto runner = runs.runner();
  Watcher watcher(*runner);
  runner->start(step);
  ASSERT_TRUE(eventually([&] {
    watcher.for_ms(10);
    return read_started(runs.dir("1/01")).has_value();
  }));
  const auto shim = static_cast<pid_t>(read_started(runs.dir("1/01"))->shim_pid);
  for (const char* file : {"claim", "started.json"})
    std::filesystem::remove(runs.dir("1/01") + "/" + file);
  ::kill(shim, SIGKILL);
  EXPECT_TRUE(watcher.until_over("1/01").lost);
}

TEST(RunnerAdoption, OfAStepThatWasBegunInTheRowsAloneStartsIt) {
  Runs runs;
  Step step = counting("1/01", "echo once");
  step.begun_before = true;
  std::filesystem::create_directories(runs.dir("1/01"));
  const auto runner = runs.runner();
  Watcher watcher(*runner);
  runner->start(step);
  EXPECT_EQ(watcher.until_over("1/01").lines, Strings{"once"});
}

TEST(RunnerAdoption, IsNotNeededWhenTheShimNeverClaimedTheStep) {
  Runs runs;
  const auto runner = runs.runner(shim_script(runs, "exit 1\n"));
  Watcher watcher(*runner);
  runner->start(Runs::script("1/01", "true"));
  const Seen& seen = watcher.until_over("1/01");
  ASSERT_TRUE(seen.exit);
  EXPECT_EQ(seen.exit->reason, ExitReason::not_started);
  EXPECT_NE(seen.exit->error, "");
}

TEST(RunnerAdoption, IsNotNeededWhenTheShimWasCancelledBeforeItsClaim) {
  Runs runs;
  const auto runner = runs.runner(shim_script(runs, "exec sleep 60\n"));
  Watcher watcher(*runner);
  runner->start(Runs::script("1/01", "true"));
  runner->cancel("1/01");
  EXPECT_EQ(watcher.until_over("1/01").exit->reason, ExitReason::cancelled);
}

}  // namespace
}  // namespace orchestrate::spawners
