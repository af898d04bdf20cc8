// The driver `claude`: Claude Code in print mode (`claude -p`), a JSON record per line.
//
// permissions
//   read   `dontAsk`: what would ask is denied. Reading works, writing does not.
//   edit   `acceptEdits`: files of the workspace are changed (touch, mv and the like included), other
//          commands are denied, except what `args` allows: ["--allowedTools", "Bash(ctest:*)"].
//   full   `--dangerously-skip-permissions`: any command. Refused as root unless IS_SANDBOX is set.
// repository_config
//   text   CLAUDE.md, rules, skills and agents are read as text. Nothing of the repository runs a command,
//          loads a server or a plugin, widens a permission, or redirects the endpoint or the key.
//   ignore not even text.
//   trust  settings, hooks and servers of the repository act, a redirected endpoint or another key included.
//   Each row of docs/agents/claude.md is planted by tests/real_agents for the measured version.
//
// Retries against the provider are few: trying again is our business, where it is on record.
// Stdout is believed: an agent with `full` could write records there itself. The judge's checks are for that.
#pragma once

#include "spawners/drivers/driver.h"

namespace orchestrate::spawners {

extern const Driver kClaude;

// read.cpp
[[nodiscard]] Reading read_claude(const Profile& profile, std::string_view file, std::string_view line);

}  // namespace orchestrate::spawners
