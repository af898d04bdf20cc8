// Asks the CLIs of the agent types for their versions, all at the same time.
//
// Blocks for 10 s at most, 30 s where a CLI is known to start slowly. Each is asked once however many agent
// types have it, in the environment of its agent type and a HOME that goes again.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "orchestrator/agent_findings.h"

namespace orchestrate {

// By the agent type's name; none for those whose command is nowhere on PATH.
[[nodiscard]] std::map<std::string, Answer> ask_versions(
    const std::map<std::string, spawners::Profile>& agent_types, const std::vector<std::string>& environment);

}  // namespace orchestrate
