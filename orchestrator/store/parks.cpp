#include "orchestrator/store/parks.h"

#include "orchestrator/store/json.h"

namespace orchestrate {

void Parks::put(const Park& park, std::int64_t now_ms) {
  db_.query(
         "INSERT INTO parks (provider, until, why, created_at) VALUES (?1, ?2, ?3, ?4)"
         " ON CONFLICT (provider) DO UPDATE SET until = ?2, why = ?3, times = times + 1")
      .bind(park.provider)
      .bind(park.until_ms)
      .bind(park.why)
      .bind(now_ms)
      .run();
  events_.add({0,
               now_ms,
               {},
               {},
               {},
               "provider_parked",
               object_json({{"provider", park.provider}, {"why", park.why}})});
}

void Parks::lift(const std::string& provider, std::int64_t now_ms) {
  if (db_.query("DELETE FROM parks WHERE provider = ?").bind(provider).run() == 0) return;
  events_.add({0, now_ms, {}, {}, {}, "provider_unparked", object_json({{"provider", provider}})});
}

std::vector<Park> Parks::in_force(std::int64_t now_ms) {
  auto q = db_.query(
      "SELECT provider, until, why, times FROM parks WHERE until IS NULL OR until > ? ORDER BY provider");
  q.bind(now_ms);
  std::vector<Park> parks;
  while (q.next())
    parks.push_back({q.text(0), q.maybe_integer(1), q.text(2), static_cast<int>(q.integer(3))});
  return parks;
}

}  // namespace orchestrate
