// What people ask for while nobody or somebody works: written into rows, where a running session finds it.
#include "orchestrator/store/tables/tasks.h"

#include "orchestrator/store/rows/task_columns.h"

namespace orchestrate {
namespace {

// Plain SQL may say "running" of a task that no run works on.
const std::string kIsWorkedOn =
    "(state = 'running' AND EXISTS (SELECT 1 FROM runs WHERE runs.task = tasks.id AND runs.phase <> 'ended'))";

}  // namespace

bool Tasks::hold(std::int64_t task, bool held, std::int64_t now_ms) {
  const int changed = db_.query(
                             "UPDATE tasks SET held = ?, updated_at = ? WHERE id = ?"
                             " AND state NOT IN ('done', 'failed', 'cancelled')")
                          .bind(held)
                          .bind(now_ms)
                          .bind(task)
                          .run();
  if (changed != 1) return false;
  events_.add(held ? events::task_held(now_ms, task) : events::task_released(now_ms, task));
  return true;
}

bool Tasks::edit(const Task& task, std::int64_t now_ms) {
  auto q = db_.query(update_task());
  bind_fields(q, task, false);
  if (q.bind(now_ms).bind(task.id).run() != 1) return false;
  db_.query("DELETE FROM dependencies WHERE task = ?").bind(task.id).run();
  put_dependencies(task.id, task.depends_on);
  events_.add(events::task_edited(now_ms, task.id));
  return true;
}

bool Tasks::cancel(std::int64_t task, std::int64_t now_ms) {
  // One statement, so that a task that starts at this very moment is either not started or ended again.
  static const std::string sql = "UPDATE tasks SET cancel_asked = " + kIsWorkedOn +
                                 ", updated_at = ?, state = CASE WHEN " + kIsWorkedOn +
                                 " THEN state ELSE 'cancelled' END" +
                                 " WHERE id = ? AND state NOT IN ('done', 'cancelled') RETURNING state";
  auto q = db_.query(sql);
  const auto state = q.bind(now_ms).bind(task).first<std::string>();
  if (!state) return false;
  const bool asked = state == "running";
  if (!asked) inbox_.close_of_task(task, "cancel", now_ms);
  events_.add(asked ? events::cancel_asked(now_ms, task) : events::task_cancelled(now_ms, task));
  return true;
}

bool Tasks::retry(std::int64_t task, std::int64_t now_ms) {
  static const std::string sql =
      "UPDATE tasks SET state = 'queued', cancel_asked = 0, next_attempt = NULL, verified = NULL, updated_at = ?"
      " WHERE id = ? AND state NOT IN ('done', 'claimed') AND NOT " +
      kIsWorkedOn;
  if (db_.query(sql).bind(now_ms).bind(task).run() != 1) return false;
  db_.query("DELETE FROM ledger WHERE task = ?").bind(task).run();
  inbox_.close_of_task(task, "retry", now_ms);
  events_.add(events::task_retried(now_ms, task));
  return true;
}

bool Tasks::depends_on_itself(std::int64_t task) {
  auto q = db_.query(R"(
    WITH RECURSIVE needed (id) AS (
      SELECT depends_on FROM dependencies WHERE task = ?1
      UNION SELECT d.depends_on FROM dependencies d JOIN needed n ON d.task = n.id)
    SELECT 1 FROM needed WHERE id = ?1)");
  q.bind(task);
  return q.next();
}

void Tasks::begin_after(std::int64_t id) {
  db_.give_ids_after("tasks", id);
}

void Tasks::agree_with_runs(std::int64_t now_ms) {
  db_.query(
         "UPDATE tasks SET state = 'running', updated_at = ? WHERE state = 'queued' AND id IN "
         "(SELECT task FROM runs WHERE phase <> 'ended')")
      .bind(now_ms)
      .run();

  static const std::string sql =
      "UPDATE tasks SET state = 'queued', cancel_asked = 0, updated_at = ? WHERE state = 'running' AND NOT " +
      kIsWorkedOn + " RETURNING id";
  for (const std::int64_t task : db_.query(sql).bind(now_ms).all<std::int64_t>())
    events_.add(events::task_requeued(now_ms, task));
}

std::vector<std::int64_t> Tasks::to_cancel() {
  return db_.query("SELECT id FROM tasks WHERE cancel_asked = 1").all<std::int64_t>();
}

}  // namespace orchestrate
