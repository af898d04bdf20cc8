#include "orchestrator/store/events.h"

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

void Events::add(const EventRow& row) {
  std::optional<std::int64_t> session = row.session;
  if (!session && connection_.session != 0) session = connection_.session;
  db_.query("INSERT INTO events (at, session, task, run, kind, data) VALUES (?, ?, ?, ?, ?, ?)")
      .bind(row.at_ms)
      .bind(session)
      .bind(row.task)
      .bind(row.run)
      .bind(row.kind)
      .bind(row.data)
      .run();
}

std::vector<EventRow> Events::after(std::int64_t seq, int limit) {
  auto q = db_.query(kEvents + "WHERE seq > ? ORDER BY seq LIMIT ?");
  q.bind(seq).bind(limit);
  return read_events(q);
}

std::vector<EventRow> Events::of_task(std::int64_t task) {
  auto q = db_.query(kEvents + "WHERE task = ? ORDER BY seq");
  q.bind(task);
  return read_events(q);
}

std::int64_t Events::last() {
  auto q = db_.query("SELECT coalesce(max(seq), 0) FROM events");
  return q.next() ? q.integer(0) : 0;
}

}  // namespace orchestrate
