#include "orchestrator/project/agent_program.h"

#include <sys/stat.h>

#include "orchestrator/project/project.h"

namespace orchestrate {

std::string agent_path(const spawners::Profile& profile, const std::vector<std::string>& environment) {
  const auto own = profile.env.find("PATH");
  return own != profile.env.end() ? own->second : search_path(environment);
}

std::string agent_program(const spawners::Profile& profile, const std::vector<std::string>& environment) {
  if (profile.command.empty()) return {};
  return find_on_path(profile.command.front(), agent_path(profile, environment));
}

std::string program_identity(const spawners::Profile& profile, const std::vector<std::string>& environment) {
  if (profile.command.empty()) return {};
  const std::string path = find_on_path(profile.command.back(), agent_path(profile, environment));
  struct stat st {};
  if (path.empty() || ::stat(path.c_str(), &st) != 0) return {};
  // Package managers set the time of the last change to one of their own; that of the inode is the disk's.
  return "cli " + path + " " + std::to_string(st.st_size) + " " + std::to_string(st.st_ctim.tv_sec) + "." +
         std::to_string(st.st_ctim.tv_nsec);
}

}  // namespace orchestrate
