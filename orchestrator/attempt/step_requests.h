// What the steps that are ours are asked to do: a run -> the request of `orchestrate step`. Pure.
#pragma once

#include <string>

#include "orchestrator/attempt/flow.h"
#include "orchestrator/project/project.h"

namespace orchestrate {

// The name of a task's workspace and results: "task-7".
[[nodiscard]] std::string task_key(const LiveRun& live);

// Where the run's checkout of its base ("base") or of the agent's result ("fresh") lies.
[[nodiscard]] std::string checkout_path(const LiveRun& live, const Paths& paths, const char* what);

// Empty for a step that is a command or the agent's CLI.
[[nodiscard]] std::string request_of(const LiveRun& live, StepKind kind, const Paths& paths,
                                     const config::Config& config);

}  // namespace orchestrate
