// Whether a check passes on the untouched base: learnt once per base commit and command.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "orchestrator/store/sqlite/connection.h"

namespace orchestrate {

class Baselines {
 public:
  explicit Baselines(Connection& connection) : db_(connection.db) {}

  // Only what was learnt before that time: a run that is taken up again must recall what it recalled at
  // first.
  [[nodiscard]] std::optional<bool> find(const std::string& base, const std::string& command,
                                         std::int64_t before_ms);
  void put(const std::string& base, const std::string& command, bool passed, std::int64_t now_ms);

 private:
  Database& db_;
};

}  // namespace orchestrate
