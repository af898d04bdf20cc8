// What touches more than one table: each of these lands as a whole, or changes nothing and returns false.
#include "orchestrator/store/store.h"

#include "orchestrator/store/rows/json.h"

namespace orchestrate {

bool Store::end_run(const Run& run, const Settlement& s, std::int64_t now_ms) {
  if (!runs.close(run, now_ms)) return false;
  const std::optional<TaskState> state = settle_task(run, s, now_ms);
  if (s.item) {
    InboxItem item = *s.item;
    if (!state) item.task.reset();
    inbox.put(std::move(item), now_ms);
  }
  if (s.park) parks.put(*s.park, now_ms);
  events.add(events::run_ended(now_ms, run, state.value_or(s.state)));
  return true;
}

std::optional<TaskState> Store::settle_task(const Run& run, const Settlement& s, std::int64_t now_ms) {
  auto state = connection_.db.query(R"(
    UPDATE tasks SET state = CASE WHEN cancel_asked = 1 AND ?1 <> 'done' THEN 'cancelled' ELSE ?1 END,
      cancel_asked = 0, verified = ?2, next_attempt = ?3, updated_at = ?4
    WHERE id = ?5 AND state = 'running')");
  state.bind(to_string(s.state)).bind(s.verified).bind(s.next_attempt_ms).bind(now_ms).bind(run.task).run();
  auto now = connection_.db.query("SELECT state FROM tasks WHERE id = ?");
  const auto word = now.bind(run.task).first<std::string>();
  if (!word) return std::nullopt;
  auto ledger = connection_.db.query(R"(
    INSERT INTO ledger (task, attempts, waits, wall_ms, tokens, cost_usd) VALUES (?1, ?2, 1 - ?2, ?3, ?4, ?5)
    ON CONFLICT (task) DO UPDATE SET attempts = attempts + ?2, waits = waits + 1 - ?2, wall_ms = wall_ms + ?3,
      tokens = tokens + ?4, cost_usd = cost_usd + ?5)");
  ledger.bind(run.task).bind(s.counts).bind(now_ms - run.started_ms);
  ledger.bind(run.tokens_in + run.tokens_out).bind(run.cost_usd).run();
  return task_state_from(*word).value_or(s.state);
}

bool Store::answer(const InboxItem& item, const std::string& option, const std::string& note,
                   std::int64_t now_ms) {
  if (!inbox.close(item.id, option, note, now_ms)) return false;
  // What this version does not know, it does not act upon.
  const auto& kind = item.kind.value();
  if (const auto* offered = kind ? find_option(*kind, option) : nullptr)
    carry_out(item, offered->answer, now_ms);
  events.add(events::inbox_answered(now_ms, item, option));
  return true;
}

void Store::carry_out(const InboxItem& item, Answer answer, std::int64_t now_ms) {
  switch (answer) {
    case Answer::lift_park:
      return parks.lift(item.provider, now_ms);
    case Answer::retry:
    case Answer::done:
    case Answer::cancel:
      return decide_task(item.task, answer, now_ms);
  }
}

void Store::decide_task(const std::optional<std::int64_t>& id, Answer answer, std::int64_t now_ms) {
  const auto task = id ? tasks.find(*id) : std::nullopt;
  // Whoever decided about it meanwhile has decided.
  if (!task || (task->state != TaskState::waiting_human && task->state != TaskState::failed)) return;
  if (answer == Answer::retry) {
    (void)tasks.retry(*id, now_ms);
  } else if (answer == Answer::cancel) {
    (void)tasks.cancel(*id, now_ms);
  } else {
    auto q = connection_.db.query(
        "UPDATE tasks SET state = 'done', next_attempt = NULL, verified = NULL, updated_at = ? WHERE id = ?");
    q.bind(now_ms).bind(*id).run();
  }
}

bool Store::hand_over(std::int64_t task, const InboxItem& item, std::int64_t now_ms) {
  const int changed =
      connection_.db
          .query("UPDATE tasks SET state = 'waiting_human', updated_at = ? WHERE id = ? AND state = 'queued'")
          .bind(now_ms)
          .bind(task)
          .run();
  if (changed != 1) return false;
  inbox.put(item, now_ms);
  events.add(events::task_handed_to_human(now_ms, task, item.kind));
  return true;
}

}  // namespace orchestrate
