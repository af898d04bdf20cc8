// A process id in a start record is never enough to take a process for a shim.
#include <gtest/gtest.h>

#include "spawners/local/shim_process.h"
#include "tests/spawners/runner/runs.h"

namespace orchestrate::spawners {
namespace {

// Each names a living process that is not the one the record was written for.
std::vector<StartRecord> wrong_records(const Bystander& process) {
  const StartRecord right = process.true_record();
  std::vector<StartRecord> wrong(6, right);
  wrong[0].boot_id = "00000000-0000-0000-0000-000000000000";
  wrong[1].shim_start_ticks += 1;
  wrong[2].shim_start_ticks = 0;
  wrong[3].shim_pid += std::int64_t{1} << 32;
  wrong[4].shim_pid += std::int64_t{1} << 32;
  wrong[4].shim_start_ticks = 0;
  wrong[5].shim_pid = -right.shim_pid;
  return wrong;
}

TEST(AdoptShim, TakesTheProcessWhoseBootAndStartMatch) {
  const Bystander process;
  EXPECT_TRUE(static_cast<bool>(adopt_shim(process.true_record())));
}

TEST(AdoptShim, RefusesAProcessThatOnlyHasTheNumber) {
  const Bystander process;
  for (const auto& record : wrong_records(process))
    EXPECT_FALSE(static_cast<bool>(adopt_shim(record))) << Bystander::json(record);
}

TEST(RunnerForeignPid, IsNotSignalledWhenTheShimIsGone) {
  const Bystander process;
  for (const auto& record : wrong_records(process)) {
    Runs runs;
    runs.write("1/01", "claim", "");
    runs.write("1/01", "started.json", Bystander::json(record));
    const auto runner = runs.runner();
    Watcher watcher(*runner);
    runner->start(Runs::script("1/01", "true"));
    runner->cancel("1/01");
    EXPECT_TRUE(watcher.until_over("1/01").lost);
    EXPECT_TRUE(process.alive()) << Bystander::json(record);
  }
}

TEST(RunnerForeignPid, IsNotSignalledWhileTheLockIsHeld) {
  const Bystander process;
  for (const auto& record : wrong_records(process)) {
    Runs runs;
    runs.write("1/01", "claim", "");
    runs.write("1/01", "started.json", Bystander::json(record));
    HeldLock lock(runs.dir("1/01"));
    const auto runner = runs.runner();
    Watcher watcher(*runner);
    runner->start(Runs::script("1/01", "true"));
    runner->cancel("1/01");
    watcher.for_ms(20);
    EXPECT_FALSE(watcher.seen["1/01"].over());
    lock.release();
    EXPECT_TRUE(watcher.until_over("1/01").lost);
    EXPECT_TRUE(process.alive()) << Bystander::json(record);
  }
}

}  // namespace
}  // namespace orchestrate::spawners
