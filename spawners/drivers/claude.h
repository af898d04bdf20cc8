// The driver `claude`: Claude Code in print mode (`claude -p`), a JSON record per line. Measured: 2.1.329.
//
// permissions
//   read   `dontAsk`: what would ask is denied. Reading works, writing does not.
//   edit   `acceptEdits`: files of the workspace are changed (touch, mv and the like included), other
//          commands are denied, except what `args` allows: ["--allowedTools", "Bash(ctest:*)"].
//   full   `--dangerously-skip-permissions`: any command. Refused as root unless IS_SANDBOX is set.
// repository_config
//   text   CLAUDE.md is read as text. No hook, server, helper, command or skill of the repository acts, and
//          nothing redirects the endpoint or the key.
//   ignore not even CLAUDE.md.
//   trust  settings and hooks of the repository act. With the key in the environment they still cannot
//          redirect the endpoint; with a login stored in HOME they can.
//   MCP servers start only when `args` names them (`--mcp-config`), at every level.
//
// Retries against the provider are few: trying again is our business, where it is on record.
// Stdout is believed: an agent with `full` could write records there itself. The judge's checks are for that.
#pragma once

#include "spawners/drivers/driver.h"

namespace orchestrate::spawners {

class ClaudeDriver final : public Driver {
 public:
  [[nodiscard]] Plan plan(const Profile& profile, const Job& job) const override;
  [[nodiscard]] Reading read(std::string_view line) const override;
  [[nodiscard]] bool writes_terminal_record() const override { return true; }
  [[nodiscard]] std::vector<std::string> control_files() const override;
  [[nodiscard]] std::string default_provider() const override { return "anthropic"; }
  [[nodiscard]] std::string default_command() const override { return "claude"; }
  [[nodiscard]] bool expects_changes_by_default() const override { return true; }
};

}  // namespace orchestrate::spawners
