#include "orchestrator/store/json.h"
#include "orchestrator/store/store.h"

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

std::int64_t Store::start_run(const Run& run) {
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
  event({0,
         run.started_ms,
         {},
         run.task,
         id,
         "run_started",
         object_json({{"agent_type", run.agent_type}, {"rule", run.rule}})});
  return id;
}

bool Store::run_pid(std::int64_t run, std::int64_t pid, std::int64_t) {
  return db_.query("UPDATE runs SET pid = ? WHERE id = ? AND phase <> 'ended'").bind(pid).bind(run).run() ==
         1;
}

bool Store::run_phase(std::int64_t run, const std::string& phase, std::int64_t now_ms) {
  auto q = db_.query("UPDATE runs SET phase = ? WHERE id = ? AND phase NOT IN ('ended', ?) RETURNING task");
  q.bind(phase).bind(run).bind(phase);
  if (!q.next()) return false;
  event({0, now_ms, {}, q.integer(0), run, "run_phase", object_json({{"phase", phase}})});
  return true;
}

bool Store::run_progress(const Run& run) {
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

void Store::step_started(std::int64_t run, int n, const std::string& name, std::int64_t now_ms) {
  db_.query("INSERT OR IGNORE INTO steps (run, n, name, started_at) VALUES (?, ?, ?, ?)")
      .bind(run)
      .bind(n)
      .bind(name)
      .bind(now_ms)
      .run();
}

void Store::step_ended(std::int64_t run, int n, const spawners::ExitRecord& exit, std::int64_t now_ms) {
  db_.query("UPDATE steps SET ended_at = ?, exit = ? WHERE run = ? AND n = ? AND ended_at IS NULL")
      .bind(now_ms)
      .bind(exit_json(exit))
      .bind(run)
      .bind(n)
      .run();
}

int Store::agent_step(std::int64_t run) {
  auto q = db_.query("SELECT n FROM steps WHERE run = ? AND name = 'agent'");
  q.bind(run);
  return q.next() ? static_cast<int>(q.integer(0)) : 0;
}

bool Store::end_run(const Run& run, const Settlement& s, std::int64_t now_ms) {
  if (!close_run(run, now_ms)) return false;
  settle_task(run, s, now_ms);
  if (s.item) put_item(*s.item, now_ms);
  if (s.park) park(*s.park, now_ms);
  const std::string state(to_string(s.state));
  event({0,
         now_ms,
         {},
         run.task,
         run.id,
         "run_ended",
         object_json(
             {{"verdict", run.verdict}, {"why", run.why}, {"outcome", run.outcome}, {"state", state}})});
  return true;
}

bool Store::close_run(const Run& run, std::int64_t now_ms) {
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

void Store::settle_task(const Run& run, const Settlement& s, std::int64_t now_ms) {
  auto state = db_.query(R"(
    UPDATE tasks SET state = CASE WHEN cancel_asked = 1 AND ?1 <> 'done' THEN 'cancelled' ELSE ?1 END,
      cancel_asked = 0, verified = ?2, next_attempt = ?3, updated_at = ?4
    WHERE id = ?5 AND state = 'running')");
  state.bind(to_string(s.state)).bind(s.verified).bind(s.next_attempt_ms).bind(now_ms).bind(run.task).run();
  auto ledger = db_.query(R"(
    INSERT INTO ledger (task, attempts, waits, wall_ms, tokens, cost_usd) VALUES (?1, ?2, 1 - ?2, ?3, ?4, ?5)
    ON CONFLICT (task) DO UPDATE SET attempts = attempts + ?2, waits = waits + 1 - ?2, wall_ms = wall_ms + ?3,
      tokens = tokens + ?4, cost_usd = cost_usd + ?5)");
  ledger.bind(run.task).bind(s.counts).bind(now_ms - run.started_ms);
  ledger.bind(run.tokens_in + run.tokens_out).bind(run.cost_usd).run();
}

std::optional<Run> Store::run(std::int64_t id) {
  auto q = db_.query(kColumns + "WHERE id = ?");
  q.bind(id);
  if (!q.next()) return std::nullopt;
  return read(q);
}

std::vector<Run> Store::runs_of(std::int64_t task) {
  auto q = db_.query(kColumns + "WHERE task = ? ORDER BY n");
  q.bind(task);
  return read_all(q);
}

std::vector<Run> Store::runs_of_session(std::int64_t session) {
  auto q = db_.query(kColumns + "WHERE session = ? ORDER BY id");
  q.bind(session);
  return read_all(q);
}

std::vector<Run> Store::open_runs() {
  auto q = db_.query(kColumns + "WHERE phase <> 'ended' ORDER BY id");
  return read_all(q);
}

}  // namespace orchestrate
