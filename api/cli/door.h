// One call of an operation from the command line: open what it needs, call it, wait for what it asked for,
// print.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "api/cli/verb.h"

namespace orchestrate::api {

// The exit status. May wait as long as an agent takes to end. Throws Refused.
[[nodiscard]] int call_from_terminal(const Context& context, const Verb& verb, const nlohmann::json& given);

// Tells an error on stderr; returns its exit status.
[[nodiscard]] int told(const Context& context, const Refused& refused);

}  // namespace orchestrate::api
