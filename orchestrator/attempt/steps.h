// A step of a run -> the launch that does it, and what it left -> facts of the run.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/attempt/flow.h"
#include "orchestrator/project/project.h"
#include "prompts/prompt.h"

namespace orchestrate {

// What building a launch needs besides the run. `bundle` is asked for only when the agent step is built.
struct StepContext {
  const Paths* paths = nullptr;
  const config::Config* config = nullptr;
  std::vector<std::string> environment;  // ours, "NAME=value"
};

// "41/03-agent", "41/05-check-8f2a01c3": a command that is changed while nobody runs makes another step, so
// that what the old one did is never taken for the word of the new one.
[[nodiscard]] std::string step_id(const LiveRun& live, int n, const StepRef& step);

// The launch of every step but those of the agent's CLI. Reads nothing.
[[nodiscard]] spawners::Launch launch_of(const LiveRun& live, const StepRef& step,
                                         const StepContext& context);

// The agent's launch; `refused` says why not. Checks right here that the workspace lies where it must.
[[nodiscard]] spawners::Plan agent_launch(const LiveRun& live, const std::string& bundle,
                                          const StepContext& context);

// Asks the CLI for its version, in the environment in which the agent will run.
[[nodiscard]] spawners::Plan version_launch(const LiveRun& live, const StepContext& context);

// Takes what an ended step left in its directory into the run. `record` absent: lost.
void apply_step(LiveRun& live, const StepRef& step, const std::string& dir,
                const std::optional<spawners::ExitRecord>& record);

}  // namespace orchestrate
