// What the steps that are ours are asked to do: an attempt -> the request of `orchestrate step`. Pure.
#pragma once

#include <string>

#include "orchestrator/attempt/attempt.h"
#include "orchestrator/project/project.h"

namespace orchestrate {

inline constexpr const char* kTaskKey = "task-";

// The name of a task's workspace and results: "task-7".
[[nodiscard]] std::string task_key(const Attempt& attempt);

// Where the attempt's checkout of its base ("base") or of the agent's result ("fresh") lies.
[[nodiscard]] std::string checkout_path(const Attempt& attempt, const Paths& paths, const char* what);

// Empty for a step that is a command or the agent's CLI.
[[nodiscard]] std::string request_of(const Attempt& attempt, StepKind kind, const Paths& paths);

}  // namespace orchestrate
