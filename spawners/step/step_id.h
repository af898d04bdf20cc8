// What steps are called: "41/03-agent" is the third step of run 41, and its directory below the runs
// directory. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace orchestrate::spawners {

// The kind of step that runs an agent's CLI.
constexpr std::string_view kAgentStep = "agent";

// `kind` as the attempt calls it: "create", "agent", "check-8f2a01c3".
[[nodiscard]] std::string step_id(std::int64_t run, int n, std::string_view kind);

[[nodiscard]] bool is_agent_step(std::string_view id);

// The id of the step that lives in that folder.
[[nodiscard]] std::string step_of(const std::string& dir);

// Behind the name of a folder that was put aside: it is no step's.
inline constexpr std::string_view kPutAside = ".foreign-";

}  // namespace orchestrate::spawners
