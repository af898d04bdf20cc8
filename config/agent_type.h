// One agent type as a lead wrote it: the profile its driver reads, and what only the queue and the attempt
// ask.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "spawners/drivers/profile.h"
#include "workspaces/kind.h"

namespace orchestrate::config {

struct AgentType {
  spawners::Profile profile;

  std::vector<std::string> capabilities;
  std::string prompt = "implement";   // the template
  std::vector<std::string> fallback;  // other agent types, in order
  int max_parallel = 1;
  std::string provider;                       // what a usage limit parks; empty: nothing
  bool idempotent = false;                    // may be started again when it is not known how it ended
  bool resume = true;                         // a further attempt goes on in the CLI's session
  bool expects_changes = true;                // is exit 0 without a change done?
  std::optional<workspaces::Kind> workspace;  // absent: [workspace] kind decides
  int line = 0;                               // in agents.toml
};

}  // namespace orchestrate::config
