// Asks the CLIs of the agent types for their versions, and to try their sandboxes, all at the same time.
//
// Blocks for 10 s at most, 30 s where a CLI is known to start slowly. Each is asked once however many agent
// types have it, in the environment of its agent type and a HOME that goes again.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/doctor/agent_findings.h"

namespace orchestrate {

struct Answers {
  Answer version;
  std::optional<Answer> sandbox;  // none: at that level its CLI needs none, or cannot be asked
};

// By the agent type's name; none for those whose command is nowhere on PATH.
[[nodiscard]] std::map<std::string, Answers> ask_clis(
    const std::map<std::string, config::AgentType>& agent_types, const std::vector<std::string>& environment);

}  // namespace orchestrate
