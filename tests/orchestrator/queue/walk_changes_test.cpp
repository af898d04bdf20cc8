// What changes between two turns of a walk, whoever changed it: it is met again.
#include <gtest/gtest.h>

#include "tests/orchestrator/queue/walking.h"

namespace orchestrate {
namespace {

using test::Ids;
using test::Walk;

TEST_F(Walk, ARowThatPlainSqlChangedIsMetAgain) {
  add_many(100, "a");
  turns();
  started.clear();
  sql("UPDATE tasks SET needs = '[\"b\"]' WHERE id = 77");
  turns();
  EXPECT_EQ(started, Ids({77}));
}

TEST_F(Walk, ARowThatPlainSqlPutInTheMiddleOfTheQueueIsMet) {
  add_many(100, "a");
  turns();
  started.clear();
  sql("DELETE FROM tasks WHERE id = 50");
  sql("INSERT INTO tasks (id, title, needs) VALUES (50, 'x', '[\"b\"]')");
  turns();
  EXPECT_EQ(started, Ids({50}));
}

TEST_F(Walk, WhatBecameFreeTogetherStartsTogether) {
  outlook.ceiling.max_parallel = 9;
  const auto first = add("a");
  const auto second = add("b");
  const auto third = add("a", 2, {first});
  const auto fourth = add("b", 2, {second});
  turns();
  temp.store->write([&] { temp.store->tasks.cancel(third, outlook.now_ms); });
  finish(first);
  finish(second);
  turns();
  EXPECT_EQ(started, Ids({first, second, fourth})) << "nobody waited for the first of them";
}

TEST_F(Walk, WhatDependsOnARowThatPlainSqlRemovedStarts) {
  const auto gone = add("a");
  temp.store->write([&] { temp.store->tasks.hold(gone, true, 1); });
  const auto task = add("b", 2, {gone});
  turns();
  EXPECT_TRUE(started.empty());
  sql("PRAGMA foreign_keys = OFF; DELETE FROM tasks WHERE id = " + std::to_string(gone));
  turns();
  EXPECT_EQ(started, Ids({task}));
}

TEST_F(Walk, ARowThatPlainSqlReplacedIsMetAgain) {
  add("a");
  const auto last_row = add("a");
  turns();
  started.clear();
  sql("INSERT OR REPLACE INTO tasks (id, title, needs) VALUES (" + std::to_string(last_row) +
      ", 'x', '[\"b\"]')");
  turns();
  EXPECT_EQ(started, Ids({last_row}));
}

TEST_F(Walk, WhileNothingMayStartItIsHandedToThePersonWhoIsNext) {
  temp.project.config.rules.rules = {rule("EITHER", {"alpha", routing::kHuman})};
  outlook.ceiling.closed = "paused";
  sql("INSERT INTO tasks (title, type) VALUES ('x', 'EITHER')");
  turns();
  EXPECT_TRUE(handed_over.empty());
  outlook.parks = {{"p1", outlook.now_ms + 5000, "limit", 1}};
  turns();
  EXPECT_EQ(handed_over.size(), 1U);
}

TEST_F(Walk, ADependencyThatPlainSqlDroppedHoldsNobody) {
  const auto first = add("a");
  const auto second = add("b", 2, {first});
  turns();
  ASSERT_EQ(started, Ids({first}));
  sql("DELETE FROM dependencies");
  turns();
  EXPECT_EQ(started, Ids({first, second}));
}

TEST_F(Walk, WhoIsReleasedStarts) {
  const auto id = add("a");
  temp.store->write([&] { temp.store->tasks.hold(id, true, outlook.now_ms); });
  turns();
  EXPECT_TRUE(started.empty());
  temp.store->write([&] { temp.store->tasks.hold(id, false, outlook.now_ms); });
  turns();
  EXPECT_EQ(started, Ids({id}));
}

}  // namespace
}  // namespace orchestrate
