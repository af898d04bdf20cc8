#include "orchestrator/store/tables/queue_changes.h"

#include <algorithm>

namespace orchestrate {
namespace {

QueuedPlace take_place(Query& q) {
  QueuedPlace at;
  q.read(at.rank);
  q.read(at.place);
  return at;
}

}  // namespace

QueueChanges::Places QueueChanges::take(std::size_t most) {
  Places taken;
  std::size_t left = most;
  take_rows(taken, left);
  while (left > 0 && take_dependents(taken, left)) {
  }
  taken.more = left == 0;
  return taken;
}

void QueueChanges::take_rows(Places& taken, std::size_t& left) {
  std::int64_t last = 0;
  std::size_t looked_at = 0;
  {
    auto q = db_.query(
        "SELECT c.task, t.state IS 'queued', t.rank, t.id FROM queue_changes c"
        " LEFT JOIN tasks t ON t.id = c.task ORDER BY c.task LIMIT ?");
    q.bind(left);
    for (; q.next(); ++looked_at) {
      q.read(last);
      if (q.take<bool>()) taken.places.push_back(take_place(q));
    }
  }
  if (looked_at == 0) return;
  db_.query("DELETE FROM queue_changes WHERE task <= ?").bind(last).run();
  left -= looked_at;
}

// Of one task that is done, those that depend on it. False: there is none.
bool QueueChanges::take_dependents(Places& taken, std::size_t& left) {
  std::int64_t done = 0;
  std::int64_t upto = 0;
  {
    auto q = db_.query("SELECT depends_on, upto FROM queue_unblocked LIMIT 1");
    if (!q.next()) return false;
    q.read(done);
    q.read(upto);
  }
  std::size_t looked_at = 0;
  {
    auto q = db_.query(
        "SELECT d.task, t.state = 'queued', t.rank, t.id FROM dependencies d"
        " JOIN tasks t ON t.id = d.task WHERE d.depends_on = ? AND d.task > ? ORDER BY d.task LIMIT ?");
    q.bind(done).bind(upto).bind(left);
    for (; q.next(); ++looked_at) {
      q.read(upto);
      if (q.take<bool>()) taken.places.push_back(take_place(q));
    }
  }
  if (looked_at == left) {
    db_.query("UPDATE queue_unblocked SET upto = ? WHERE depends_on = ?").bind(upto).bind(done).run();
  } else {
    db_.query("DELETE FROM queue_unblocked WHERE depends_on = ?").bind(done).run();
  }
  // One that nobody waits for was looked at, too.
  left -= std::max<std::size_t>(looked_at, 1);
  return true;
}

void QueueChanges::clear() {
  db_.query("DELETE FROM queue_changes").run();
  db_.query("DELETE FROM queue_unblocked").run();
}

QueueChanges::Places QueueChanges::added(std::int64_t& id, std::size_t most) {
  Places found;
  auto q = db_.query("SELECT rank, id FROM tasks WHERE id > ? AND state = 'queued' ORDER BY id LIMIT ?");
  q.bind(id).bind(most);
  while (q.next())
    found.places.push_back(take_place(q));
  found.more = found.places.size() == most;
  if (!found.places.empty()) id = found.places.back().place;
  return found;
}

QueueChanges::Places QueueChanges::retried(DuePlace& since, std::int64_t now_ms, std::size_t most) {
  // SQLite would rather read all that is queued, and sort it.
  return came_due(
      "SELECT next_attempt, rank, id FROM tasks INDEXED BY tasks_retried WHERE state = 'queued'"
      " AND (next_attempt, id) > (?, ?) AND next_attempt <= ? ORDER BY next_attempt, id LIMIT ?",
      since, now_ms, most);
}

QueueChanges::Places QueueChanges::opened(DuePlace& since, std::int64_t now_ms, std::size_t most) {
  return came_due(
      "SELECT not_before, rank, id FROM tasks INDEXED BY tasks_later WHERE state = 'queued'"
      " AND (not_before, id) > (?, ?) AND not_before <= ? ORDER BY not_before, id LIMIT ?",
      since, now_ms, most);
}

QueueChanges::Places QueueChanges::came_due(const char* sql, DuePlace& since, std::int64_t now_ms,
                                            std::size_t most) {
  Places found;
  auto q = db_.query(sql);
  q.bind(since.at_ms).bind(since.id).bind(now_ms).bind(most);
  while (q.next()) {
    q.read(since.at_ms);
    found.places.push_back(take_place(q));
    since.id = found.places.back().place;
  }
  found.more = found.places.size() == most;
  return found;
}

std::optional<QueuePlace> QueueChanges::last(int rank) {
  auto q = db_.query(
      "SELECT id FROM tasks INDEXED BY tasks_queued WHERE state = 'queued' AND rank = ? ORDER BY id DESC LIMIT 1");
  return q.bind(rank).first<QueuePlace>();
}

}  // namespace orchestrate
