// What touches more than one table: each of these lands as a whole, or changes nothing and returns false.
#include "orchestrator/store/store.h"

#include "orchestrator/store/json.h"

namespace orchestrate {

bool Store::end_run(const Run& run, const Settlement& s, std::int64_t now_ms) {
  if (!runs.close(run, now_ms)) return false;
  settle_task(run, s, now_ms);
  if (s.item) inbox.put(*s.item, now_ms);
  if (s.park) parks.put(*s.park, now_ms);
  const std::string state(to_string(s.state));
  events.add({0,
              now_ms,
              {},
              run.task,
              run.id,
              "run_ended",
              object_json(
                  {{"verdict", run.verdict}, {"why", run.why}, {"outcome", run.outcome}, {"state", state}})});
  return true;
}

void Store::settle_task(const Run& run, const Settlement& s, std::int64_t now_ms) {
  auto state = connection_.db.query(R"(
    UPDATE tasks SET state = CASE WHEN cancel_asked = 1 AND ?1 <> 'done' THEN 'cancelled' ELSE ?1 END,
      cancel_asked = 0, verified = ?2, next_attempt = ?3, updated_at = ?4
    WHERE id = ?5 AND state = 'running')");
  state.bind(to_string(s.state)).bind(s.verified).bind(s.next_attempt_ms).bind(now_ms).bind(run.task).run();
  auto ledger = connection_.db.query(R"(
    INSERT INTO ledger (task, attempts, waits, wall_ms, tokens, cost_usd) VALUES (?1, ?2, 1 - ?2, ?3, ?4, ?5)
    ON CONFLICT (task) DO UPDATE SET attempts = attempts + ?2, waits = waits + 1 - ?2, wall_ms = wall_ms + ?3,
      tokens = tokens + ?4, cost_usd = cost_usd + ?5)");
  ledger.bind(run.task).bind(s.counts).bind(now_ms - run.started_ms);
  ledger.bind(run.tokens_in + run.tokens_out).bind(run.cost_usd).run();
}

bool Store::answer(const InboxItem& item, const std::string& option, const std::string& note,
                   std::int64_t now_ms) {
  if (!inbox.close(item.id, option, note, now_ms)) return false;
  const std::string about_provider = item.kind + ":provider:";
  if (item.cause.starts_with(about_provider)) {
    parks.lift(item.cause.substr(about_provider.size()), now_ms);
  } else if (item.task) {
    decide_task(*item.task, option, now_ms);
  }
  events.add({0,
              now_ms,
              {},
              item.task,
              item.run,
              "inbox_answered",
              object_json({{"item", std::to_string(item.id)}, {"answer", option}})});
  return true;
}

void Store::decide_task(std::int64_t task, const std::string& option, std::int64_t now_ms) {
  const char* state = option == "retry" ? "queued" : option == "cancel" ? "cancelled" : "done";
  connection_.db
      .query(
          "UPDATE tasks SET state = ?, next_attempt = NULL, verified = NULL, updated_at = ?"
          " WHERE id = ? AND state IN ('waiting_human', 'failed')")
      .bind(state)
      .bind(now_ms)
      .bind(task)
      .run();
  if (option == "retry") connection_.db.query("DELETE FROM ledger WHERE task = ?").bind(task).run();
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
  events.add({0, now_ms, {}, task, {}, "task_handed_to_human", object_json({{"kind", item.kind}})});
  return true;
}

}  // namespace orchestrate
