// What each of the three files may say, and what it names that another file defines. Private to this folder.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "config/section.h"

namespace orchestrate::config {

struct Fallbacks {
  std::string agent_type;
  std::vector<Word> to;
};

// Names to be looked up once every file is read.
struct Names {
  std::vector<Word> targets;         // routing.toml: agent types, or a person
  std::vector<Word> agent_types;     // routing.toml: agent types only
  std::vector<Word> needs;           // routing.toml: capabilities
  std::vector<Fallbacks> fallbacks;  // agents.toml, in the order of the file
};

void read_orchestrate(Section root, Config& config);
void read_routing(Section root, routing::Rules& rules, Names& names);
void read_agents(Section root, const Known& known, Config& config, Names& names);

// Unknown names and fallbacks in a circle. A null report: that file could not be read, so nothing that
// depends on it is said.
void check_names(const Config& config, const Names& names, Report* routing, Report* agents);

// What only the driver `exec` understands, and for that driver what its command must hold. Read after all
// other keys of the agent type.
void read_exec(Section& section, const Entry& agent_type, spawners::Profile& profile);
void read_output(Section output, spawners::OutputMapping& out);

void read_globs(Section& section, const std::string& key, std::vector<std::string>& out);

// Priorities in any form, as "P0".."P3".
[[nodiscard]] std::vector<std::string> short_priorities(Section& section, const std::string& key,
                                                        const std::vector<Word>& words);

[[nodiscard]] const std::vector<std::pair<std::string, workspaces::Kind>>& workspace_kinds();

}  // namespace orchestrate::config
