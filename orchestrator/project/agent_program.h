// The program behind an agent type, as it will be found when an agent is started.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/project/machine.h"
#include "spawners/drivers/profile.h"

namespace orchestrate {

// The PATH that the agent type gets.
[[nodiscard]] std::string agent_path(const spawners::Profile& profile,
                                     const std::vector<std::string>& environment);

// Where its command's first word is; empty: nowhere on that PATH, or it has none.
[[nodiscard]] std::string agent_program(const spawners::Profile& profile,
                                        const std::vector<std::string>& environment, const Machine& machine);

// "cli /usr/bin/codex 8123412 1763730000.123456789": another text once the file of the CLI, the command's
// last word ("nice codex"), is another one. Empty: there is no such file.
[[nodiscard]] std::string program_identity(const spawners::Profile& profile,
                                           const std::vector<std::string>& environment,
                                           const Machine& machine);

}  // namespace orchestrate
