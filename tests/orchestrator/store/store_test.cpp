#include "orchestrator/store/store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/orchestrator/temp_project.h"

namespace orchestrate {
namespace {

class StoreTest : public testing::Test {
 protected:
  std::int64_t begin_run(std::int64_t task) {
    orchestrate::Run run;
    run.task = task;
    run.agent_type = "alpha";
    run.driver = "script";
    run.started_ms = 5;
    std::int64_t id = 0;
    temp.store->write([&] {
      if (session == 0) session = temp.store->sessions.start(1, 1);
      run.session = session;
      id = temp.store->runs.start(run);
    });
    return id;
  }

  bool end(std::int64_t run_id, TaskState state) {
    auto run = temp.store->runs.find(run_id);
    run->verdict = "accept";
    Settlement s;
    s.state = state;
    bool ended = false;
    temp.store->write([&] { ended = temp.store->end_run(*run, s, 10); });
    return ended;
  }

  test::TempProject temp;
  std::int64_t session = 0;
};

TEST_F(StoreTest, TheQueueIsReadThroughItsPartialIndex) {
  const std::string plan = temp.store->tasks.explain_queue();
  EXPECT_NE(plan.find("USING INDEX tasks_queued"), std::string::npos) << plan;
  EXPECT_EQ(plan.find("USE TEMP B-TREE FOR ORDER BY"), std::string::npos) << plan;
}

TEST_F(StoreTest, ATitleAloneIsAValidTask) {
  Database shell(temp.project.paths.state + "/state.db");
  shell.execute("INSERT INTO tasks (title) VALUES ('by hand')");
  const Task task = temp.task(1);
  EXPECT_EQ(task.title, "by hand");
  EXPECT_EQ(task.rank, 2);
  EXPECT_EQ(task.state, TaskState::queued);
  EXPECT_GT(task.created_ms, 1'600'000'000'000);
}

TEST_F(StoreTest, ShortAndLongPrioritiesAreTheSame) {
  Database shell(temp.project.paths.state + "/state.db");
  shell.execute("INSERT INTO tasks (title, priority) VALUES ('a', 'P1'), ('b', 'P1-HIGH')");
  EXPECT_EQ(temp.task(1).rank, temp.task(2).rank);
}

TEST_F(StoreTest, NonsenseIsRefusedByTheSchema) {
  Database shell(temp.project.paths.state + "/state.db");
  for (const char* values : {"(title) VALUES ('  ')", "(title, priority) VALUES ('x', 'P9')",
                             "(title, state) VALUES ('x', 'lost')", "(title, needs) VALUES ('x', 'backend')",
                             "(title, created_at) VALUES ('x', 'today')"}) {
    EXPECT_THROW(shell.execute(std::string("INSERT INTO tasks ") + values), DatabaseError) << values;
  }
}

TEST_F(StoreTest, TheSameKeyIsTheSameTask) {
  Task task;
  task.title = "x";
  task.key = "k";
  std::int64_t first = 0;
  std::int64_t second = 0;
  temp.store->write([&] { first = temp.store->tasks.add(task, 1); });
  temp.store->write([&] { second = temp.store->tasks.add(task, 1); });
  EXPECT_EQ(first, second);
}

TEST_F(StoreTest, ATaskIsStartedOnce) {
  const auto id = temp.add("x");
  EXPECT_NE(begin_run(id), 0);
  EXPECT_EQ(begin_run(id), 0);
  EXPECT_EQ(temp.store->runs.open().size(), 1U);
}

TEST_F(StoreTest, ARunEndsOnce) {
  const auto id = temp.add("x");
  const auto run = begin_run(id);
  EXPECT_TRUE(end(run, TaskState::done));
  EXPECT_FALSE(end(run, TaskState::failed));
  EXPECT_EQ(temp.task(id).state, TaskState::done);
  EXPECT_EQ(temp.task(id).ledger.attempts, 1);
}

TEST_F(StoreTest, AnEndedRunDoesNotOverwriteWhatAPersonDecidedMeanwhile) {
  const auto id = temp.add("x");
  const auto run = begin_run(id);
  Database(temp.project.paths.state + "/state.db").execute("UPDATE tasks SET state = 'cancelled'");
  EXPECT_TRUE(end(run, TaskState::done));
  EXPECT_EQ(temp.task(id).state, TaskState::cancelled);
}

TEST_F(StoreTest, WhatThrowsInATransactionLeavesNothing) {
  EXPECT_THROW(temp.store->write([&] {
    Task task;
    task.title = "half";
    temp.store->tasks.add(task, 1);
    throw std::runtime_error("power cut");
  }),
               std::runtime_error);
  EXPECT_TRUE(temp.store->tasks.list(std::nullopt, std::nullopt).empty());
  temp.add("next");
  EXPECT_EQ(temp.store->tasks.list(std::nullopt, std::nullopt).size(), 1U);
}

TEST_F(StoreTest, AWriteWithinAWriteThrowsInsteadOfWaitingForItself) {
  EXPECT_THROW(temp.store->write([&] { temp.store->write([] {}); }), std::logic_error);
  EXPECT_EQ(temp.add("the next one goes on"), 1);
}

TEST_F(StoreTest, ACommitWithoutAWriteThrows) {
  EXPECT_THROW(temp.store->commit(), std::logic_error);
}

TEST_F(StoreTest, EventsAreAppendOnly) {
  temp.add("x");
  EXPECT_THROW(Database(temp.project.paths.state + "/state.db").execute("UPDATE events SET kind = 'forged'"),
               DatabaseError);
}

TEST_F(StoreTest, TheSameOpenCauseIsOneItemCounted) {
  InboxItem item;
  item.kind = "auth_required";
  item.cause = "auth_required:provider:p1";
  item.title = "log in";
  temp.store->write([&] {
    temp.store->inbox.put(item, 1);
    temp.store->inbox.put(item, 2);
  });
  ASSERT_EQ(temp.store->inbox.list("open").size(), 1U);
  EXPECT_EQ(temp.store->inbox.list("open")[0].times, 2);
}

TEST_F(StoreTest, AParkEndsAtItsTime) {
  temp.store->write([&] { temp.store->parks.put({"p1", 100, "limit", 1}, 1); });
  EXPECT_EQ(temp.store->parks.in_force(99).size(), 1U);
  EXPECT_TRUE(temp.store->parks.in_force(100).empty());
}

TEST_F(StoreTest, AnyBytesSurviveTheRow) {
  Task task;
  task.title = "t";
  task.description = std::string("nul\0 \xff\xfe \x1b[2J", 13);
  task.needs = {"\xff", "a\"b"};
  std::int64_t id = 0;
  temp.store->write([&] { id = temp.store->tasks.add(task, 1); });
  EXPECT_EQ(temp.task(id).description, task.description);
  EXPECT_EQ(temp.task(id).needs[1], "a\"b");
}

TEST_F(StoreTest, AnotherConnectionsWriteIsNoticed) {
  (void)temp.store->changed_by_others();
  EXPECT_FALSE(temp.store->changed_by_others());
  Database(temp.project.paths.state + "/state.db").execute("INSERT INTO tasks (title) VALUES ('x')");
  EXPECT_TRUE(temp.store->changed_by_others());
}

TEST_F(StoreTest, TheStateIsForItsOwnerAlone) {
  temp.add("x");
  struct stat st {};
  ASSERT_EQ(::stat(temp.project.paths.state.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0700U);
  for (const char* file : {"/state.db", "/state.db.lock"}) {
    ASSERT_EQ(::stat((temp.project.paths.state + file).c_str(), &st), 0);
    EXPECT_EQ(st.st_mode & 0777, 0600U) << file;
  }
}

TEST_F(StoreTest, ANewerSchemaIsNotTouched) {
  Database(temp.project.paths.state + "/state.db").execute("PRAGMA user_version = 99");
  EXPECT_THROW(Store(temp.project.paths.state), DatabaseError);
}

}  // namespace
}  // namespace orchestrate
