// Lists as people read them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrate::text {

// "a, b, c" with ", ".
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);

// "a, b and c", "a, b or c".
[[nodiscard]] std::string join_and(const std::vector<std::string>& parts);
[[nodiscard]] std::string join_or(const std::vector<std::string>& parts);

// "a, b and 3 more"; "a and b" when there are no more.
[[nodiscard]] std::string join_more(const std::vector<std::string>& parts, std::int64_t more);

// "a, b, c"; when there are more than `most`, the first of them and how many more.
[[nodiscard]] std::string join_first(const std::vector<std::string>& parts, std::size_t most = 12);

}  // namespace orchestrate::text
