// How things stand by the rows, for whoever asks while another process runs the session.
#include "orchestrator/queue/context.h"

#include <gtest/gtest.h>

#include "orchestrator/queue/explain.h"
#include "tests/orchestrator/fake_machine.h"
#include "tests/orchestrator/store/with_store.h"

namespace orchestrate {
namespace {

class ContextByRows : public test::WithStore {
 protected:
  SchedulingContext context(bool session_runs) {
    return read_context(temp.project, store, 1'795'000'000'000, {"PATH=/usr/bin"}, machine, session_runs);
  }
  std::vector<std::string> why_not(std::int64_t task, bool session_runs) {
    const SchedulingContext now = context(session_runs);
    return WhyNot(now, store).reasons(temp.task(task));
  }

  test::FakeMachine machine;
};

TEST_F(ContextByRows, KnowsTheDisk) {
  const auto task = temp.add("x");
  temp.project.config.retention.free_disk_floor_bytes = 1 << 20;
  machine.free = 5;
  const auto reasons = why_not(task, true);
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_EQ(reasons[0], disk_shortage(machine, temp.project.paths, 1 << 20));
}

TEST_F(ContextByRows, KnowsWhatTheRunningSessionHasSpent) {
  auto run = store.runs.find(start(temp.add("x"))).value();
  run.cost_usd = 9.5;
  store.write([&] { store.runs.progress(run); });
  EXPECT_DOUBLE_EQ(context(true).load().spent_usd, 9.5);
  EXPECT_DOUBLE_EQ(context(false).load().spent_usd, 0) << "the next session begins at nothing";
}

TEST_F(ContextByRows, APauseIsSaidBeforeAnythingElse) {
  const auto task = temp.add("x");
  store.write([&] { store.sessions.pause("paused for lunch", 1); });
  machine.free = 0;
  EXPECT_EQ(why_not(task, true), std::vector<std::string>{"paused for lunch"});
}

TEST_F(ContextByRows, KnowsWhatTheRunningSessionWasAskedFor) {
  const auto first = temp.add("x");
  const auto second = temp.add("y");
  SessionTerms terms;
  terms.max_parallel = 3;
  terms.max_cost_usd = 7;
  terms.only = {second};
  store.write([&] { (void)store.sessions.start(1, 1, terms); });
  EXPECT_EQ(context(true).ceiling().max_parallel, 3);
  EXPECT_DOUBLE_EQ(context(true).ceiling().max_cost_usd, 7);
  EXPECT_EQ(why_not(first, true), std::vector<std::string>{"the running session takes only 2"});
  EXPECT_TRUE(why_not(second, true).empty());
  EXPECT_EQ(context(false).ceiling().max_parallel, temp.project.config.dispatch.max_parallel)
      << "the next session is asked anew";
  terms.only.clear();
  terms.ranks = {0, 1};
  store.write([&] { (void)store.sessions.start(1, 1, terms); });
  EXPECT_EQ(why_not(first, true), std::vector<std::string>{"the running session takes only P0 and P1"});
}

TEST_F(ContextByRows, KnowsWhyTheRunningSessionStartsNothingNew) {
  const auto task = temp.add("x");
  store.write(
      [&] { store.sessions.set_closed(store.sessions.start(1, 1), "stopped by `orchestrate stop`"); });
  EXPECT_EQ(why_not(task, true), std::vector<std::string>{"stopped by `orchestrate stop`"});
  EXPECT_NE(why_not(task, false)[0], "stopped by `orchestrate stop`");
}

TEST_F(ContextByRows, OfATaskThatWaitsForAPersonItSaysWhatIsAsked) {
  const auto task = temp.add("x");
  InboxItem item;
  item.task = task;
  item.kind = InboxKind::manual;
  item.cause = "task 1";
  item.title = "x: a person decides";
  store.write([&] { (void)store.hand_over(task, item, 1); });
  EXPECT_EQ(why_not(task, false), std::vector<std::string>{"inbox item 1: x: a person decides"});
  store.write([&] { (void)store.inbox.close(1, "seen", "", 2); });
  EXPECT_EQ(why_not(task, false),
            std::vector<std::string>{"it waits for a person: retry, edit or cancel it"});
}

TEST_F(ContextByRows, ASessionIsWhoeverHoldsItsLock) {
  const auto task = temp.add("x");
  start(temp.add("y"));
  ASSERT_FALSE(store.sessions.find(std::nullopt)->ended_ms);
  EXPECT_EQ(why_not(task, false),
            std::vector<std::string>{"no session runs: start one with `orchestrate run`"});
  EXPECT_TRUE(why_not(task, true).empty());
}

TEST_F(ContextByRows, AnAgentTypeThatIsGoneTakesItsPlaceAndNoMoney) {
  start(temp.add("x"));
  start(temp.add("y"));
  shell("UPDATE runs SET agent_type = 'gone' WHERE id = 1");
  temp.project.config.agent_types["alpha"].profile.max_cost_usd = 3;
  const Load load = context(true).load();
  EXPECT_EQ(load.running, 2);
  EXPECT_EQ(load.by_type, (std::map<std::string, int>{{"alpha", 1}, {"gone", 1}}));
  EXPECT_DOUBLE_EQ(load.reserved_usd, 3);
  EXPECT_FALSE(load.in_place_busy);
}

TEST_F(ContextByRows, OnlyAgentTypesThatAreGoneReserveNothing) {
  start(temp.add("x"));
  temp.project.config.agent_types.clear();
  const Load load = context(true).load();
  EXPECT_EQ(load.running, 1);
  EXPECT_DOUBLE_EQ(load.reserved_usd, 0);
  EXPECT_FALSE(load.in_place_busy);
}

TEST_F(ContextByRows, ARunReservesWhatItMayStillCost) {
  temp.project.config.agent_types["alpha"].profile.max_cost_usd = 3;
  for (const double spent : {1.0, 5.0}) {
    auto run = store.runs.find(start(temp.add("x"))).value();
    run.cost_usd = spent;
    store.write([&] { store.runs.progress(run); });
  }
  EXPECT_DOUBLE_EQ(context(true).load().reserved_usd, 2) << "nothing comes back from what costs too much";
}

TEST_F(ContextByRows, KnowsWhoWorksInTheProjectsOwnFolder) {
  start(temp.add("x"));
  EXPECT_FALSE(context(true).load().in_place_busy);
  temp.project.config.agent_types["alpha"].workspace = workspaces::Kind::in_place;
  const SchedulingContext now = context(true);
  EXPECT_TRUE(now.load().in_place_busy);
  EXPECT_TRUE(now.standing("alpha").folder_taken);
  EXPECT_FALSE(now.standing("beta").folder_taken);
}

TEST_F(ContextByRows, AParkedProviderIsSaidWithItsEnd) {
  store.write([&] { store.parks.put({"p1", 1'795'000'600'000, "a limit", 1}, 1); });
  const SchedulingContext now = context(true);
  EXPECT_TRUE(now.standing("alpha").parked);
  EXPECT_FALSE(now.standing("beta").parked);
  EXPECT_EQ(now.candidate("alpha").why_not.find("provider p1 rests until "), 0U);
  EXPECT_TRUE(now.candidate("alpha").why_not.ends_with(": a limit"));
  EXPECT_EQ(now.candidate("beta").why_not, "");
}

TEST_F(ContextByRows, FullSlotsAreSaidWithTheirNumber) {
  temp.project.config.agent_types["alpha"].max_parallel = 1;
  start(temp.add("x"));
  const SchedulingContext now = context(true);
  EXPECT_TRUE(now.standing("alpha").full);
  EXPECT_EQ(now.candidate("alpha").why_not, "its only slot is taken");
  EXPECT_FALSE(now.standing("beta").full);
}

TEST_F(ContextByRows, WhoStartsTakesItsPlaceItsMoneyAndTheFolder) {
  auto& types = temp.project.config.agent_types;
  types["alpha"].profile.max_cost_usd = 3;
  types["alpha"].max_parallel = 1;
  types["beta"].workspace = workspaces::Kind::in_place;
  SchedulingContext now = context(true);
  now.started("alpha");
  EXPECT_EQ(now.load().running, 1);
  EXPECT_EQ(now.load().by_type, (std::map<std::string, int>{{"alpha", 1}}));
  EXPECT_DOUBLE_EQ(now.load().reserved_usd, 3);
  EXPECT_FALSE(now.load().in_place_busy);
  EXPECT_TRUE(now.standing("alpha").full);
  EXPECT_TRUE(now.standing("beta").clear());
  now.started("beta");
  EXPECT_TRUE(now.load().in_place_busy);
  EXPECT_TRUE(now.standing("beta").folder_taken);
  EXPECT_EQ(now.load().running, 2);
}

}  // namespace
}  // namespace orchestrate
