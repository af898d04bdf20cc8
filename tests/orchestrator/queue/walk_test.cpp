// The order in which a walk offers what is queued, what it does not meet again, and what it says is left.
#include <gtest/gtest.h>

#include "tests/orchestrator/queue/walking.h"

namespace orchestrate {
namespace {

using test::Ids;
using test::Walk;

TEST_F(Walk, StartsInTheOrderOfTheQueueAsFarAsSlotsAreFree) {
  const auto low = add("a", 3);
  const auto middle = add("a");
  const auto high = add("a", 0);
  outlook.ceiling.max_parallel = 2;
  turns();
  EXPECT_EQ(started, Ids({high, middle}));
  finish(high);
  turns();
  EXPECT_EQ(started, Ids({high, middle, low}));
}

TEST_F(Walk, AQueueLongerThanItsShareIsMetInSeveralTurns) {
  add_many(220, "a");
  const auto last_one = add("b");
  EXPECT_EQ(turns(), 5);
  EXPECT_EQ(started.size(), 5U);  // four of alpha's, and the one behind all others
  EXPECT_EQ(started.back(), last_one);
}

TEST_F(Walk, WhoWaitsForABusyAgentTypeIsNotMetAgain) {
  add_many(220, "a");
  turns();
  const auto other = add("b");
  EXPECT_EQ(turns(), 1);
  EXPECT_EQ(started.back(), other);
}

TEST_F(Walk, AFreeSlotGoesToTheFirstThatWaitsForIt) {
  const auto ids = add_many(220, "a");
  turns();
  finish(ids[2]);
  EXPECT_EQ(turns(), 1);
  EXPECT_EQ(started.back(), ids[4]);
}

TEST_F(Walk, AMoreUrgentOneThatComesLaterGoesFirst) {
  const auto ids = add_many(100, "a");
  turns();
  const auto urgent = add("a", 0);
  turns();
  finish(ids[0]);
  EXPECT_EQ(turns(), 1);
  EXPECT_EQ(started.back(), urgent);
}

TEST_F(Walk, AgingLetsTheOldestThroughAmongThoseThatWait) {
  const auto old = add_many(100, "a", 3);
  turns();
  outlook.now_ms += 3 * temp.project.config.dispatch.aging_ms;
  const auto young = add("a", 0);
  turns();
  finish(old[0]);
  turns();
  EXPECT_EQ(started.back(), old[4]);
  EXPECT_EQ(temp.task(young).state, TaskState::queued);
}

TEST_F(Walk, NothingIsMetTwiceWhileNothingMayStart) {
  add_many(220, "a");
  outlook.ceiling.closed = "paused";
  EXPECT_EQ(turns(), 5);
  EXPECT_EQ(turns(), 1);
  EXPECT_EQ(last.left_by_limit, "paused");
  outlook.ceiling.closed.clear();
  EXPECT_EQ(turns(), 1);
  EXPECT_EQ(started.size(), 4U);
  EXPECT_EQ(turns(), 1);
}

TEST_F(Walk, APersonsTaskWaitsForNoSlot) {
  add_many(220, "a");
  outlook.ceiling.max_parallel = 1;
  turns();
  ASSERT_EQ(started.size(), 1U);
  temp.project.config.rules.rules = {rule("MANUAL", {routing::kHuman})};
  sql("INSERT INTO tasks (title, type, created_at) VALUES ('for a person', 'MANUAL', 1)");
  EXPECT_EQ(turns(), 1);
  EXPECT_EQ(handed_over.size(), 1U);
  EXPECT_EQ(temp.task(221).state, TaskState::waiting_human);
}

TEST_F(Walk, APersonsTaskIsHandedOverWhileNothingMayStart) {
  outlook.ceiling.closed = "the night ended";
  temp.project.config.rules.fallback = routing::kHuman;
  temp.project.config.rules.capabilities.clear();
  const auto id = add("a");
  turns();
  EXPECT_EQ(handed_over, Ids({id}));
  EXPECT_EQ(last.left_by_limit, "");
}

TEST_F(Walk, WhatDependsOnAnotherStartsWhenThatIsDone) {
  const auto first = add("a");
  const auto second = add("a", 0, {first});
  turns();
  EXPECT_EQ(started, Ids({first}));
  finish(first);
  turns();
  EXPECT_EQ(started, Ids({first, second}));
}

TEST_F(Walk, WhatDependsOnACancelledTaskIsNotStarted) {
  const auto first = add("a");
  const auto second = add("a", 0, {first});
  temp.store->write([&] { temp.store->tasks.cancel(first, outlook.now_ms); });
  turns();
  turns();
  EXPECT_TRUE(started.empty());
  EXPECT_EQ(temp.task(second).state, TaskState::queued);
}

TEST_F(Walk, ManyThatDependOnOneTaskAreAllLetGo) {
  const auto first = add("b");
  Ids waiting;
  temp.store->write([&] {
    for (int n = 0; n < 180; ++n) {
      Task task;
      task.title = "x";
      task.needs = {"b"};
      task.depends_on = {first};
      waiting.push_back(temp.store->tasks.add(task, outlook.now_ms));
    }
  });
  temp.project.config.agent_types["beta"].max_parallel = 300;
  outlook.ceiling.max_parallel = 300;
  turns();
  ASSERT_EQ(started, Ids({first}));
  finish(first);
  turns();
  EXPECT_EQ(started.size(), 181U);
}

TEST_F(Walk, AFurtherAttemptStartsWhenItsTimeHasCome) {
  const auto id = add("a");
  turns();
  finish(id, TaskState::queued);
  turns();
  EXPECT_EQ(started.size(), 1U);
  EXPECT_EQ(last.wake_at_ms, outlook.now_ms + 1000);
  outlook.now_ms += 1000;
  turns();
  EXPECT_EQ(started, Ids({id, id}));
}

TEST_F(Walk, AClockThatIsSetBackLosesNobody) {
  const auto id = add("a");
  turns();
  finish(id, TaskState::queued);
  outlook.ceiling.closed = "paused";
  outlook.now_ms += 1000;
  turns();
  outlook.now_ms -= 3000;
  outlook.ceiling.closed.clear();
  turns();
  EXPECT_EQ(started.size(), 1U);
  outlook.now_ms += 3000;
  turns();
  EXPECT_EQ(started.size(), 2U);
}

TEST_F(Walk, WakesWhenTheFirstProviderComesBack) {
  add_many(10, "b");
  outlook.parks.push_back({"p2", outlook.now_ms + 7000, "limit", 1});
  turns();
  EXPECT_TRUE(started.empty());
  EXPECT_EQ(last.wake_at_ms, outlook.now_ms + 7000);
  outlook.parks.clear();
  turns();
  EXPECT_EQ(started.size(), 4U);
}

TEST_F(Walk, NobodyWaitsForAProviderWhenItsTasksAreGone) {
  const auto ids = add_many(3, "b");
  outlook.parks.push_back({"p2", outlook.now_ms + 7000, "limit", 1});
  turns();
  ASSERT_TRUE(last.wake_at_ms.has_value());
  temp.store->write([&] {
    for (const auto id : ids)
      temp.store->tasks.cancel(id, outlook.now_ms);
  });
  turns();
  EXPECT_EQ(last.wake_at_ms, std::nullopt);
}

TEST_F(Walk, SaysWhenTheBudgetIsWhyWorkIsLeft) {
  temp.project.config.agent_types["beta"].profile.max_cost_usd = 3;
  outlook.load.spent_usd = 24;
  add_many(100, "b");
  turns();
  EXPECT_TRUE(started.empty());
  EXPECT_TRUE(last.left_by_limit.starts_with("budget: ")) << last.left_by_limit;
}

TEST_F(Walk, OtherRulesHoldForWhatHadBeenMet) {
  add_many(100, "a");
  turns();
  started.clear();
  temp.project.config.rules.capabilities[0].to = "beta";
  turns();
  EXPECT_TRUE(started.empty());
  walk().forget();
  turns();
  EXPECT_EQ(started.size(), 4U);
}

TEST_F(Walk, OnlyTheTasksThatWereAskedForAreOffered) {
  const auto ids = add_many(10, "a");
  QueueWalk some(*temp.store, {0, 1, 2, 3}, {ids[7], ids[2]}, false);
  SchedulingContext context = outlook.over(temp.project.config);
  temp.store->write([&] { (void)some.turn(context, takers()); });
  EXPECT_EQ(started, Ids({ids[2], ids[7]}));
}

TEST_F(Walk, ATakerThatClosesTheSessionEndsTheTurn) {
  const auto ids = add_many(3, "a");
  SchedulingContext context = outlook.over(temp.project.config);
  QueueWalk::Takers closing = takers();
  closing.start = [this](const Task& task, const Decision& decision, SchedulingContext& now) {
    start(task, decision);
    now.close("enough");
    return true;
  };
  temp.store->write([&] { (void)walk().turn(context, closing); });
  EXPECT_EQ(started, Ids({ids[0]}));
}

}  // namespace
}  // namespace orchestrate
