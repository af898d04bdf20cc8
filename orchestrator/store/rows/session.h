// One `orchestrate run`, from its start to its report, as a plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace orchestrate {

struct Session {
  std::int64_t id = 0;
  std::int64_t started_ms = 0;
  std::optional<std::int64_t> ended_ms;
  std::int64_t pid = 0;
  std::optional<int> exit_status;
  std::string stop_reason;
  std::string stop_asked;  // "drain" or "now": by a person, while it ran
};

}  // namespace orchestrate
