#include "orchestrator/store/tables/baselines.h"

namespace orchestrate {

std::optional<bool> Baselines::find(const std::string& base, const std::string& command,
                                    std::int64_t before_ms) {
  auto q = db_.query("SELECT passed FROM baselines WHERE base = ? AND command = ? AND at < ?");
  return q.bind(base).bind(command).bind(before_ms).first<bool>();
}

void Baselines::put(const std::string& base, const std::string& command, bool passed, std::int64_t now_ms) {
  db_.query("INSERT OR IGNORE INTO baselines (base, command, passed, at) VALUES (?, ?, ?, ?)")
      .bind(base)
      .bind(command)
      .bind(passed)
      .bind(now_ms)
      .run();
}

}  // namespace orchestrate
