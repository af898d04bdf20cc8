// Times of day as a person writes them; durations and sizes are in config.h. Private to this folder.
#pragma once

#include <optional>
#include <string>

namespace orchestrate::config {

// "06:30" -> minutes after midnight.
[[nodiscard]] std::optional<int> parse_time_of_day(const std::string& text);

}  // namespace orchestrate::config
