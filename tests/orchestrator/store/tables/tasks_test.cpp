#include "orchestrator/store/tables/tasks.h"

#include <gtest/gtest.h>

#include "tests/orchestrator/store/with_store.h"

namespace orchestrate {
namespace {

class TasksTest : public test::WithStore {};

TEST_F(TasksTest, ATitleAloneIsAValidTask) {
  shell("INSERT INTO tasks (title) VALUES ('by hand')");
  const Task task = temp.task(1);
  EXPECT_EQ(task.title, "by hand");
  EXPECT_EQ(task.rank, 2);
  EXPECT_EQ(task.state, TaskState::queued);
  EXPECT_GT(task.created_ms, 1'600'000'000'000);
}

TEST_F(TasksTest, ShortAndLongPrioritiesAreTheSame) {
  shell("INSERT INTO tasks (title, priority) VALUES ('a', 'P1'), ('b', 'P1-HIGH')");
  EXPECT_EQ(temp.task(1).rank, temp.task(2).rank);
}

TEST_F(TasksTest, NonsenseIsRefusedByTheSchema) {
  for (const char* values : {"(title) VALUES ('  ')", "(title, priority) VALUES ('x', 'P9')",
                             "(title, state) VALUES ('x', 'lost')", "(title, needs) VALUES ('x', 'backend')",
                             "(title, created_at) VALUES ('x', 'today')"}) {
    EXPECT_THROW(shell(std::string("INSERT INTO tasks ") + values), DatabaseError) << values;
  }
}

TEST_F(TasksTest, TheSameKeyIsTheSameTask) {
  Task task;
  task.title = "x";
  task.key = "k";
  std::int64_t first = 0;
  std::int64_t second = 0;
  store.write([&] { first = store.tasks.add(task, 1); });
  store.write([&] { second = store.tasks.add(task, 1); });
  EXPECT_EQ(first, second);
}

TEST_F(TasksTest, AnyBytesSurviveTheRow) {
  Task task;
  task.title = "t";
  task.description = std::string("nul\0 \xff\xfe \x1b[2J", 13);
  task.needs = {"\xff", "a\"b"};
  std::int64_t id = 0;
  store.write([&] { id = store.tasks.add(task, 1); });
  EXPECT_EQ(temp.task(id).description, task.description);
  EXPECT_EQ(temp.task(id).needs[1], "a\"b");
}

TEST_F(TasksTest, TheListIsInTheOrderOfIdsAndTakesStateAndPriority) {
  const auto low = temp.add("low", 3);
  const auto high = temp.add("high", 0);
  const auto running = temp.add("running", 3);
  start(running);
  const auto ids = [&](auto state, auto rank) {
    std::vector<std::int64_t> found;
    for (const auto& task : store.tasks.list(state, rank))
      found.push_back(task.id);
    return found;
  };
  EXPECT_EQ(ids(std::nullopt, std::nullopt), (std::vector{low, high, running}));
  EXPECT_EQ(ids(TaskState::queued, std::nullopt), (std::vector{low, high}));
  EXPECT_EQ(ids(std::nullopt, 3), (std::vector{low, running}));
  EXPECT_EQ(ids(TaskState::running, 3), (std::vector{running}));
  EXPECT_TRUE(ids(TaskState::done, std::nullopt).empty());
}

TEST_F(TasksTest, AListIsReadInPages) {
  for (int i = 0; i < 5; ++i)
    temp.add("x");
  const auto ids = [](const std::vector<Task>& tasks) {
    std::vector<std::int64_t> found;
    for (const auto& task : tasks)
      found.push_back(task.id);
    return found;
  };
  using Ids = std::vector<std::int64_t>;
  EXPECT_EQ(ids(store.tasks.list(std::nullopt, std::nullopt, 0, 2)), (Ids{1, 2}));
  EXPECT_EQ(ids(store.tasks.list(std::nullopt, std::nullopt, 2, 2)), (Ids{3, 4}));
  EXPECT_EQ(ids(store.tasks.list(TaskState::queued, 2, 4)), (Ids{5}));
  EXPECT_TRUE(store.tasks.list(std::nullopt, std::nullopt, 5).empty());
}

TEST_F(TasksTest, ALabelIsAWholeOne) {
  Task task;
  task.title = "t";
  task.labels = {"night", "api\"x"};
  store.write([&] { task.id = store.tasks.add(task, 1); });
  temp.add("without");
  const auto found = [&](const std::string& label) {
    return store.tasks.list(std::nullopt, std::nullopt, 0, kAllTasks, label).size();
  };
  EXPECT_EQ(found("night"), 1U);
  EXPECT_EQ(found("api\"x"), 1U);
  EXPECT_EQ(found("nigh"), 0U);
  EXPECT_EQ(found(""), 2U);
}

TEST_F(TasksTest, AKeyIsFoundByItselfAndByItsBeginning) {
  for (const char* key : {"b/two", "a/2", "b/one", "b", "c"}) {
    Task task;
    task.title = key;
    task.key = key;
    store.write([&] { store.tasks.add(task, 1); });
  }
  EXPECT_EQ(store.tasks.id_of_key("b/one"), 3);
  EXPECT_EQ(store.tasks.id_of_key("b/"), std::nullopt);
  using Keys = std::vector<std::string>;
  EXPECT_EQ(store.tasks.keys_beginning("b/", 9), (Keys{"b/one", "b/two"}));
  EXPECT_EQ(store.tasks.keys_beginning("b", 2), (Keys{"b", "b/one"}));
  EXPECT_TRUE(store.tasks.keys_beginning("d", 9).empty());
  EXPECT_TRUE(store.tasks.exists(5));
  EXPECT_FALSE(store.tasks.exists(6));
}

const std::vector<int> kAnyRank = {0, 1, 2, 3};

class DueTest : public TasksTest {
 protected:
  std::vector<std::int64_t> due(std::int64_t now_ms, QueuePlace after = kQueueBegin, std::size_t most = 10) {
    std::vector<std::int64_t> ids;
    for (const Task& task : store.tasks.due(2, now_ms, after, kQueueEnd, most))
      ids.push_back(task.id);
    return ids;
  }

