#include "orchestrator/store/json.h"
#include "orchestrator/store/store.h"

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

std::int64_t Store::put_item(const InboxItem& item, std::int64_t now_ms) {
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
  event({0,
         now_ms,
         {},
         item.task,
         item.run,
         "inbox_opened",
         object_json({{"item", std::to_string(id)}, {"kind", item.kind}, {"title", item.title}})});
  return id;
}

std::vector<InboxItem> Store::inbox(const std::string& status) {
  auto q = db_.query(kColumns + "WHERE (?1 = '' AND status <> 'archived') OR status = ?1 ORDER BY id");
  q.bind(status);
  std::vector<InboxItem> items;
  while (q.next())
    items.push_back(read(q));
  return items;
}

std::optional<InboxItem> Store::item(std::int64_t id) {
  auto q = db_.query(kColumns + "WHERE id = ?");
  q.bind(id);
  if (!q.next()) return std::nullopt;
  return read(q);
}

bool Store::answer_item(const InboxItem& item, const std::string& option, const std::string& note,
                        std::int64_t now_ms) {
  const int closed = db_.query(
                            "UPDATE inbox SET status = ?, answer = ?, note = ?, updated_at = ? WHERE id = ? "
                            "AND status = 'open'")
                         .bind(option == "done" ? "done" : "answered")
                         .bind(option)
                         .bind(note)
                         .bind(now_ms)
                         .bind(item.id)
                         .run();
  if (closed != 1) return false;
  const std::string about_provider = item.kind + ":provider:";
  if (item.cause.starts_with(about_provider)) {
    unpark(item.cause.substr(about_provider.size()), now_ms);
  } else if (item.task) {
    decide_task(*item.task, option, now_ms);
  }
  event({0,
         now_ms,
         {},
         item.task,
         item.run,
         "inbox_answered",
         object_json({{"item", std::to_string(item.id)}, {"answer", option}})});
  return true;
}

std::int64_t Store::archive_items(std::int64_t before_ms, std::int64_t now_ms) {
  const int archived =
      db_.query(
             "UPDATE inbox SET status = 'archived' WHERE status IN ('answered', 'done') AND updated_at <= ?")
          .bind(before_ms)
          .run();
  if (archived > 0)
    event({0, now_ms, {}, {}, {}, "inbox_archived", object_json({{"items", std::to_string(archived)}})});
  return archived;
}

void Store::decide_task(std::int64_t task, const std::string& option, std::int64_t now_ms) {
  const char* state = option == "retry" ? "queued" : option == "cancel" ? "cancelled" : "done";
  db_.query(
         "UPDATE tasks SET state = ?, next_attempt = NULL, verified = NULL, updated_at = ?"
         " WHERE id = ? AND state IN ('waiting_human', 'failed')")
      .bind(state)
      .bind(now_ms)
      .bind(task)
      .run();
  if (option == "retry") db_.query("DELETE FROM ledger WHERE task = ?").bind(task).run();
}

void Store::park(const Park& park, std::int64_t now_ms) {
  db_.query(
         "INSERT INTO parks (provider, until, why, created_at) VALUES (?1, ?2, ?3, ?4)"
         " ON CONFLICT (provider) DO UPDATE SET until = ?2, why = ?3, times = times + 1")
      .bind(park.provider)
      .bind(park.until_ms)
      .bind(park.why)
      .bind(now_ms)
      .run();
  event({0,
         now_ms,
         {},
         {},
         {},
         "provider_parked",
         object_json({{"provider", park.provider}, {"why", park.why}})});
}

void Store::unpark(const std::string& provider, std::int64_t now_ms) {
  if (db_.query("DELETE FROM parks WHERE provider = ?").bind(provider).run() == 0) return;
  event({0, now_ms, {}, {}, {}, "provider_unparked", object_json({{"provider", provider}})});
}

std::vector<Park> Store::parks(std::int64_t now_ms) {
  auto q = db_.query(
      "SELECT provider, until, why, times FROM parks WHERE until IS NULL OR until > ? ORDER BY provider");
  q.bind(now_ms);
  std::vector<Park> parks;
  while (q.next())
    parks.push_back({q.text(0), q.maybe_integer(1), q.text(2), static_cast<int>(q.integer(3))});
  return parks;
}

}  // namespace orchestrate
