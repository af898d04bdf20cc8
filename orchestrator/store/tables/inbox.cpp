#include "orchestrator/store/tables/inbox.h"

#include "orchestrator/store/rows/columns.h"

namespace orchestrate {
namespace {

constexpr unsigned kPut = 1;

constexpr Column<InboxItem> kColumns[] = {
    column<&InboxItem::id>("id"),
    column<&InboxItem::task>("task", kPut),
    column<&InboxItem::run>("run", kPut),
    column<&InboxItem::kind>("kind", kPut),
    column<&InboxItem::cause>("cause", kPut),
    column<&InboxItem::provider>("provider", kPut),
    column<&InboxItem::times>("times"),
    column<&InboxItem::title>("title", kPut),
    column<&InboxItem::packet>("packet", kPut),
    column<&InboxItem::options>("options", kPut),
    column<&InboxItem::default_option>("default_option", kPut),
    column<&InboxItem::deadline_ms>("deadline", kPut),
    column<&InboxItem::status>("status"),
    column<&InboxItem::answer>("answer"),
    column<&InboxItem::note>("note"),
    column<&InboxItem::created_ms>("created_at", kPut),
    column<&InboxItem::updated_ms>("updated_at", kPut),
};

const std::string kSelect = "SELECT " + names(kColumns) + " FROM inbox ";

const std::string kInsert =
    "INSERT INTO inbox (" + names(kColumns, kPut) + ") VALUES (" + marks(kColumns, kPut) + ")";

}  // namespace

std::int64_t Inbox::put(InboxItem item, std::int64_t now_ms) {
  auto again = db_.query(
      "UPDATE inbox SET times = times + 1, updated_at = ?, packet = ? WHERE cause = ? AND status = 'open' RETURNING id");
  again.bind(now_ms).bind(to_column(item.packet)).bind(item.cause);
  if (const auto id = again.first<std::int64_t>()) return *id;
  item.created_ms = item.updated_ms = now_ms;
  auto q = db_.query(kInsert);
  bind_columns(q, kColumns, kPut, item);
  q.run();
  item.id = db_.last_id();
  events_.add(events::inbox_opened(now_ms, item));
  return item.id;
}

std::optional<InboxItem> Inbox::find(std::int64_t id) {
  auto q = db_.query(kSelect + "WHERE id = ?");
  q.bind(id);
  return read_first<InboxItem>(q, kColumns);
}

std::vector<InboxItem> Inbox::list(const std::string& status) {
  auto q = db_.query(kSelect + (status.empty() ? "WHERE status <> 'archived'" : "WHERE status = ?") +
                     " ORDER BY id");
  if (!status.empty()) q.bind(status);
  return read_all<InboxItem>(q, kColumns);
}

std::vector<InboxItem> Inbox::open_of(std::int64_t task) {
  auto q = db_.query(kSelect + "WHERE task = ? AND status = 'open' ORDER BY id");
  q.bind(task);
  return read_all<InboxItem>(q, kColumns);
}

std::int64_t Inbox::archive(std::int64_t before_ms, std::int64_t now_ms) {
  const int archived =
      db_.query(
             "UPDATE inbox SET status = 'archived' WHERE status IN ('answered', 'done') AND updated_at <= ?")
          .bind(before_ms)
          .run();
  if (archived > 0) events_.add(events::inbox_archived(now_ms, archived));
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
         " AND provider = ''")
      .bind(answer)
      .bind(now_ms)
      .bind(task)
      .run();
}

}  // namespace orchestrate
