// No statement reads a table that grows from its beginning to its end: what a turn, `status`, a page of
// `list`, a report or the inbox costs does not depend on how much there is.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/orchestrator/store/with_store.h"

namespace orchestrate {
namespace {

class PlansTest : public test::WithStore {
 protected:
  // Everything that a session, the verbs and the report ask of the tables.
  void use_everything() {
    const auto first = temp.add("first");
    const auto task = temp.add("task", 2, {first});
    const auto run = start(first);
    auto& s = store;
    s.write([&] {
      s.runs.set_pid(run, 1);
      s.runs.set_phase(run, RunPhase::running, 6);
      s.runs.progress(*s.runs.find(run));
      s.steps.started(run, 1, "agent", 6);
      s.steps.ended(run, 1, spawners::ExitRecord{}, {}, 7);
      s.tasks.hold(task, true, 7);
      s.tasks.edit(*s.tasks.find(task), 8);
      s.tasks.cancel(task, 9);
      s.tasks.retry(task, 9);
      InboxItem item;
      item.task = task;
      item.kind = InboxKind::manual;
      item.cause = "c";
      s.hand_over(task, item, 10);
      s.answer(*s.inbox.find(1), "retry", "", 11);
      s.inbox.archive(20, 20);
      s.parks.put({"p1", 5, "w", 1}, 1);
      s.parks.lift("p1", 2);
      s.baselines.put("b", "c", true, 1);
      s.sessions.pause("w", 1);
      (void)s.sessions.ask_stop(true, 1);
    });
    end(run, TaskState::done);
    Task keyed;
    keyed.key = "k";
    keyed.title = "t";
    s.write([&] { s.tasks.add(keyed, 1); });
    look_at_everything(first, run);
    s.write([&] { s.sessions.end(session, 0, "", 30); });
  }

  void look_at_everything(std::int64_t task, std::int64_t run) {
    auto& s = store;
    (void)s.changed_by_others();
    for (const std::optional<TaskState>& state : {std::optional<TaskState>(), {TaskState::queued}}) {
      for (const std::optional<int>& rank : {std::optional<int>(), {2}})
        (void)s.tasks.list(state, rank);
    }
    (void)s.tasks.list(TaskState::queued, 2, 1, 5, "label");
    (void)s.tasks.due(2, 9, kQueueBegin, kQueueEnd, 5);
    (void)s.tasks.queued(2, 5);
    look_at_changes();
    (void)s.tasks.last_id();
    (void)s.tasks.exists(task);
    (void)s.tasks.id_of_key("k");
    (void)s.tasks.keys_beginning("k", 5);
    (void)s.tasks.next_due(9, {0, 1}, {}, true);
    (void)s.tasks.next_due(9, {}, {1}, true);
    (void)s.tasks.counts();
    (void)s.tasks.unmet_dependencies(task);
    (void)s.tasks.depends_on_itself(task);
    (void)s.tasks.to_cancel();
    (void)s.runs.of_task(task);
    (void)s.runs.of_session(session);
    (void)s.runs.open();
    (void)s.steps.agent_of(run);
    (void)s.inbox.list("open");
    (void)s.inbox.list("");
    (void)s.parks.in_force(1);
    (void)s.sessions.find(std::nullopt);
    (void)s.sessions.find(session);
    (void)s.sessions.failed(session);
    (void)s.sessions.paused();
    (void)s.baselines.find("b", "c", 9);
    (void)s.events.after(0, 5);
    (void)s.events.of_task(task);
    (void)s.events.last();
    (void)s.values.get("k");
  }

  void look_at_changes() {
    QueueChanges& changes = store.queue_changes;
    std::int64_t id = 0;
    DuePlace since;
    (void)changes.last(2);
    (void)changes.added(id, 5);
    (void)changes.retried(since, 9, 5);
    (void)changes.opened(since, 9, 5);
    store.write([&] {
      (void)changes.take(1);
      changes.clear();
    });
  }

  [[nodiscard]] std::string plan_of(const std::string& part) {
    for (const auto& [sql, plan] : store.plans()) {
      if (sql.find(part) != std::string::npos) return plan;
    }
    return "no statement has " + part;
  }
};

// Indexes of what is at work or to be seen: to read one of them whole is to read what was asked for.
bool is_small(const std::string& line) {
  const std::string small[] = {"runs_open", "tasks_to_cancel", "inbox_shown"};
  return std::any_of(std::begin(small), std::end(small),
                     [&](const auto& name) { return line.ends_with(" " + name); });
}

TEST_F(PlansTest, NothingThatGrowsIsReadAsAWhole) {
  use_everything();
  const auto plans = store.plans();
  EXPECT_GT(plans.size(), 50U);
  const std::string fixed[] = {"SCAN task_counts",
                               "SCAN parks",
                               "SCAN json_each VIRTUAL",
                               "SCAN n",
                               "SCAN needed",
                               "SCAN c",  // queue_changes, in its order, up to a limit
                               "SCAN queue_unblocked"};
  for (const auto& [sql, plan] : plans) {
    std::istringstream lines(plan);
    for (std::string line; std::getline(lines, line);) {
      const bool allowed =
          is_small(line) || std::any_of(std::begin(fixed), std::end(fixed),
                                        [&](const auto& start) { return line.starts_with(start); });
      EXPECT_TRUE(!line.starts_with("SCAN") || allowed) << sql << "\n" << plan;
      // Everything that is queued may be everything.
      EXPECT_FALSE(line.ends_with("tasks_state (state=?)")) << sql << "\n" << plan;
    }
  }
}

TEST_F(PlansTest, NothingIsSortedThatAnIndexGivesInOrder) {
  use_everything();
  for (const auto& [sql, plan] : store.plans())
    EXPECT_EQ(plan.find("USE TEMP B-TREE"), std::string::npos) << sql << "\n" << plan;
}

TEST_F(PlansTest, TheQueueIsReadThroughItsPartialIndex) {
  use_everything();
  const std::string plan = plan_of("AND id > ?2");
  EXPECT_NE(plan.find("USING INDEX tasks_queued"), std::string::npos) << plan;
}

}  // namespace
}  // namespace orchestrate
