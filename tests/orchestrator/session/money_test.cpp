// Ceilings: of the session's money, of a task's time, of a machine's disk.
#include <gtest/gtest.h>

#include "tests/orchestrator/session/night.h"

namespace orchestrate {
namespace {

using test::Act;

class ANightWithACeiling : public test::Night {
 protected:
  // `alpha` speaks claude's language; each run states what it cost.
  void pay(double usd) {
    auto& alpha = temp.project.config.agent_types["alpha"];
    alpha.profile.driver = "claude";
    alpha.profile.command = {"/bin/sh"};
    alpha.profile.max_cost_usd = usd;
    alpha.max_parallel = 1;
    alpha.fallback.clear();
    runner.act = [usd](const std::string&, int) {
      Act act;
      act.exit = test::exits(0);
      act.lines = {
          R"({"type":"result","subtype":"success","is_error":false,"result":"done","total_cost_usd":)" +
          std::to_string(usd) + "}"};
      return act;
    };
  }
  std::int64_t add_paid() {
    Task task;
    task.title = "paid";
    task.needs = {"a"};
    std::int64_t id = 0;
    temp.store->write([&] { id = temp.store->tasks.add(task, test::kCreatedMs); });
    return id;
  }
};

TEST_F(ANightWithACeiling, WhatEndedAttemptsHaveCostCountsAgainstTheSessionsCeiling) {
  pay(4);
  options.max_cost_usd = 10;
  for (int i = 0; i < 4; ++i)
    add_paid();
  EXPECT_EQ(run(), SessionEnd::limit);
  int runs = 0;
  double spent_usd = 0;
  for (const auto& run : temp.store->runs.of_session(1)) {
    ++runs;
    spent_usd += run.cost_usd;
  }
  EXPECT_EQ(runs, 2);
  EXPECT_DOUBLE_EQ(spent_usd, 8);
  EXPECT_EQ(temp.store->sessions.find(std::nullopt)->stop_reason.find("budget: $8.00 spent"), 0U);
}

TEST_F(ANightWithACeiling, TheTimeOfSeveralAttemptsAddsUpAndEndsTheTask) {
  temp.project.config.limits.task_attempts = 9;
  temp.project.config.limits.task_wall_ms = 5'000;
  runner.act = [](const std::string&, int) {
    Act act;
    act.takes_ms = 3'000;
    act.exit = test::exits(1);
    return act;
  };
  const auto id = temp.add("slow");
  run();
  EXPECT_EQ(temp.store->runs.of_task(id).size(), 2U);
  ASSERT_EQ(temp.store->inbox.list("open").size(), 1U);
  EXPECT_NE(temp.store->inbox.list("open")[0].packet.at(0).second.find("time limit"), std::string::npos);
}

TEST_F(ANightWithACeiling, NothingIsStartedWhenTheDiskFallsBelowItsFloor) {
  machine.free = temp.project.config.retention.free_disk_floor_bytes - 1;
  const auto id = temp.add("true");
  EXPECT_EQ(run(), SessionEnd::limit);
  EXPECT_TRUE(temp.store->runs.of_task(id).empty());
  machine.free += 1;
  EXPECT_EQ(run(), SessionEnd::done);
}

}  // namespace
}  // namespace orchestrate
