// wait: the one place where time passes.
#include <gtest/gtest.h>
#include <pthread.h>

#include <csignal>
#include <fstream>

#include "tests/spawners/runner/runs.h"

namespace orchestrate::spawners {
namespace {

TEST(RunnerWait, ReturnsNothingAtTheDeadlineAndNotBefore) {
  Runs runs;
  const auto runner = runs.runner();
  const std::int64_t deadline = runner->now().mono_ms + 40;
  EXPECT_TRUE(runner->wait(deadline).empty());
  EXPECT_GE(runner->now().mono_ms, deadline);
}

TEST(RunnerWait, WithAPastDeadlineStillReportsWhatHappened) {
  Runs runs;
  const auto runner = runs.runner();
  runner->start(Runs::script("1/01", "true"));
  ASSERT_TRUE(runs.await_text("1/01", "exit.json", "reason"));
  Watcher watcher(*runner);
  EXPECT_TRUE(eventually([&] {
    watcher.take(runner->wait(0));
    return watcher.seen["1/01"].over();
  }));
}

class RunnerWake : public testing::Test {
 protected:
  RunnerWake() {
    LocalRunnerOptions options;
    options.shim = SHIM_PROGRAM;
    options.runs_dir = runs_.root() / "runs";
    options.wake_on = {(runs_.root() / "state.db-wal").string()};
    write("state.db-wal");
    runner_ = make_local_runner(options);
  }

  void write(const std::string& name) { std::ofstream(runs_.root() / name, std::ios::app) << "x"; }

  Runs runs_;
  std::unique_ptr<Runner> runner_;
};

TEST_F(RunnerWake, ComesWithAWriteToTheFile) {
  Watcher watcher(*runner_);
  write("state.db-wal");
  EXPECT_TRUE(watcher.until([&] { return watcher.woken > 0; }));
}

TEST_F(RunnerWake, ComesWhenTheFileWasRemovedAndMadeAgain) {
  std::filesystem::remove(runs_.root() / "state.db-wal");
  Watcher watcher(*runner_);
  watcher.for_ms(5);
  watcher.woken = 0;
  write("state.db-wal");
  EXPECT_TRUE(watcher.until([&] { return watcher.woken > 0; }));
}

TEST_F(RunnerWake, DoesNotComeWithAWriteToItsNeighbour) {
  Watcher watcher(*runner_);
  write("state.db");
  watcher.for_ms(30);
  EXPECT_EQ(watcher.woken, 0);
}

TEST(RunnerSignals, ToUsAreEvents) {
  sigset_t before;
  ASSERT_EQ(::pthread_sigmask(SIG_SETMASK, nullptr, &before), 0);
  Runs runs;
  LocalRunnerOptions options;
  options.shim = SHIM_PROGRAM;
  options.runs_dir = runs.root() / "runs";
  const system::StopSignals signals;
  options.signals = &signals;
  const auto runner = make_local_runner(options);
  Watcher watcher(*runner);
  ::raise(SIGTERM);
  ::raise(SIGHUP);
  EXPECT_TRUE(watcher.until([&] { return watcher.signals.size() == 2; }));
  EXPECT_EQ(watcher.signals, (std::vector<int>{SIGHUP, SIGTERM}));
  EXPECT_EQ(::pthread_sigmask(SIG_SETMASK, &before, nullptr), 0);
}

TEST(RunnerSignals, BlockedInUsAreNotBlockedInTheChild) {
  sigset_t before;
  ASSERT_EQ(::pthread_sigmask(SIG_SETMASK, nullptr, &before), 0);
  Runs runs;
  LocalRunnerOptions options;
  options.shim = SHIM_PROGRAM;
  options.runs_dir = runs.root() / "runs";
  const system::StopSignals signals;
  options.signals = &signals;
  const auto runner = make_local_runner(options);
  Watcher watcher(*runner);
  runner->start(Runs::script("1/01", "grep SigBlk /proc/self/status"));
  EXPECT_EQ(watcher.until_over("1/01").lines, std::vector<std::string>{"SigBlk:\t0000000000000000"});
  EXPECT_EQ(::pthread_sigmask(SIG_SETMASK, &before, nullptr), 0);
}

}  // namespace
}  // namespace orchestrate::spawners
