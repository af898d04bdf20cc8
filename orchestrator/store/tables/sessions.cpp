#include "orchestrator/store/tables/sessions.h"

#include "orchestrator/store/rows/columns.h"

namespace orchestrate {
namespace {

constexpr const char* kPaused = "paused";

constexpr Column<Session> kColumns[] = {
    column<&Session::id>("id"),
    column<&Session::started_ms>("started_at"),
    column<&Session::ended_ms>("ended_at"),
    column<&Session::pid>("pid"),
    column<&Session::exit_status>("exit_status"),
    column<&Session::stop_reason>("stop_reason"),
    column<&Session::stop_asked>("stop_asked"),
    column<&Session::closed>("closed"),
    column<&Session::terms>("terms"),
};

}  // namespace

std::int64_t Sessions::start(std::int64_t pid, std::int64_t now_ms, const SessionTerms& terms) {
  db_.query("INSERT INTO sessions (started_at, pid, terms) VALUES (?, ?, ?)")
      .bind(now_ms)
      .bind(pid)
      .bind(to_column(terms))
      .run();
  connection_.session = db_.last_id();
  // Runs of a session that died belong to the one that ends them: its report and its exit status count them.
  db_.query("UPDATE runs SET session = ? WHERE phase <> 'ended'").bind(connection_.session).run();
  events_.add(events::session_started(now_ms, pid));
  return connection_.session;
}

void Sessions::set_closed(std::int64_t id, const std::string& why) {
  db_.query("UPDATE sessions SET closed = ? WHERE id = ?").bind(why).bind(id).run();
}

void Sessions::end(std::int64_t id, int exit_status, const std::string& reason, std::int64_t now_ms) {
  db_.query(
         "UPDATE sessions SET ended_at = ?, exit_status = ?, stop_reason = ? WHERE id = ? AND ended_at IS NULL")
      .bind(now_ms)
      .bind(exit_status)
      .bind(reason)
      .bind(id)
      .run();
  events_.add(events::session_ended(now_ms, id, exit_status, reason));
}

std::optional<Session> Sessions::find(std::optional<std::int64_t> id) {
  auto q = db_.query("SELECT " + names(kColumns) + " FROM sessions" +
                     (id ? " WHERE id = ?" : " WHERE id = (SELECT max(id) FROM sessions)"));
  if (id) q.bind(*id);
  return read_first<Session>(q, kColumns);
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
  const auto session = q.bind(now ? "now" : "drain").first<std::int64_t>();
  if (!session) return false;
  events_.add(events::stop_asked(now_ms, *session, now ? "now" : "drain"));
  return true;
}

void Sessions::pause(const std::string& why, std::int64_t now_ms) {
  values_.set(kPaused, why);
  events_.add(events::paused(now_ms, why));
}

void Sessions::resume(std::int64_t now_ms) {
  values_.set(kPaused, "");
  events_.add(events::resumed(now_ms));
}

std::string Sessions::paused() {
  return values_.get(kPaused);
}

}  // namespace orchestrate
