// Everything an agent must know of a task, collected from rows and spec files into a prompt's values.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/project/project.h"
#include "orchestrator/store/store.h"
#include "orchestrator/store/task.h"

namespace orchestrate {

// What the caller knows beyond the task's row.
struct BundleContext {
  std::string agent_type;
  std::string workspace;
  std::string branch;
  bool expects_changes = true;
  std::vector<std::string> checks;
  std::vector<std::string> red_on_base;
  std::string earlier_failure;
};

// Reads spec files (inside the project only, bounded) and the results of dependencies.
[[nodiscard]] prompts::Bundle make_bundle(const Task& task, const BundleContext& context,
                                          const Project& project, Store& store);

// What the last attempt failed on, for the next one's prompt. Empty: there was none, or it did not fail.
[[nodiscard]] std::string earlier_failure(const Task& task, Store& store);

}  // namespace orchestrate
