// Everything an agent must know of a task, collected from rows and spec files into a prompt's values.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/attempt/attempt.h"
#include "orchestrator/project/machine.h"
#include "orchestrator/project/project.h"
#include "orchestrator/store/store.h"

namespace orchestrate {

// What is known of the task without an attempt: who works, where and under which checks is for the caller to
// add. Reads spec files (inside the project only, bounded) and the results of dependencies.
[[nodiscard]] prompts::Bundle task_bundle(const Task& task, const Project& project, const Machine& machine,
                                          Store& store);

// The same for the agent of an attempt.
[[nodiscard]] prompts::Bundle agent_bundle(const Attempt& attempt, const Project& project,
                                           const Machine& machine, Store& store);

// What the last attempt failed on, for the next one's prompt. Empty: there was none, or it did not fail.
// `runs`: of the task, oldest first.
[[nodiscard]] std::string earlier_failure(const std::vector<Run>& runs);

}  // namespace orchestrate
