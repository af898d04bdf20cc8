// What people ask of tasks: orchestrator/store/tables/tasks_steering.cpp.
#include <gtest/gtest.h>

#include "tests/orchestrator/store/with_store.h"

namespace orchestrate {
namespace {

class WhatPeopleAsk : public test::WithStore {};

TEST_F(WhatPeopleAsk, ATaskIsCancelledAtOnceWhileNobodyWorksOnIt) {
  const auto id = temp.add("true");
  store.write([&] { EXPECT_TRUE(store.tasks.cancel(id, 7)); });
  EXPECT_EQ(temp.task(id).state, TaskState::cancelled);
  store.write([&] { EXPECT_FALSE(store.tasks.cancel(id, 7)) << "it is over"; });
}

TEST_F(WhatPeopleAsk, ARowThatSaysRunningWithoutARunIsNobodysWork) {
  const auto cancelled = temp.add("true");
  const auto retried = temp.add("true");
  const auto queued = temp.add("true");
  const auto worked_on = temp.add("true");
  start(worked_on);
  Database(temp.project.paths.state + "/state.db").execute("UPDATE tasks SET state = 'running'");
  store.write([&] {
    EXPECT_TRUE(store.tasks.cancel(cancelled, 7));
    EXPECT_TRUE(store.tasks.retry(retried, 7));
    EXPECT_FALSE(store.tasks.retry(worked_on, 7));
    store.tasks.agree_with_runs(8);
    EXPECT_TRUE(store.tasks.cancel(worked_on, 9));
  });
  EXPECT_EQ(temp.task(cancelled).state, TaskState::cancelled);
  EXPECT_EQ(temp.task(retried).state, TaskState::queued);
  EXPECT_EQ(temp.task(queued).state, TaskState::queued);
  EXPECT_EQ(temp.task(worked_on).state, TaskState::running) << "its agent is to be ended first";
  EXPECT_EQ(store.tasks.to_cancel(), std::vector<std::int64_t>{worked_on});
}

TEST_F(WhatPeopleAsk, AnEditReplacesEverythingAPersonWrote) {
  const auto first = temp.add("first");
  const auto id = temp.add("true", 2, {first});
  Task task = temp.task(id);
  task.title = "other";
  task.rank = 0;
  task.needs = {"a"};
  task.depends_on = {};
  store.write([&] { EXPECT_TRUE(store.tasks.edit(task, 7)); });
  EXPECT_EQ(temp.task(id).title, "other");
  EXPECT_EQ(temp.task(id).rank, 0);
  EXPECT_TRUE(temp.task(id).depends_on.empty());
}

TEST_F(WhatPeopleAsk, ACircleOfDependenciesIsNoticed) {
  const auto a = temp.add("a");
  const auto b = temp.add("b", 2, {a});
  Task task = temp.task(a);
  EXPECT_FALSE(store.tasks.depends_on_itself(b));
  task.depends_on = {b};
  store.write([&] { store.tasks.edit(task, 7); });
  EXPECT_TRUE(store.tasks.depends_on_itself(a));
}

TEST_F(WhatPeopleAsk, ARunningTaskIsAskedToEndAndStaysWithItsSession) {
  const auto id = temp.add("x");
  const auto run = start(id);
  store.write([&] { EXPECT_TRUE(store.tasks.cancel(id, 6)); });
  EXPECT_EQ(temp.task(id).state, TaskState::running);
  EXPECT_EQ(store.tasks.to_cancel(), (std::vector{id}));
  end(run, TaskState::queued);
  EXPECT_EQ(temp.task(id).state, TaskState::cancelled) << "it does not go back into the queue";
  EXPECT_TRUE(store.tasks.to_cancel().empty());
}

TEST_F(WhatPeopleAsk, WorkThatWasDoneFirstIsDoneThoughACancelWasAsked) {
  const auto id = temp.add("x");
  const auto run = start(id);
  store.write([&] { store.tasks.cancel(id, 6); });
  end(run, TaskState::done);
  EXPECT_EQ(temp.task(id).state, TaskState::done);
}

TEST_F(WhatPeopleAsk, TheEndOfACancelledRunSaysWhatBecameOfTheTask) {
  const auto id = temp.add("x");
  const auto run = start(id);
  store.write([&] { store.tasks.cancel(id, 6); });
  end(run, TaskState::queued);
  const auto last = store.events.of_task(id).back();
  EXPECT_EQ(last.kind, EventKind::run_ended);
  EXPECT_EQ(event_members(last)["state"], "cancelled");
}

TEST_F(WhatPeopleAsk, ARetryStartsWithAnEmptyLedgerAndNoDelay) {
  const auto id = temp.add("x");
  Settlement again;
  again.next_attempt_ms = 1'000;
  end(start(id), again);
  EXPECT_EQ(temp.task(id).ledger.attempts, 1);
  store.write([&] { EXPECT_TRUE(store.tasks.retry(id, 20)); });
  EXPECT_EQ(temp.task(id).ledger.attempts, 0);
  EXPECT_EQ(temp.task(id).next_attempt_ms, std::nullopt);
  EXPECT_EQ(temp.task(id).updated_ms, 20);
}

TEST_F(WhatPeopleAsk, ARunningTaskIsNeitherRetriedNorEdited) {
  const auto id = temp.add("x");
  start(id);
  store.write([&] {
    EXPECT_FALSE(store.tasks.retry(id, 6));
    EXPECT_FALSE(store.tasks.edit(temp.task(id), 6));
    EXPECT_TRUE(store.tasks.hold(id, true, 6)) << "it holds back a further attempt";
  });
}

TEST_F(WhatPeopleAsk, ARetryClosesWhatWasAskedAboutTheTaskAndNothingElse) {
  const auto id = temp.add("x");
  const auto other = temp.add("y");
  InboxItem item;
  item.kind = InboxKind::manual;
  for (const auto task : {id, other}) {
    item.task = task;
    item.cause = "manual:task:" + std::to_string(task);
    put(item);
  }
  item.task = id;
  item.kind = InboxKind::auth_required;
  item.provider = "p1";
  item.cause = "auth_required:provider:p1";
  put(item);
  store.write([&] { EXPECT_TRUE(store.tasks.retry(id, 20)); });
  const auto open = store.inbox.list("open");
  ASSERT_EQ(open.size(), 2U);
  EXPECT_EQ(open[0].task, other);
  EXPECT_EQ(open[1].provider, "p1") << "the provider still refuses the login";
  EXPECT_EQ(store.inbox.find(1)->answer, "retry");
}

TEST_F(WhatPeopleAsk, ACancelLeavesWhatIsAskedAboutTheProvider) {
  const auto id = temp.add("x");
  InboxItem item;
  item.task = id;
  item.kind = InboxKind::budget;
  item.provider = "p1";
  item.cause = "budget:provider:p1";
  const auto about_provider = put(item);
  item.kind = InboxKind::manual;
  item.provider.clear();
  item.cause = "manual:task:1";
  const auto about_task = put(item);
  store.write([&] { EXPECT_TRUE(store.tasks.cancel(id, 20)); });
  EXPECT_EQ(store.inbox.find(about_task)->answer, "cancel");
  EXPECT_EQ(store.inbox.find(about_provider)->status, "open") << "its credit is used up all the same";
}

TEST_F(WhatPeopleAsk, WhatDoesNotApplyLeavesNoEvent) {
  const auto id = temp.add("x");
  end(start(id), TaskState::done);
  const auto before = kinds();
  store.write([&] {
    EXPECT_FALSE(store.tasks.hold(id, true, 20));
    EXPECT_FALSE(store.tasks.edit(temp.task(id), 20));
    EXPECT_FALSE(store.tasks.cancel(id, 20));
    EXPECT_FALSE(store.tasks.retry(id, 20));
    EXPECT_FALSE(store.tasks.hold(99, true, 20));
  });
  EXPECT_EQ(kinds(), before);
}

TEST_F(WhatPeopleAsk, EachIsAnEvent) {
  const auto id = temp.add("x");
  store.write([&] {
    store.tasks.hold(id, true, 1);
    store.tasks.hold(id, false, 2);
    store.tasks.edit(temp.task(id), 3);
    store.tasks.cancel(id, 4);
    store.tasks.retry(id, 5);
  });
  EXPECT_EQ(kinds(), (std::vector<std::string>{"task_added", "task_held", "task_released", "task_edited",
                                               "task_cancelled", "task_retried"}));
}

}  // namespace
}  // namespace orchestrate
