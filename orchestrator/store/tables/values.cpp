#include "orchestrator/store/tables/values.h"

namespace orchestrate {

void Values::set(const std::string& key, const std::string& value) {
  db_.query("INSERT OR REPLACE INTO kv (key, value) VALUES (?, ?)").bind(key).bind(value).run();
}

void Values::remove(const std::string& key) {
  db_.query("DELETE FROM kv WHERE key = ?").bind(key).run();
}

std::string Values::get(const std::string& key) {
  auto q = db_.query("SELECT value FROM kv WHERE key = ?");
  return q.bind(key).first<std::string>().value_or("");
}

bool Values::has(const std::string& key) {
  return db_.query("SELECT 1 FROM kv WHERE key = ?").bind(key).next();
}

}  // namespace orchestrate
