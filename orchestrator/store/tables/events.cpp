#include "orchestrator/store/tables/events.h"

#include "orchestrator/store/rows/columns.h"

namespace orchestrate {
namespace {

constexpr unsigned kAdded = 1;

constexpr Column<EventRow> kColumns[] = {
    column<&EventRow::seq>("seq"),
    column<&EventRow::at_ms>("at", kAdded),
    column<&EventRow::session>("session", kAdded),
    column<&EventRow::task>("task", kAdded),
    column<&EventRow::run>("run", kAdded),
    column<&EventRow::kind>("kind", kAdded),
    column<&EventRow::data>("data", kAdded),
};

const std::string kSelect = "SELECT " + names(kColumns) + " FROM events ";

const std::string kInsert =
    "INSERT INTO events (" + names(kColumns, kAdded) + ") VALUES (" + marks(kColumns, kAdded) + ")";

}  // namespace

void Events::add(EventRow event) {
  if (!event.session && connection_.session != 0) event.session = connection_.session;
  auto q = db_.query(kInsert);
  bind_columns(q, kColumns, kAdded, event);
  q.run();
}

std::vector<EventRow> Events::after(std::int64_t seq, int limit) {
  auto q = db_.query(kSelect + "WHERE seq > ? ORDER BY seq LIMIT ?");
  q.bind(seq).bind(limit);
  return read_all<EventRow>(q, kColumns);
}

std::vector<EventRow> Events::of_task(std::int64_t task) {
  auto q = db_.query(kSelect + "WHERE task = ? ORDER BY seq");
  q.bind(task);
  return read_all<EventRow>(q, kColumns);
}

std::int64_t Events::last() {
  return db_.query("SELECT coalesce(max(seq), 0) FROM events").first<std::int64_t>().value_or(0);
}

}  // namespace orchestrate
