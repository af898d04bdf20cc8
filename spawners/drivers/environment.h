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

// Empty when it is not set.
[[nodiscard]] std::string value_of(const Environment& environment, std::string_view name);

// The file of a CLI whose folder `variable` names, or else lies in HOME; empty without either.
[[nodiscard]] std::string file_in_home(const Environment& environment, std::string_view variable,
                                       std::string_view folder, std::string_view file);

}  // namespace orchestrate::spawners
