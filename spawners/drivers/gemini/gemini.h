// The driver `gemini`: Gemini CLI without a terminal, the prompt on stdin, a JSON record per line.
//
// permissions
//   read   approval mode `default`: tools that write, run or fetch are not offered to the model.
//   edit   `auto_edit`: files of the workspace can be written and URLs fetched, no command is offered.
//   full   `yolo`: any tool.
// repository_config
//   text   GEMINI.md and skills are read as text. Nothing of the repository runs a command, loads a server,
//          widens a permission, or redirects the endpoint or the key.
//   ignore not even text.
//   trust  settings, hooks, servers and .env of the repository act.
//   Gemini starts nowhere but in a folder that it trusts. text and ignore rest on `--skip-trust`, which
//   trusts only after the settings were read, and on settings of ours that let it read none again. Each row
//   of docs/agents/gemini.md is planted by tests/real_agents for the measured version.
//
// Settings stand in HOME. With home = "inherit" nothing is written there: max_turns is not kept, retries are
// gemini's own, and .gemini and .env are hidden. A .gemini/.env of a folder above the workspace then still
// sets variables that are not in `kFillable` (plan.cpp).
// A cost is neither stated nor limited.
// Stdout is believed: an agent with `full` could write records there itself. The judge's checks are for that.
#pragma once

#include "spawners/drivers/driver.h"

namespace orchestrate::spawners {

extern const Driver kGemini;

// read.cpp
[[nodiscard]] Reading read_gemini(const Profile& profile, std::string_view file, std::string_view line);

}  // namespace orchestrate::spawners
