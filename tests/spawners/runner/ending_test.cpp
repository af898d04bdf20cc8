// Ends that are not the child's own: cancelled, over a limit, or with its supervisor killed.
#include <gtest/gtest.h>

#include <csignal>

#include "tests/spawners/runner/runs.h"

namespace orchestrate::spawners {
namespace {

constexpr const char* kForever = "echo ready; while :; do sleep 1; done";

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

}  // namespace
}  // namespace orchestrate::spawners
