// One `orchestrate run`, from its start to its report, as a plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace orchestrate {

// What it may do less than the configuration allows: who asks why a task does not start must know it.
struct SessionTerms {
  std::optional<int> max_parallel;
  std::optional<double> max_cost_usd;
  std::vector<std::int64_t> only;  // these tasks alone; empty: all
  std::vector<int> ranks = {0, 1, 2, 3};
};

struct Session {
  std::int64_t id = 0;
  std::int64_t started_ms = 0;
  std::optional<std::int64_t> ended_ms;
  std::int64_t pid = 0;
  std::optional<int> exit_status;
  std::string stop_reason;
  std::string stop_asked;  // "drain" or "now": by a person, while it ran
  std::string closed;      // why it starts nothing new any more; empty: it may
  SessionTerms terms;
};

}  // namespace orchestrate
