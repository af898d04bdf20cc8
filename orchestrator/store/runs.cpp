#include "orchestrator/store/runs.h"

#include "orchestrator/store/json.h"

namespace orchestrate {
namespace {

const std::string kColumns =
    "SELECT id, task, n, session, agent_type, driver, rule, phase, outcome, verdict, why, started_at, ended_at, pid,"
    " exit, session_id, model, tokens_in, tokens_out, cost_usd, workspace, branch, base, commit_sha, tree, summary,"
    " evidence FROM runs ";

Run read(const Query& q) {
  Run r;
  r.id = q.integer(0);
  r.task = q.integer(1);
  r.n = static_cast<int>(q.integer(2));
  r.session = q.integer(3);
  r.agent_type = q.text(4);
  r.driver = q.text(5);
  r.rule = q.text(6);
  r.phase = q.text(7);
  r.outcome = q.text(8);
  r.verdict = q.text(9);
  r.why = q.text(10);
  r.started_ms = q.integer(11);
  r.ended_ms = q.maybe_integer(12);
  r.pid = q.maybe_integer(13);
  if (!q.null(14)) r.exit = spawners::parse_exit_record(q.text(14));
  r.session_id = q.text(15);
  r.model = q.text(16);
  r.tokens_in = q.integer(17);
  r.tokens_out = q.integer(18);
  r.cost_usd = q.real(19);
  r.workspace = q.text(20);
  r.branch = q.text(21);
  r.base = q.text(22);
  r.commit = q.text(23);
  r.tree = q.text(24);
  r.summary = q.text(25);
  r.evidence = evidence_from(q.text(26));
  return r;
}

std::vector<Run> read_all(Query& q) {
  std::vector<Run> runs;
  while (q.next())
    runs.push_back(read(q));
  return runs;
}

}  // namespace

std::int64_t Runs::start(const Run& run) {
  const int changed = db_.query(
                             "UPDATE tasks SET state = 'running', next_attempt = NULL, updated_at = ? WHERE "
                             "id = ? AND state = 'queued'")
                          .bind(run.started_ms)
                          .bind(run.task)
                          .run();
  if (changed != 1) return 0;
  db_.query(
         "INSERT INTO runs (task, n, session, agent_type, driver, rule, started_at)"
         " VALUES (?1, (SELECT coalesce(max(n), 0) + 1 FROM runs WHERE task = ?1), ?2, ?3, ?4, ?5, ?6)")
      .bind(run.task)
      .bind(run.session)
      .bind(run.agent_type)
      .bind(run.driver)
      .bind(run.rule)
      .bind(run.started_ms)
      .run();
  const std::int64_t id = db_.last_id();
  events_.add({0,
               run.started_ms,
               {},
               run.task,
               id,
               "run_started",
               object_json({{"agent_type", run.agent_type}, {"rule", run.rule}})});
  return id;
}

bool Runs::set_pid(std::int64_t run, std::int64_t pid) {
  return db_.query("UPDATE runs SET pid = ? WHERE id = ? AND phase <> 'ended'").bind(pid).bind(run).run() ==
         1;
}

bool Runs::set_phase(std::int64_t run, const std::string& phase, std::int64_t now_ms) {
  auto q = db_.query("UPDATE runs SET phase = ? WHERE id = ? AND phase NOT IN ('ended', ?) RETURNING task");
  q.bind(phase).bind(run).bind(phase);
  if (!q.next()) return false;
  events_.add({0, now_ms, {}, q.integer(0), run, "run_phase", object_json({{"phase", phase}})});
  return true;
}

bool Runs::progress(const Run& run) {
  return db_.query(
                "UPDATE runs SET session_id = ?, model = ?, tokens_in = ?, tokens_out = ?, cost_usd = ?,"
                " workspace = ?, base = ? WHERE id = ? AND phase <> 'ended'")
             .bind(run.session_id)
             .bind(run.model)
             .bind(run.tokens_in)
             .bind(run.tokens_out)
             .bind(run.cost_usd)
             .bind(run.workspace)
             .bind(run.base)
             .bind(run.id)
             .run() == 1;
}

bool Runs::close(const Run& run, std::int64_t now_ms) {
  auto q = db_.query(R"(
    UPDATE runs SET phase = 'ended', outcome = ?, verdict = ?, why = ?, ended_at = ?, exit = ?, session_id = ?,
      model = ?, tokens_in = ?, tokens_out = ?, cost_usd = ?, workspace = ?, branch = ?, base = ?, commit_sha = ?,
      tree = ?, summary = ?, evidence = ?
    WHERE id = ? AND phase <> 'ended')");
  q.bind(run.outcome).bind(run.verdict).bind(run.why).bind(now_ms);
  q.bind(run.exit ? std::optional(exit_json(*run.exit)) : std::nullopt);
  q.bind(run.session_id).bind(run.model).bind(run.tokens_in).bind(run.tokens_out).bind(run.cost_usd);
  q.bind(run.workspace).bind(run.branch).bind(run.base).bind(run.commit).bind(run.tree);
  q.bind(run.summary).bind(evidence_json(run.evidence)).bind(run.id);
  return q.run() == 1;
}

std::optional<Run> Runs::find(std::int64_t id) {
  auto q = db_.query(kColumns + "WHERE id = ?");
  q.bind(id);
  if (!q.next()) return std::nullopt;
  return read(q);
}

std::vector<Run> Runs::of_task(std::int64_t task) {
  auto q = db_.query(kColumns + "WHERE task = ? ORDER BY n");
  q.bind(task);
  return read_all(q);
}

std::vector<Run> Runs::of_session(std::int64_t session) {
  auto q = db_.query(kColumns + "WHERE session = ? ORDER BY id");
  q.bind(session);
  return read_all(q);
}

std::vector<Run> Runs::open() {
  auto q = db_.query(kColumns + "WHERE phase <> 'ended' ORDER BY id");
  return read_all(q);
}

}  // namespace orchestrate
