#include "orchestrator/store/inbox.h"

#include "orchestrator/store/json.h"

namespace orchestrate {
namespace {

const std::string kColumns =
    "SELECT id, task, run, kind, cause, times, title, packet, options, default_option, deadline, status, answer, note,"
    " created_at, updated_at FROM inbox ";

InboxItem read(const Query& q) {
  InboxItem item;
  item.id = q.integer(0);
  item.task = q.maybe_integer(1);
  item.run = q.maybe_integer(2);
  item.kind = q.text(3);
  item.cause = q.text(4);
  item.times = static_cast<int>(q.integer(5));
  item.title = q.text(6);
  item.packet = pairs_from(q.text(7));
  item.options = list_from(q.text(8));
  item.default_option = q.text(9);
  item.deadline_ms = q.maybe_integer(10);
  item.status = q.text(11);
  item.answer = q.text(12);
  item.note = q.text(13);
  item.created_ms = q.integer(14);
  item.updated_ms = q.integer(15);
  return item;
}

}  // namespace

std::int64_t Inbox::put(const InboxItem& item, std::int64_t now_ms) {
  auto again = db_.query(
      "UPDATE inbox SET times = times + 1, updated_at = ?, packet = ? WHERE cause = ? AND status = 'open' RETURNING id");
  again.bind(now_ms).bind(pairs_json(item.packet)).bind(item.cause);
  if (again.next()) return again.integer(0);
  db_.query(
         "INSERT INTO inbox (task, run, kind, cause, title, packet, options, default_option, deadline, created_at,"
         " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(item.task)
      .bind(item.run)
      .bind(item.kind)
      .bind(item.cause)
      .bind(item.title)
      .bind(pairs_json(item.packet))
      .bind(list_json(item.options))
      .bind(item.default_option)
      .bind(item.deadline_ms)
      .bind(now_ms)
      .bind(now_ms)
      .run();
  const std::int64_t id = db_.last_id();
  events_.add({0,
               now_ms,
               {},
               item.task,
               item.run,
               "inbox_opened",
               object_json({{"item", std::to_string(id)}, {"kind", item.kind}, {"title", item.title}})});
  return id;
}

std::optional<InboxItem> Inbox::find(std::int64_t id) {
  auto q = db_.query(kColumns + "WHERE id = ?");
  q.bind(id);
  if (!q.next()) return std::nullopt;
  return read(q);
}

std::vector<InboxItem> Inbox::list(const std::string& status) {
  auto q = db_.query(kColumns + "WHERE (?1 = '' AND status <> 'archived') OR status = ?1 ORDER BY id");
  q.bind(status);
  std::vector<InboxItem> items;
  while (q.next())
    items.push_back(read(q));
  return items;
}

std::int64_t Inbox::archive(std::int64_t before_ms, std::int64_t now_ms) {
  const int archived =
      db_.query(
             "UPDATE inbox SET status = 'archived' WHERE status IN ('answered', 'done') AND updated_at <= ?")
          .bind(before_ms)
          .run();
  if (archived > 0)
    events_.add(
        {0, now_ms, {}, {}, {}, "inbox_archived", object_json({{"items", std::to_string(archived)}})});
  return archived;
}

bool Inbox::close(std::int64_t id, const std::string& option, const std::string& note, std::int64_t now_ms) {
  return db_.query(
                "UPDATE inbox SET status = ?, answer = ?, note = ?, updated_at = ? WHERE id = ? AND status = 'open'")
             .bind(option == "done" ? "done" : "answered")
             .bind(option)
             .bind(note)
             .bind(now_ms)
             .bind(id)
             .run() == 1;
}

void Inbox::close_of_task(std::int64_t task, const std::string& answer, std::int64_t now_ms) {
  db_.query(
         "UPDATE inbox SET status = 'answered', answer = ?, updated_at = ? WHERE task = ? AND status = 'open'"
         " AND cause NOT LIKE '%:provider:%'")
      .bind(answer)
      .bind(now_ms)
      .bind(task)
      .run();
}

}  // namespace orchestrate
