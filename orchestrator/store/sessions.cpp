#include "orchestrator/store/sessions.h"

#include "orchestrator/store/json.h"

namespace orchestrate {
namespace {

constexpr const char* kPaused = "paused";

}  // namespace

std::int64_t Sessions::start(std::int64_t pid, std::int64_t now_ms) {
  db_.query("INSERT INTO sessions (started_at, pid) VALUES (?, ?)").bind(now_ms).bind(pid).run();
  connection_.session = db_.last_id();
  // Runs of a session that died belong to the one that ends them: its report and its exit status count them.
  db_.query("UPDATE runs SET session = ? WHERE phase <> 'ended'").bind(connection_.session).run();
  events_.add({0, now_ms, {}, {}, {}, "session_started", object_json({{"pid", std::to_string(pid)}})});
  return connection_.session;
}

void Sessions::end(std::int64_t id, int exit_status, const std::string& reason, std::int64_t now_ms) {
  db_.query(
         "UPDATE sessions SET ended_at = ?, exit_status = ?, stop_reason = ? WHERE id = ? AND ended_at IS NULL")
      .bind(now_ms)
      .bind(exit_status)
      .bind(reason)
      .bind(id)
      .run();
  events_.add({0,
               now_ms,
               id,
               {},
               {},
               "session_ended",
               object_json({{"exit_status", std::to_string(exit_status)}, {"reason", reason}})});
}

std::optional<Session> Sessions::find(std::optional<std::int64_t> id) {
  auto q = db_.query(
      "SELECT id, started_at, ended_at, pid, exit_status, stop_reason, stop_asked FROM sessions"
      " WHERE ?1 IS NULL OR id = ?1 ORDER BY id DESC LIMIT 1");
  q.bind(id);
  if (!q.next()) return std::nullopt;
  Session s{q.integer(0), q.integer(1), q.maybe_integer(2), q.integer(3), {}, q.text(5), q.text(6)};
  if (!q.null(4)) s.exit_status = static_cast<int>(q.integer(4));
  return s;
}

bool Sessions::failed(std::int64_t session) {
  auto q = db_.query(
      "SELECT 1 FROM runs r JOIN tasks t ON t.id = r.task WHERE r.session = ? AND t.state = 'failed'");
  q.bind(session);
  return q.next();
}

bool Sessions::ask_stop(bool now, std::int64_t now_ms) {
  auto q = db_.query(
      "UPDATE sessions SET stop_asked = ? WHERE id = (SELECT max(id) FROM sessions) AND ended_at IS NULL RETURNING id");
  q.bind(now ? "now" : "drain");
  if (!q.next()) return false;
  events_.add({0, now_ms, q.integer(0), {}, {}, "stop_asked", object_json({{"how", now ? "now" : "drain"}})});
  return true;
}

void Sessions::pause(const std::string& why, std::int64_t now_ms) {
  values_.set(kPaused, why);
  events_.add({0, now_ms, {}, {}, {}, "paused", object_json({{"why", why}})});
}

void Sessions::resume(std::int64_t now_ms) {
  values_.set(kPaused, "");
  events_.add({0, now_ms, {}, {}, {}, "resumed", "{}"});
}

std::string Sessions::paused() {
  return values_.get(kPaused);
}

}  // namespace orchestrate
