// A step of an attempt -> the launch that does it.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/attempt/attempt.h"
#include "orchestrator/project/machine.h"
#include "orchestrator/project/project.h"

namespace orchestrate {

// What building a launch needs besides the attempt.
struct LaunchContext {
  const Paths* paths = nullptr;
  const Machine* machine = nullptr;
  std::vector<std::string> environment;  // ours, "NAME=value"
};

// "agent", "check-8f2a01c3": a command that is changed while nobody runs makes another step, so that what the
// old one did is never taken for the word of the new one.
[[nodiscard]] std::string full_name(const Attempt& attempt, const StepRef& step);

// "41/03-agent", "41/05-check-8f2a01c3".
[[nodiscard]] std::string step_id(const Attempt& attempt, int n, const StepRef& step);

// The HOME of an agent type that has one of its own, and the TMPDIR in it.
[[nodiscard]] std::string home_of(const Paths& paths, const std::string& agent_type);
inline constexpr const char* kTemporary = "/tmp";

// The launch of every step but those of the agent's CLI. Reads nothing.
[[nodiscard]] spawners::Launch launch_of(const Attempt& attempt, const StepRef& step,
                                         const LaunchContext& context);

// The agent's launch; `refused` says why not. Checks right here that the workspace lies where it must.
[[nodiscard]] spawners::Plan agent_launch(const Attempt& attempt, const std::string& bundle,
                                          const LaunchContext& context);

// Asks the CLI for its version, in the environment in which the agent will run.
[[nodiscard]] spawners::Plan version_launch(const Attempt& attempt, const LaunchContext& context);

}  // namespace orchestrate
