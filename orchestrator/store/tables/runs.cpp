#include "orchestrator/store/tables/runs.h"

#include "orchestrator/store/rows/columns.h"

namespace orchestrate {
namespace {

// Written when it starts, while it runs, and when it ends.
constexpr unsigned kStart = 1;
constexpr unsigned kProgress = 2;
constexpr unsigned kEnd = 4;

constexpr Column<Run> kColumns[] = {
    column<&Run::id>("id"),
    column<&Run::task>("task", kStart),
    column<&Run::n>("n", kStart),
    column<&Run::session>("session", kStart),
    column<&Run::agent_type>("agent_type", kStart),
    column<&Run::driver>("driver", kStart),
    column<&Run::provider>("provider", kStart),
    column<&Run::rule>("rule", kStart),
    column<&Run::configuration>("configuration", kStart),
    column<&Run::phase>("phase", kEnd),
    column<&Run::outcome>("outcome", kEnd),
    column<&Run::verdict>("verdict", kEnd),
    column<&Run::why>("why", kEnd),
    column<&Run::started_ms>("started_at", kStart),
    column<&Run::ended_ms>("ended_at", kEnd),
    column<&Run::pid>("pid"),
    column<&Run::exit>("exit", kEnd),
    column<&Run::session_id>("session_id", kProgress | kEnd),
    column<&Run::model>("model", kProgress | kEnd),
    column<&Run::tokens_in>("tokens_in", kProgress | kEnd),
    column<&Run::tokens_out>("tokens_out", kProgress | kEnd),
    column<&Run::cost_usd>("cost_usd", kProgress | kEnd),
    column<&Run::workspace>("workspace", kProgress | kEnd),
    column<&Run::branch>("branch", kEnd),
    column<&Run::base>("base", kProgress | kEnd),
    column<&Run::commit>("commit_sha", kEnd),
    column<&Run::tree>("tree", kEnd),
    column<&Run::summary>("summary", kEnd),
    column<&Run::evidence>("evidence", kEnd),
};

const std::string kSelect = "SELECT " + names(kColumns) + " FROM runs ";

const std::string kInsert =
    "INSERT INTO runs (" + names(kColumns, kStart) + ") VALUES (" + marks(kColumns, kStart) + ")";

std::string update(unsigned when) {
  return "UPDATE runs SET " + names(kColumns, when, " = ?") + " WHERE id = ? AND phase <> 'ended'";
}

const std::string kUpdateProgress = update(kProgress);
const std::string kUpdateEnd = update(kEnd);

}  // namespace

void Runs::begin_after(std::int64_t id) {
  db_.give_ids_after("runs", id);
}

std::int64_t Runs::start(Run run) {
  const int changed = db_.query(
                             "UPDATE tasks SET state = 'running', next_attempt = NULL, updated_at = ? WHERE "
                             "id = ? AND state = 'queued' AND NOT EXISTS (SELECT 1 FROM runs WHERE task = "
                             "tasks.id AND phase <> 'ended')")
                          .bind(run.started_ms)
                          .bind(run.task)
                          .run();
  if (changed != 1) return 0;
  auto earlier = db_.query("SELECT coalesce(max(n), 0) FROM runs WHERE task = ?");
  run.n = earlier.bind(run.task).first<int>().value_or(0) + 1;
  auto q = db_.query(kInsert);
  bind_columns(q, kColumns, kStart, run);
  q.run();
  run.id = db_.last_id();
  events_.add(events::run_started(run));
  return run.id;
}

bool Runs::set_pid(std::int64_t run, std::int64_t pid) {
  auto q = db_.query("UPDATE runs SET pid = ? WHERE id = ? AND phase <> 'ended'");
  return q.bind(pid).bind(run).run() == 1;
}

bool Runs::set_phase(std::int64_t run, RunPhase phase, std::int64_t now_ms) {
  auto q = db_.query("UPDATE runs SET phase = ? WHERE id = ? AND phase NOT IN ('ended', ?) RETURNING task");
  const auto task = q.bind(to_string(phase)).bind(run).bind(to_string(phase)).first<std::int64_t>();
  if (!task) return false;
  events_.add(events::run_phase(now_ms, *task, run, phase));
  return true;
}

bool Runs::progress(const Run& run) {
  auto q = db_.query(kUpdateProgress);
  bind_columns(q, kColumns, kProgress, run);
  return q.bind(run.id).run() == 1;
}

bool Runs::close(Run run, std::int64_t now_ms) {
  run.phase = RunPhase::ended;
  run.ended_ms = now_ms;
  auto q = db_.query(kUpdateEnd);
  bind_columns(q, kColumns, kEnd, run);
  return q.bind(run.id).run() == 1;
}

std::optional<Run> Runs::find(std::int64_t id) {
  auto q = db_.query(kSelect + "WHERE id = ?");
  q.bind(id);
  return read_first<Run>(q, kColumns);
}

std::vector<Run> Runs::of_task(std::int64_t task) {
  auto q = db_.query(kSelect + "WHERE task = ? ORDER BY n");
  q.bind(task);
  return read_all<Run>(q, kColumns);
}

bool Runs::any() {
  return db_.query("SELECT 1 FROM runs LIMIT 1").next();
}

bool Runs::any_of(std::int64_t task) {
  auto q = db_.query("SELECT 1 FROM runs WHERE task = ? LIMIT 1");
  return q.bind(task).next();
}

std::int64_t Runs::last_id() {
  return db_.query("SELECT seq FROM sqlite_sequence WHERE name = 'runs'").first<std::int64_t>().value_or(0);
}

double Runs::cost_of_session(std::int64_t session) {
  auto q = db_.query("SELECT total(cost_usd) FROM runs WHERE session = ?");
  return q.bind(session).first<double>().value_or(0);
}

std::vector<Run> Runs::of_session(std::int64_t session) {
  auto q = db_.query(kSelect + "WHERE session = ? ORDER BY id");
  q.bind(session);
  return read_all<Run>(q, kColumns);
}

std::vector<Run> Runs::open() {
  auto q = db_.query(kSelect + "WHERE phase <> 'ended' ORDER BY id");
  return read_all<Run>(q, kColumns);
}

}  // namespace orchestrate
