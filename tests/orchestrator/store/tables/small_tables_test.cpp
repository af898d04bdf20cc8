// Parks, baselines, values, events and sessions: a few promises each.
#include <gtest/gtest.h>

#include "tests/orchestrator/store/with_store.h"

namespace orchestrate {
namespace {

class SmallTables : public test::WithStore {};

TEST_F(SmallTables, AParkEndsAtItsTime) {
  store.write([&] { store.parks.put({"p1", 100, "limit", 1}, 1); });
  EXPECT_EQ(store.parks.in_force(99).size(), 1U);
  EXPECT_TRUE(store.parks.in_force(100).empty());
}

TEST_F(SmallTables, EventsAreAppendOnly) {
  temp.add("x");
  EXPECT_THROW(shell("UPDATE events SET kind = 'forged'"), DatabaseError);
}

TEST_F(SmallTables, AParkWithoutATimeHoldsUntilItIsLifted) {
  store.write([&] { store.parks.put({"p1", std::nullopt, "login", 1}, 1); });
  EXPECT_EQ(store.parks.in_force(9'999'999'999'999).size(), 1U);
  store.write([&] { store.parks.lift("p1", 2); });
  EXPECT_TRUE(store.parks.in_force(2).empty());
}

TEST_F(SmallTables, AProviderThatRestsAgainIsCounted) {
  store.write([&] {
    store.parks.put({"p1", 100, "limit", 1}, 1);
    store.parks.put({"p1", 200, "again", 1}, 2);
    store.parks.put({"p2", 300, "limit", 1}, 3);
  });
  const auto parks = store.parks.in_force(50);
  ASSERT_EQ(parks.size(), 2U);
  EXPECT_EQ(parks[0].times, 2);
  EXPECT_EQ(parks[0].until_ms, 200);
  EXPECT_EQ(parks[0].why, "again");
  EXPECT_EQ(parks[1].provider, "p2");
}

TEST_F(SmallTables, LiftingWhatDoesNotRestIsNoEvent) {
  store.write([&] { store.parks.lift("p1", 2); });
  EXPECT_TRUE(kinds().empty());
}

TEST_F(SmallTables, ABaselineIsLearntOnceForEachBaseAndCommand) {
  store.write([&] {
    store.baselines.put("base", "make", true, 10);
    store.baselines.put("base", "make", false, 11);
    store.baselines.put("base", "test", false, 12);
  });
  EXPECT_EQ(store.baselines.find("base", "make", 99), true) << "what was learnt first stays";
  EXPECT_EQ(store.baselines.find("base", "test", 99), false);
  EXPECT_EQ(store.baselines.find("other", "make", 99), std::nullopt);
}

TEST_F(SmallTables, ABaselineLearntLaterIsNotRecalled) {
  store.write([&] { store.baselines.put("base", "make", true, 10); });
  EXPECT_EQ(store.baselines.find("base", "make", 10), std::nullopt);
  EXPECT_EQ(store.baselines.find("base", "make", 11), true);
}

TEST_F(SmallTables, AValueIsTheLastThatWasSet) {
  EXPECT_EQ(store.values.get("k"), "");
  store.write([&] { store.values.set("k", "1"); });
  store.write([&] { store.values.set("k", "2"); });
  EXPECT_EQ(store.values.get("k"), "2");
}

TEST_F(SmallTables, EventsAreReadOnFromWhereOneWas) {
  EXPECT_EQ(store.events.last(), 0);
  temp.add("1");
  const auto seen = store.events.last();
  const auto second = temp.add("2");
  temp.add("3");
  const auto rows = store.events.after(seen, 1);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].task, second);
  EXPECT_EQ(store.events.of_task(second).size(), 1U);
}

TEST_F(SmallTables, EventsBelongToTheSessionOfTheirConnection) {
  temp.add("before");
  store.write([&] { session = store.sessions.start(4, 5); });
  temp.add("during");
  const auto rows = store.events.after(0, 10);
  EXPECT_EQ(rows.at(0).session, std::nullopt);
  EXPECT_EQ(rows.at(1).session, session);
  EXPECT_EQ(rows.at(2).session, session);
}

TEST_F(SmallTables, AKindOfEventThatIsNotKnownIsReadAsItIs) {
  shell("INSERT INTO events (at, kind) VALUES (1, 'moonrise')");
  const auto row = store.events.after(0, 1).at(0);
  EXPECT_EQ(row.kind.text(), "moonrise");
  EXPECT_EQ(row.kind.value(), std::nullopt);
}

TEST_F(SmallTables, ASessionEndsOnce) {
  store.write([&] { session = store.sessions.start(4, 5); });
  store.write([&] {
    store.sessions.end(session, 3, "why", 6);
    store.sessions.end(session, 0, "other", 7);
  });
  const auto found = store.sessions.find(std::nullopt).value();
  EXPECT_EQ(found.id, session);
  EXPECT_EQ(found.started_ms, 5);
  EXPECT_EQ(found.pid, 4);
  EXPECT_EQ(found.ended_ms, 6);
  EXPECT_EQ(found.exit_status, 3);
  EXPECT_EQ(found.stop_reason, "why");
}

TEST_F(SmallTables, RunsThatADeadSessionLeftBelongToTheNextOne) {
  const auto run = start(temp.add("x"));
  std::int64_t next = 0;
  store.write([&] { next = store.sessions.start(9, 9); });
  EXPECT_EQ(store.runs.find(run)->session, next);
}

TEST_F(SmallTables, OnlyASessionThatRunsCanBeStopped) {
  store.write([&] { EXPECT_FALSE(store.sessions.ask_stop(false, 1)); });
  store.write([&] { session = store.sessions.start(4, 5); });
  store.write([&] { EXPECT_TRUE(store.sessions.ask_stop(false, 6)); });
  EXPECT_EQ(store.sessions.find(session)->stop_asked, "drain");
  store.write([&] { EXPECT_TRUE(store.sessions.ask_stop(true, 6)); });
  EXPECT_EQ(store.sessions.find(session)->stop_asked, "now");
}

TEST_F(SmallTables, ASessionHasFailedWhenATaskItWorkedOnHas) {
  const auto id = temp.add("x");
  end(start(id), TaskState::failed);
  const auto first = session;
  EXPECT_TRUE(store.sessions.failed(first));
  session = 0;
  end(start(temp.add("y")), TaskState::done);
  EXPECT_FALSE(store.sessions.failed(session));
}

TEST_F(SmallTables, AQueueIsPausedUntilItIsResumed) {
  EXPECT_EQ(store.sessions.paused(), "");
  store.write([&] { store.sessions.pause("lunch", 1); });
  EXPECT_EQ(store.sessions.paused(), "lunch");
  store.write([&] { store.sessions.resume(2); });
  EXPECT_EQ(store.sessions.paused(), "");
}

}  // namespace
}  // namespace orchestrate
