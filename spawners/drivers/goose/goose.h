// The driver `goose`: `goose run --output-format stream-json`, a JSON record per piece of the model's text.
//
// permissions
//   read   goose's mode `chat`: no tool runs at all, each one asked for is denied. It answers from the prompt
//          alone, because goose reads a file with its shell only.
//   edit   refused: goose knows no level between. Its tools for files write anywhere.
//   full   mode `auto`: any command.
// repository_config
//   text   AGENTS.md, .goosehints and skills are read as text. Hooks of .agents/plugins, which goose runs at
//          once and no switch stops, are hidden, and so is the file that would switch the lead's own on.
//   ignore not even text: hints are switched off, skills are hidden.
//   trust  hooks and servers of .agents/plugins act; agents and recipes are offered to the model. Goose then
//          loads its default extensions too, more can be added by the model.
//
// The provider is named by `model = "provider/model"`, or by GOOSE_PROVIDER in the agent type's environment.
// One that is another agent CLI is refused: goose keeps none of this there.
//
// The engine GOOSE_STATE_MACHINE turns on is relied upon: without it nearly every error of a provider looks
// like success. What goose itself says in the place of the model is a failure. What stays: an answer of the
// provider anthropic whose stream breaks off into garbage looks like a short one. The checks are for that.
#pragma once

#include "spawners/drivers/driver.h"

namespace orchestrate::spawners {

extern const Driver kGoose;

// read.cpp
[[nodiscard]] Reading read_goose(const Profile& profile, std::string_view file, std::string_view line);

}  // namespace orchestrate::spawners
