// The driver `opencode`: `opencode run --format json`, a JSON record per line.
//
// permissions (rules of its configuration; a tool that is denied altogether is not offered to the model)
//   read   reading, searching, skills. No change, no command, no network, nothing outside, no `.env`.
//   edit   and changing files of the workspace.
//   full   everything but questions and the same call over and over.
//   No sub-agents: what they do and cost is in no record. What else is to be allowed, `env` says:
//   OPENCODE_PERMISSION = '{"bash":{"ctest *":"allow"},"task":"allow"}' comes after our rules.
//   With home = "inherit" or at `trust`, tools of that configuration's servers and plugins are not denied.
// repository_config
//   text   AGENTS.md and CLAUDE.md of the repository, skills of .claude and .agents are read as text.
//          Nothing acts: its configuration is switched off, and opencode.json(c) and .opencode are hidden,
//          because no switch stops their plugins.
//   ignore not even text; AGENTS.md and CONTEXT.md in folders below, which no switch stops, are hidden too.
//   trust  configuration, plugins, tools, servers, agents and commands of the repository act.
//   Each row of docs/agents/opencode.md is planted by tests/real_agents for the measured version.
//
// The lead's own configuration is taken from OPENCODE_CONFIG_CONTENT of the agent type's environment; ours
// goes on top of it. A key belongs there as "{env:NAME}": opencode hands that variable on to servers and
// commands.
// There is no terminal record: the last step's end says "stop". An error stands.
// A refused request is tried again five times (about 70 s), after any `retry-after`: no switch.
#pragma once

#include "spawners/drivers/driver.h"

namespace orchestrate::spawners {

extern const Driver kOpencode;

// read.cpp
[[nodiscard]] Reading read_opencode(const Profile& profile, std::string_view file, std::string_view line);

}  // namespace orchestrate::spawners
