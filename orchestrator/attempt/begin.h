// A run's row and the configuration of now -> an attempt, with the terms that it keeps to.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/attempt/attempt.h"
#include "orchestrator/project/machine.h"
#include "orchestrator/project/project.h"
#include "orchestrator/store/store.h"

namespace orchestrate {

struct BeginContext {
  const Project& project;
  const Machine& machine;
  Store& store;                                 // read only
  const std::vector<std::string>& environment;  // ours, "NAME=value"
};

// Throws LaunchRefused when it cannot be begun before a person has changed the task or the configuration, and
// MachineFault when it can be begun later.
// Reads earlier runs of the task; makes the folder of a plain job, for which nothing else is to be done.
[[nodiscard]] Attempt begin_attempt(const Run& run, const Task& task, const BeginContext& context);

}  // namespace orchestrate
