// The way into an operation, the same for every door.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "api/operations/operation.h"

namespace orchestrate::api {

// Checks who calls, what was given and what must be there, then runs the handler, in one go. Throws Refused;
// what the handler throws goes through.
[[nodiscard]] nlohmann::json call(const Operation& operation, Desk& desk, const nlohmann::json& given);

// Throws Refused with every problem when the files have errors.
void require_configuration(const Project& project);

// What was given with the defaults of what was not. Throws Refused for unknown fields, wrong shapes, and what
// is missing. A value of null is one that was not given, unless the field's shape knows it.
[[nodiscard]] nlohmann::json completed(const std::vector<Field>& fields, const nlohmann::json& given,
                                       std::int64_t now_ms);

// The whole table as JSON, for programs that make something of it.
[[nodiscard]] nlohmann::json described();

[[nodiscard]] std::string to_string(Effect effect);
[[nodiscard]] std::string to_string(Who who);

}  // namespace orchestrate::api
