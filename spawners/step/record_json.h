// The records of a step as JSON, read so that no number becomes another. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace orchestrate::spawners {

// Throws nlohmann::json::exception for what is no JSON, and for a number that is not whole or does not fit
// into 64 bits: no record holds one, and what such a number is made into is anybody's guess.
[[nodiscard]] nlohmann::json parse_record(const std::string& text);

}  // namespace orchestrate::spawners
