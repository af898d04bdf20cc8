#include "orchestrator/queue/decide.h"

#include <gtest/gtest.h>

#include "tests/orchestrator/queue/outlook.h"
#include "tests/orchestrator/temp_project.h"

namespace orchestrate {
namespace {

class Decide : public testing::Test {
 protected:
  Decide() {
    task.id = 1;
    task.title = "x";
    task.needs = {"a"};
  }

  Decision decision(const std::vector<Task>& unmet = {}) {
    return decide(task, unmet, now.over(temp.project.config));
  }

  test::TempProject temp;
  test::Outlook now;
  Task task;
};

TEST_F(Decide, StartsWhatNothingHoldsBack) {
  EXPECT_EQ(decision().kind, Decision::Kind::start);
  EXPECT_EQ(decision().route.to, "alpha");
}

TEST_F(Decide, AParkedProviderGivesWayToTheFallback) {
  now.parks.push_back({"p1", now.now_ms + 1000, "limit", 1});
  EXPECT_EQ(decision().route.to, "beta");
}

TEST_F(Decide, WaitsForTheFirstParkToEnd) {
  now.parks.push_back({"p1", now.now_ms + 5000, "limit", 1});
  now.parks.push_back({"p2", now.now_ms + 3000, "limit", 1});
  EXPECT_EQ(decision().kind, Decision::Kind::wait);
  EXPECT_EQ(decision().wake_at_ms, now.now_ms + 3000);
}

TEST_F(Decide, AParkThatAPersonMustEndHasNoWakeUp) {
  now.parks.push_back({"p1", std::nullopt, "login", 1});
  now.parks.push_back({"p2", std::nullopt, "login", 1});
  EXPECT_EQ(decision().kind, Decision::Kind::wait);
  EXPECT_FALSE(decision().wake_at_ms.has_value());
}

TEST_F(Decide, AFullAgentTypeIsWaitedFor) {
  now.load.by_type["alpha"] = 4;
  EXPECT_EQ(decision().kind, Decision::Kind::wait);
  EXPECT_EQ(decision().route.waits_for, std::vector<std::string>{"alpha"});
}

TEST_F(Decide, TheBudgetCountsWhatRunningOnesMayStillCost) {
  temp.project.config.agent_types["alpha"].profile.max_cost_usd = 3;
  now.load.spent_usd = 20;
  now.load.reserved_usd = 2;
  EXPECT_EQ(decision().kind, Decision::Kind::start);
  now.load.reserved_usd = 2.01;
  EXPECT_EQ(decision().kind, Decision::Kind::wait);
  EXPECT_TRUE(decision().stopped_by_limit);
}

TEST_F(Decide, OnlyOneWorksInTheProjectsOwnCheckout) {
  temp.project.config.agent_types["alpha"].workspace = workspaces::Kind::in_place;
  now.load.in_place_busy = true;
  EXPECT_EQ(decision().kind, Decision::Kind::wait);
}

TEST_F(Decide, APersonsTaskThatIsNotDueYetWaits) {
  task.manual = true;
  task.not_before_ms = now.now_ms + 1000;
  EXPECT_EQ(decision().kind, Decision::Kind::wait);
  EXPECT_EQ(decision().wake_at_ms, now.now_ms + 1000);
  task.not_before_ms.reset();
  task.held = true;
  EXPECT_EQ(decision().kind, Decision::Kind::wait);
}

TEST_F(Decide, EveryReasonIsNamed) {
  task.held = true;
  task.next_attempt_ms = now.now_ms + 1000;
  now.load.running = 4;
  now.ceiling.closed = "the night ended";
  Task other;
  other.id = 9;
  EXPECT_EQ(decision({other}).holds.size(), 5U);
}

TEST_F(Decide, WhatDependsOnACancelledTaskWaitsAndSaysSo) {
  Task other;
  other.id = 9;
  for (const auto state : {TaskState::cancelled, TaskState::failed, TaskState::waiting_human}) {
    other.state = state;
    EXPECT_EQ(decision({other}).kind, Decision::Kind::wait);
    EXPECT_TRUE(decision({other}).waits_for_tasks);
    const bool over = state != TaskState::waiting_human;
    EXPECT_EQ(decision({other}).holds,
              std::vector<std::string>{
                  "depends on 9, which is " + std::string(to_string(state)) +
                  (over ? ": `orchestrate retry 9`, or `orchestrate edit 1 --depends-on`" : "")});
  }
}

TEST_F(Decide, WhatIsUsedUpGoesToAPerson) {
  task.ledger.attempts = 2;
  EXPECT_EQ(decision().inbox_kind, InboxKind::attempts_exhausted);
  task.ledger = {};
  task.ledger.cost_usd = 6;
  EXPECT_EQ(decision().inbox_kind, InboxKind::task_budget);
  task.ledger = {};
  task.ledger.waits = 20;
  EXPECT_EQ(decision().inbox_kind, InboxKind::attempts_exhausted);
}

TEST_F(Decide, APriorityThatIsNotSpawnedGoesToAPerson) {
  temp.project.config.dispatch.auto_spawn = {"P0", "P1"};
  EXPECT_EQ(decision().inbox_kind, InboxKind::manual);
}

TEST_F(Decide, ManualWinsOverEverything) {
  task.manual = true;
  task.agent_type = "beta";
  EXPECT_EQ(decision().inbox_kind, InboxKind::manual);
}

TEST_F(Decide, AManualTaskThatIsNotDueWaitsForItsTime) {
  task.manual = true;
  task.not_before_ms = now.now_ms + 60'000;
  const Decision d = decision();
  EXPECT_EQ(d.kind, Decision::Kind::wait);
  EXPECT_EQ(d.wake_at_ms, task.not_before_ms);
}

TEST_F(Decide, NobodyToRouteToIsSaid) {
  temp.project.config.rules.capabilities.clear();
  temp.project.config.rules.fallback = "human";
  EXPECT_EQ(decision().inbox_kind, InboxKind::no_route);
}

TEST_F(Decide, AgingNeverOvertakesWithoutWaiting) {
  Task low;
  low.id = 1;
  low.rank = 3;
  low.created_ms = now.now_ms - 1000;
  Task high;
  high.id = 2;
  high.rank = 0;
  high.created_ms = now.now_ms;
  EXPECT_TRUE(earlier(high, low, now.now_ms, 3'600'000));
  EXPECT_TRUE(earlier(low, high, now.now_ms + 4 * 3'600'000, 3'600'000));
  EXPECT_TRUE(earlier(high, low, now.now_ms + 400LL * 3'600'000, 0));
}

}  // namespace
}  // namespace orchestrate
