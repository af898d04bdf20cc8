#include "orchestrator/store/tables/parks.h"

#include "orchestrator/store/rows/columns.h"

namespace orchestrate {
namespace {

constexpr Column<Park> kColumns[] = {
    column<&Park::provider>("provider"),
    column<&Park::until_ms>("until"),
    column<&Park::why>("why"),
    column<&Park::times>("times"),
};

}  // namespace

void Parks::put(const Park& park, std::int64_t now_ms) {
  db_.query(
         "INSERT INTO parks (provider, until, why, created_at) VALUES (?1, ?2, ?3, ?4)"
         " ON CONFLICT (provider) DO UPDATE SET until = ?2, why = ?3, times = times + 1")
      .bind(park.provider)
      .bind(park.until_ms)
      .bind(park.why)
      .bind(now_ms)
      .run();
  events_.add(events::provider_parked(now_ms, park));
}

void Parks::lift(const std::string& provider, std::int64_t now_ms) {
  if (db_.query("DELETE FROM parks WHERE provider = ?").bind(provider).run() == 0) return;
  events_.add(events::provider_unparked(now_ms, provider));
}

std::vector<Park> Parks::in_force(std::int64_t now_ms) {
  auto q = db_.query("SELECT " + names(kColumns) +
                     " FROM parks WHERE until IS NULL OR until > ? ORDER BY provider");
  q.bind(now_ms);
  return read_all<Park>(q, kColumns);
}

}  // namespace orchestrate
