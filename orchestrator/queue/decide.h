// May this task start now, by whom, and if not, why not? Pure: the loop, `plan`, `why` and `list` ask the
// same question.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "orchestrator/store/rows/inbox_kind.h"
#include "orchestrator/store/rows/park.h"
#include "orchestrator/store/task.h"
#include "routing/route.h"

namespace orchestrate {

// Everything outside the task that bears on the answer.
struct Situation {
  const config::Config* config = nullptr;
  std::int64_t now_ms = 0;  // wall clock
  int max_parallel = 0;
  int running = 0;
  std::map<std::string, int> running_by_type;
  bool in_place_busy = false;                   // somebody works in the project's own checkout
  std::map<std::string, Park> parks;            // by provider, those in force
  std::map<std::string, std::string> unusable;  // agent type -> why it cannot start at all on this machine
  double session_cost_usd = 0;                  // spent
  double reserved_cost_usd = 0;                 // the worst case of what runs now
  double max_session_cost_usd = 0;
  std::string closed;  // not empty: nothing new may start, and why (window, stop)
};

struct Decision {
  enum class Kind { start, wait, human } kind = Kind::wait;
  routing::Route route;
  std::optional<InboxKind> inbox_kind;  // human: which kind of decision
  std::vector<std::string> holds;       // wait: each reason, in words
  std::optional<std::int64_t>
      wake_at_ms;                 // wait: when time alone may change the answer (retry, park, not_before)
  bool due = true;                // false: not_before lies in the future, or a person holds it
  bool stopped_by_limit = false;  // wait: budget or window, not the task's own matter
};

[[nodiscard]] Decision decide(const Task& task, const std::vector<Task>& unmet_dependencies,
                              const Situation& s);

// Position in the queue: priority with aging (one step per aging_ms waited), then age, then id. Smaller is
// earlier.
[[nodiscard]] bool earlier(const Task& a, const Task& b, std::int64_t now_ms, std::int64_t aging_ms);

}  // namespace orchestrate
