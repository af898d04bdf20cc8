#include "orchestrator/store/tables/steps.h"

#include "orchestrator/store/rows/json.h"
#include "spawners/step/step_id.h"

namespace orchestrate {
bool Steps::started(std::int64_t run, int n, const std::string& name, std::int64_t now_ms) {
  return db_.query("INSERT OR IGNORE INTO steps (run, n, name, started_at) VALUES (?, ?, ?, ?)")
             .bind(run)
             .bind(n)
             .bind(name)
             .bind(now_ms)
             .run() == 1;
}

void Steps::ended(std::int64_t run, int n, const std::optional<spawners::ExitRecord>& exit,
                  const Fault& fault, std::int64_t now_ms) {
  db_.query(
         "UPDATE steps SET ended_at = ?, exit = ?, fault = ?, discarded = ?"
         " WHERE run = ? AND n = ? AND ended_at IS NULL")
      .bind(now_ms)
      .bind(exit ? std::optional(to_column(*exit)) : std::nullopt)
      .bind(fault.why)
      .bind(fault.is_due_again)
      .bind(run)
      .bind(n)
      .run();
}

void Steps::ran(std::int64_t run, int n) {
  db_.query("UPDATE steps SET ran = 1 WHERE run = ? AND n = ?").bind(run).bind(n).run();
}

std::optional<spawners::ExitRecord> Steps::exit_of(std::int64_t run, int n) {
  auto q = db_.query("SELECT exit FROM steps WHERE run = ? AND n = ?");
  const auto text = q.bind(run).bind(n).first<std::string>();
  return text ? spawners::parse_exit_record(*text) : std::nullopt;
}

std::vector<Steps::Begun> Steps::of_run(std::int64_t run) {
  auto q = db_.query(
      "SELECT n, name, ended_at IS NOT NULL, ran, discarded, fault FROM steps WHERE run = ? ORDER BY n");
  q.bind(run);
  std::vector<Begun> steps;
  while (q.next()) {
    Begun& step = steps.emplace_back();
    q.read(step.n);
    q.read(step.name);
    q.read(step.ended);
    q.read(step.ran);
    q.read(step.discarded);
    q.read(step.fault);
  }
  return steps;
}

std::set<std::string> Steps::of_open_runs() {
  auto q =
      db_.query("SELECT run, n, name FROM steps WHERE run IN (SELECT id FROM runs WHERE phase <> 'ended')");
  std::set<std::string> ids;
  while (q.next()) {
    const auto run = q.take<std::int64_t>();
    const int n = q.take<int>();
    ids.insert(spawners::step_id(run, n, q.take<std::string>()));
  }
  return ids;
}

bool Steps::publishing_begun(std::int64_t run) {
  return db_.query("SELECT 1 FROM steps WHERE run = ? AND name = 'land'").bind(run).next();
}

int Steps::agent_of(std::int64_t run) {
  auto q = db_.query("SELECT n FROM steps WHERE run = ? AND name = 'agent' AND discarded = 0");
  return q.bind(run).first<int>().value_or(0);
}

}  // namespace orchestrate