  std::int64_t add(std::int64_t created_ms, std::optional<std::int64_t> not_before = std::nullopt) {
    Task task;
    task.title = "t";
    task.not_before_ms = not_before;
    store.write([&] { task.id = store.tasks.add(task, created_ms); });
    return task.id;
  }
};

TEST_F(DueTest, WhatWasAddedFirstComesFirst) {
  const auto first = add(20);
  const auto second = add(20);
  const auto third = add(10);
  EXPECT_EQ(due(100), (std::vector{first, second, third}));
  EXPECT_EQ(due(100, kQueueBegin, 2), (std::vector{first, second}));
  EXPECT_EQ(due(100, second), (std::vector{third})) << "the place is behind that task";
}

TEST_F(DueTest, WhatMayNotStartYetIsLeftOut) {
  const auto now = add(1);
  const auto later = add(2, 50);
  const auto held = add(3);
  store.write([&] { store.tasks.hold(held, true, 4); });
  const auto failed = add(5);
  Settlement again;
  again.next_attempt_ms = 70;
  end(start(failed), again);
  EXPECT_EQ(due(49), (std::vector{now}));
  EXPECT_EQ(due(50), (std::vector{now, later}));
  EXPECT_EQ(due(70), (std::vector{now, later, failed}));
}

TEST_F(DueTest, TheNextMomentIsTheEarliestOfAll) {
  EXPECT_EQ(store.tasks.next_due(0, kAnyRank, {}, true), std::nullopt);
  const auto later = add(1, 50);
  const auto latest = add(2, 60);
  const auto failed = add(3);
  Settlement again;
  again.next_attempt_ms = 70;
  end(start(failed), again);
  EXPECT_EQ(store.tasks.next_due(0, kAnyRank, {}, true), 50);
  EXPECT_EQ(store.tasks.next_due(0, kAnyRank, {}, false), 70) << "the start of others does not count";
  EXPECT_EQ(store.tasks.next_due(0, kAnyRank, {latest}, true), 60);
  EXPECT_EQ(store.tasks.next_due(0, {0, 1, 3}, {}, true), std::nullopt) << "others are not waited for";
  EXPECT_EQ(store.tasks.next_due(0, {0}, {latest}, true), 60) << "unless they are named";
  EXPECT_EQ(store.tasks.next_due(50, kAnyRank, {}, true), 60) << "what is due already needs no waking";
  EXPECT_EQ(store.tasks.next_due(70, kAnyRank, {}, true), std::nullopt);
  store.write([&] { store.tasks.hold(later, true, 4); });
  EXPECT_EQ(store.tasks.next_due(0, kAnyRank, {}, true), 60) << "what is held does not start by itself";
}

TEST_F(TasksTest, NewcomersAreThoseWithGreaterIds) {
  EXPECT_EQ(store.tasks.last_id(), 0);
  const auto first = temp.add("1");
  const auto second = temp.add("2");
  const auto third = temp.add("3");
  start(second);
  EXPECT_EQ(store.tasks.last_id(), third);
  std::int64_t looked_at = first;
  const auto found = store.queue_changes.added(looked_at, 10);
  ASSERT_EQ(found.places.size(), 1U);
  EXPECT_EQ(found.places[0].place, third);
  EXPECT_FALSE(found.more);
  EXPECT_EQ(looked_at, third);
  looked_at = 0;
  EXPECT_TRUE(store.queue_changes.added(looked_at, 1).more);
  EXPECT_EQ(looked_at, first);
}

TEST_F(TasksTest, ADependencyIsMetOnlyWhenItIsDone) {
  const auto done = temp.add("done");
  const auto failed = temp.add("failed");
  const auto task = temp.add("task", 2, {done, failed});
  end(start(done), TaskState::done);
  end(start(failed), TaskState::failed);
  const auto unmet = store.tasks.unmet_dependencies(task);
  ASSERT_EQ(unmet.size(), 1U);
  EXPECT_EQ(unmet[0].id, failed);
  EXPECT_EQ(temp.task(task).depends_on, (std::vector{done, failed}));
}

}  // namespace
}  // namespace orchestrate
