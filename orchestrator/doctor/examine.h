// Looks at the machine, the project and the agent types, for `orchestrate doctor`.
//
// Blocks on git and on what the CLIs are asked (ask_clis.h). Changes nothing but for folders below TMPDIR
// that go again. What cannot be found out is a finding, never an exception.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "orchestrator/doctor/doctor.h"
#include "orchestrator/project/project.h"

namespace orchestrate {

// What agents start from.
struct Base {
  std::string problem;  // why there is none; empty: there is
  std::string name;     // as people call it
  std::int64_t committed_ms = 0;
  std::vector<std::string> files;
};
[[nodiscard]] Base read_base(const Project& project);

// git, kernel, shim, clock, state, disk, workspaces, base, the commands of checks and hooks.
[[nodiscard]] Findings examine_machine(const Project& project, const Base& base,
                                       const std::vector<std::string>& environment);

// Each agent type: its CLI and version, its permissions, its login, what the base may do to it.
[[nodiscard]] Findings examine_agent_types(const Project& project, const Base& base,
                                           const std::vector<std::string>& environment);

}  // namespace orchestrate
