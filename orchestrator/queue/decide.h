// May this task start now, by whom, and if not, why not? Pure: the loop, `plan`, `why` and `list` ask the
// same question.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/queue/context.h"
#include "orchestrator/store/rows/inbox_kind.h"
#include "orchestrator/store/rows/task.h"
#include "routing/route.h"

namespace orchestrate {

struct Decision {
  enum class Kind { start, wait, human } kind = Kind::wait;
  routing::Route route;
  std::optional<InboxKind> inbox_kind;  // human: which kind of decision
  std::vector<std::string> holds;       // wait: each reason, in words
  // wait: when time alone may change the answer (retry, park, not_before)
  std::optional<std::int64_t> wake_at_ms;
  bool due = true;                // false: not_before lies in the future, or a person holds it
  bool waits_for_tasks = false;   // wait: for one that it depends on
  bool stopped_by_limit = false;  // wait: budget or window, not the task's own matter
};

[[nodiscard]] Decision decide(const Task& task, const std::vector<Task>& unmet_dependencies,
                              const SchedulingContext& context);

// Position in the queue: priority with aging (one step per aging_ms waited), then id. Of one priority the
// lower id is always earlier, whatever its created_at says; so this orders the first of each priority, and
// nothing else.
[[nodiscard]] bool earlier(const Task& a, const Task& b, std::int64_t now_ms, std::int64_t aging_ms);

// The tasks as they would be offered.
[[nodiscard]] std::vector<Task> in_order(std::vector<Task> tasks, std::int64_t now_ms, std::int64_t aging_ms);

}  // namespace orchestrate
