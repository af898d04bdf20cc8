// What people write about a task, checked in one way by every verb that takes it. Wrong words throw
// UsageError with the way out.
#pragma once

#include <cstdint>
#include <string>

#include "api/cli/verbs.h"

namespace orchestrate::api {

void require_title(const std::string& title);
[[nodiscard]] int rank_or_refuse(const std::string& priority);
[[nodiscard]] std::int64_t time_or_refuse(const std::string& time);
// `what` is how the person called it: "--check".
void require_command(const std::string& what, const std::string& text);
// It lives as long as the project.
[[nodiscard]] const config::AgentType& agent_type_or_refuse(const std::string& agent, const Project& project);
// Empty: none is named, which is fine. So is any while the configuration is broken: nobody can tell.
void require_known_agent(const std::string& agent, const Project& project);

// The file's text, or that of standard input for "-"; at most 4 MiB.
[[nodiscard]] std::string read_description(const Context& context, const std::string& file);

}  // namespace orchestrate::api
