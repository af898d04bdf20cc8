// The driver `codex`: OpenAI Codex without a screen (`codex exec`), a JSON record per line.
//
// permissions
//   read   a sandbox in which nothing can be written and no network is reached.
//   edit   a sandbox that writes in the workspace (not to its .git, .codex, .agents) and in the temporary
//          folders, without a network. `args` may allow more: ["-c",
//          "sandbox_workspace_write.network_access=true"].
//   full   no sandbox: any command.
//   What the sandbox refuses, a command reports in words of its own: it is not noted as a denied tool.
//   Where no sandbox can be set up at all, every command fails, and codex still says that all is well: that
//   is noted as denied.
// repository_config
//   text   AGENTS.md and skills are read as text. Nothing else of the repository counts, whatever HOME has on
//          record as trusted.
//   ignore not even text.
//   trust  what .codex holds acts: servers, instructions, rules that let commands out of the sandbox. Hooks
//          act only with --dangerously-bypass-hook-trust among `args`.
//   A filter of .git/config acts at every level: codex asks git about the workspace. Only an agent can put
//   one there, and only with `full` permissions: a workspace of ours begins with a .git/config of ours. Each
//   row of docs/agents/codex.md is planted by tests/real_agents for the measured version.
//
// With an isolated HOME its config.toml counts at trust only. Costs are never stated.
// Stdout is believed: an agent with `full` could write records there itself. The judge's checks are for that.
#pragma once

#include "spawners/drivers/driver.h"

namespace orchestrate::spawners {

extern const Driver kCodex;

// read.cpp
[[nodiscard]] Reading read_codex(const Profile& profile, std::string_view file, std::string_view line);

}  // namespace orchestrate::spawners
