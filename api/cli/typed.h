// What was typed behind a verb, as the values that its fields want.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "api/cli/verb.h"

namespace orchestrate::api {

// By the field's name; a switch that was given has no words.
using Words = std::map<std::string, std::vector<std::string>>;

// Reads the files and the standard input that are named. Throws Refused, with each thing called as it was
// typed.
[[nodiscard]] nlohmann::json given_by(const Verb& verb, const Words& words, const Context& context);

}  // namespace orchestrate::api
