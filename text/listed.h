// Lists of names as people read them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace orchestrate {

// "a, b", or "a, b and 3 more".
[[nodiscard]] std::string listed(const std::vector<std::string>& names, std::int64_t more = 0);

// At most 12 of them, and how many more there are.
[[nodiscard]] std::string listed_shortly(const std::vector<std::string>& names);

}  // namespace orchestrate
