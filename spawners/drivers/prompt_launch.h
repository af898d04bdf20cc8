// What the launches of all CLIs that are given a prompt have in common. Pure.
#pragma once

#include <string>
#include <string_view>

#include "spawners/drivers/driver.h"

namespace orchestrate::spawners {

// The file of the step that holds the prompt.
constexpr const char* kPromptFile = "bundle.md";

// The prompt in its file and on stdin, in the workspace, within the limits of the profile and what the CLI
// needs to start. argv and env are the driver's to add.
[[nodiscard]] Launch launch_with_prompt(const Profile& profile, const Job& job, const Traits& traits,
                                        std::string prompt);

// "agent type 'coder': ", with which every refusal begins.
[[nodiscard]] std::string refusal_of(const Profile& profile);

// Why no CLI can be given this job: an empty prompt, or a session to resume with an id that no CLI wrote.
// Empty: it can.
[[nodiscard]] std::string refused_job(const Profile& profile, const Job& job, const Traits& traits);

// The prompt with a newline before it where its very first character would make it a command of the CLI's.
[[nodiscard]] std::string disarmed(const std::string& prompt, std::string_view command_characters);

}  // namespace orchestrate::spawners
