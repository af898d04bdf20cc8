#include "orchestrator/store/json.h"
#include "orchestrator/store/store.h"

namespace orchestrate {
namespace {

std::vector<EventRow> read_events(Query& q) {
  std::vector<EventRow> rows;
  while (q.next()) {
    rows.push_back({q.integer(0), q.integer(1), q.maybe_integer(2), q.maybe_integer(3), q.maybe_integer(4),
                    q.text(5), q.text(6)});
  }
  return rows;
}

const std::string kEvents = "SELECT seq, at, session, task, run, kind, data FROM events ";

}  // namespace

std::int64_t Store::start_session(std::int64_t pid, std::int64_t now_ms) {
  db_.query("INSERT INTO sessions (started_at, pid) VALUES (?, ?)").bind(now_ms).bind(pid).run();
  session_ = db_.last_id();
  // Runs of a session that died belong to the one that ends them: its report and its exit status count them.
  db_.query("UPDATE runs SET session = ? WHERE phase <> 'ended'").bind(session_).run();
  event({0, now_ms, {}, {}, {}, "session_started", object_json({{"pid", std::to_string(pid)}})});
  return session_;
}

void Store::end_session(std::int64_t id, int exit_status, const std::string& reason, std::int64_t now_ms) {
  db_.query(
         "UPDATE sessions SET ended_at = ?, exit_status = ?, stop_reason = ? WHERE id = ? AND ended_at IS NULL")
      .bind(now_ms)
      .bind(exit_status)
      .bind(reason)
      .bind(id)
      .run();
  event({0,
         now_ms,
         id,
         {},
         {},
         "session_ended",
         object_json({{"exit_status", std::to_string(exit_status)}, {"reason", reason}})});
}

std::optional<Session> Store::session(std::optional<std::int64_t> id) {
  auto q = db_.query(
      "SELECT id, started_at, ended_at, pid, exit_status, stop_reason, stop_asked FROM sessions"
      " WHERE ?1 IS NULL OR id = ?1 ORDER BY id DESC LIMIT 1");
  q.bind(id);
  if (!q.next()) return std::nullopt;
  Session s{q.integer(0), q.integer(1), q.maybe_integer(2), q.integer(3), {}, q.text(5), q.text(6)};
  if (!q.null(4)) s.exit_status = static_cast<int>(q.integer(4));
  return s;
}

bool Store::session_failed(std::int64_t session) {
  auto q = db_.query(
      "SELECT 1 FROM runs r JOIN tasks t ON t.id = r.task WHERE r.session = ? AND t.state = 'failed'");
  q.bind(session);
  return q.next();
}

std::optional<bool> Store::baseline(const std::string& base, const std::string& command,
                                    std::int64_t before_ms) {
  auto q = db_.query("SELECT passed FROM baselines WHERE base = ? AND command = ? AND at < ?");
  q.bind(base).bind(command).bind(before_ms);
  if (!q.next()) return std::nullopt;
  return q.integer(0) != 0;
}

void Store::put_baseline(const std::string& base, const std::string& command, bool passed,
                         std::int64_t now_ms) {
  db_.query("INSERT OR IGNORE INTO baselines (base, command, passed, at) VALUES (?, ?, ?, ?)")
      .bind(base)
      .bind(command)
      .bind(passed)
      .bind(now_ms)
      .run();
}

void Store::event(const EventRow& row) {
  std::optional<std::int64_t> session = row.session;
  if (!session && session_ != 0) session = session_;
  db_.query("INSERT INTO events (at, session, task, run, kind, data) VALUES (?, ?, ?, ?, ?, ?)")
      .bind(row.at_ms)
      .bind(session)
      .bind(row.task)
      .bind(row.run)
      .bind(row.kind)
      .bind(row.data)
      .run();
}

std::vector<EventRow> Store::events_after(std::int64_t seq, int limit) {
  auto q = db_.query(kEvents + "WHERE seq > ? ORDER BY seq LIMIT ?");
  q.bind(seq).bind(limit);
  return read_events(q);
}

std::vector<EventRow> Store::events_of(std::int64_t task) {
  auto q = db_.query(kEvents + "WHERE task = ? ORDER BY seq");
  q.bind(task);
  return read_events(q);
}

std::int64_t Store::last_event() {
  auto q = db_.query("SELECT coalesce(max(seq), 0) FROM events");
  return q.next() ? q.integer(0) : 0;
}

void Store::set_value(const std::string& key, const std::string& value) {
  db_.query("INSERT OR REPLACE INTO kv (key, value) VALUES (?, ?)").bind(key).bind(value).run();
}

std::string Store::value(const std::string& key) {
  auto q = db_.query("SELECT value FROM kv WHERE key = ?");
  q.bind(key);
  return q.next() ? q.text(0) : "";
}

}  // namespace orchestrate
