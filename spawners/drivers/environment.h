// Environments as ordered "NAME=value" lists. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrate::spawners {

using Environment = std::map<std::string, std::string, std::less<>>;

// Entries without a name or a '=' are left out; of several with one name the last counts.
[[nodiscard]] Environment environment_from(const std::vector<std::string>& entries);
[[nodiscard]] std::vector<std::string> entries_of(const Environment& environment);

}  // namespace orchestrate::spawners
