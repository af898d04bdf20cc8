// The queue explained to people: what would happen to it now, and why a task does not run. By the rows, while
// another process runs the session.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "orchestrator/project/project.h"
#include "orchestrator/queue/decide.h"
#include "orchestrator/store/store.h"

namespace orchestrate {

struct Planned {
  Task task;
  Decision decision;
};
struct Plan {
  std::vector<Planned> tasks;  // in the order in which they would be offered a slot
  std::int64_t queued = 0;     // all of them
};
// Of the first `most` queued tasks; costs no more than these.
[[nodiscard]] Plan make_plan(Store& store, SchedulingContext context, std::size_t most);

// Answers for any number of tasks what is asked of one, against the same context.
class WhyNot {
 public:
  WhyNot(const SchedulingContext& context, Store& store) : context_(context), store_(store) {}

  // Why a task does not run now, one reason a line; empty: it could start at once. Of one that waits for a
  // person, what is asked.
  [[nodiscard]] std::vector<std::string> reasons(const Task& task);

 private:
  [[nodiscard]] std::vector<std::string> asked(const Task& task);

  const SchedulingContext& context_;
  Store& store_;
};

// What is decided of it now. A task without a row (id 0) depends on nothing.
[[nodiscard]] Decision decide_by_rows(const Task& task, Store& store, const SchedulingContext& context);

}  // namespace orchestrate
