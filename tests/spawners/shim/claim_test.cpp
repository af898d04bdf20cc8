// A step starts at most once, and its lock tells whether it is alive.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <thread>

#include "spawners/shim/claim.h"
#include "system/lock.h"
#include "tests/spawners/shim/step_run.h"

namespace orchestrate::shim {
namespace {

constexpr int taken = 75;

TEST(ShimClaim, ASecondStartAfterTheEndDoesNothing) {
  StepRun step({"exit", "3"});
  EXPECT_EQ(step.run(), 0);
  const std::string record = step.text("exit.json");
  EXPECT_EQ(await_status(step.start_again()), taken);
  EXPECT_EQ(step.text("exit.json"), record);
  EXPECT_FALSE(step.has("exit.json.tmp"));
}

TEST(ShimClaim, ASecondStartWhileItRunsDoesNothing) {
  StepRun step({"print-and-hang", "ready\n"});
  step.start();
  ASSERT_TRUE(step.await_text("stdout", "ready"));
  EXPECT_EQ(await_status(step.start_again()), taken);
  EXPECT_FALSE(step.has("exit.json"));
  EXPECT_EQ(step.text("stdout"), "ready\n");
}

TEST(ShimClaim, OfManyStartsAtOnceExactlyOneRunsIt) {
  StepRun step({});
  step.launch["argv"] = {"/bin/sh", "-c", "echo ran >> runs"};
  std::vector<pid_t> others;
  step.start();
  for (int i = 0; i < 8; ++i)
    others.push_back(step.start_again());
  std::vector<int> statuses{step.wait()};
  for (const pid_t other : others)
    statuses.push_back(await_status(other));
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 0), 1);
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), taken), 8);
  EXPECT_EQ(step.text("runs"), "ran\n");
}

TEST(ShimClaim, TheLockIsHeldExactlyAsLongAsItRuns) {
  StepRun step({"print-and-hang", "ready\n"});
  step.start();
  ASSERT_TRUE(step.await_text("stdout", "ready"));
  EXPECT_FALSE(step.lock_is_free());
  step.signal_shim(SIGTERM);
  EXPECT_EQ(step.wait(), 0);
  EXPECT_TRUE(step.lock_is_free());
}

// Readers, such as `log --follow`, look just when the lock appears.
TEST(ShimClaim, SucceedsEveryTimeWhileOthersLookAtTheLock) {
  const StepRun runs({});
  constexpr int kSteps = 300;
  std::vector<std::string> dirs;
  for (int i = 0; i < kSteps; ++i)
    std::filesystem::create_directory(dirs.emplace_back(runs.dir() / ("step-" + std::to_string(i))));
  std::atomic<int> step = 0;
  std::atomic<int> looks = 0;
  std::thread looking([&] {
    for (int at = 0; (at = step) < kSteps; ++looks)
      (void)system::lock_state(dirs[static_cast<std::size_t>(at)] + "/lock");
  });
  int claimed = 0;
  for (; step < kSteps; ++step) {
    StepDir files;
    claimed += lock_step(dirs[static_cast<std::size_t>(step)].c_str(), files) == Claim::ours &&
               claim_step(files) == Claim::ours;
    // At least one look falls between two steps.
    for (const int before = looks; looks == before;)
      std::this_thread::yield();
  }
  looking.join();
  EXPECT_EQ(claimed, kSteps);
}

TEST(ShimClaim, StartedNamesTheProcessesForThisBoot) {
  StepRun step({"print-and-hang", "ready\n"});
  step.start();
  ASSERT_TRUE(step.await_text("stdout", "ready"));
  ASSERT_TRUE(eventually([&] { return step.has("started.json"); }));
  const auto started = nlohmann::json::parse(step.text("started.json"));
  EXPECT_EQ(started["shim_pid"], step.shim_pid());
  EXPECT_GT(started["shim_start_ticks"], 0);
  EXPECT_GT(started["pid"], step.shim_pid());
  EXPECT_EQ(started["boot_id"].get<std::string>().size(), 36U);
  EXPECT_GT(started["started_at_ms"], 1'600'000'000'000);
}

TEST(ShimClaim, AKilledShimTakesItsChildAlongAndLeavesTheOutcomeUnknown) {
  StepRun step({"deaf"});
  step.start();
  ASSERT_TRUE(step.await_text("stdout", "ready"));
  ASSERT_TRUE(eventually([&] { return step.has("started.json"); }));
  const pid_t child = nlohmann::json::parse(step.text("started.json"))["pid"];
  step.signal_shim(SIGKILL);
  EXPECT_EQ(step.wait(), 128 + SIGKILL);
  EXPECT_TRUE(eventually([&] { return is_dead(child); }));
  EXPECT_TRUE(step.has("claim"));
  EXPECT_FALSE(step.has("exit.json"));
  EXPECT_TRUE(step.lock_is_free());
  EXPECT_EQ(await_status(step.start_again()), taken);
}

}  // namespace
}  // namespace orchestrate::shim
