#include "orchestrator/project/agent_program.h"

#include "orchestrator/project/project.h"

namespace orchestrate {

std::string agent_path(const spawners::Profile& profile, const std::vector<std::string>& environment) {
  const auto own = profile.env.find("PATH");
  return own != profile.env.end() ? own->second : search_path(environment);
}

std::string agent_program(const spawners::Profile& profile, const std::vector<std::string>& environment,
                          const Machine& machine) {
  if (profile.command.empty()) return {};
  return machine.find_program(profile.command.front(), agent_path(profile, environment));
}

std::string program_identity(const spawners::Profile& profile, const std::vector<std::string>& environment,
                             const Machine& machine) {
  if (profile.command.empty()) return {};
  const std::string path = machine.find_program(profile.command.back(), agent_path(profile, environment));
  const std::string identity = path.empty() ? "" : machine.file_identity(path);
  return identity.empty() ? "" : "cli " + identity;
}

}  // namespace orchestrate
