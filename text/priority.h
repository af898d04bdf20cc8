// The four priorities of a task: names for people, ranks to sort by. The one table. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace orchestrate::text {

// What is said of a word that is none.
constexpr std::string_view kPriorities = "P0, P1, P2 or P3";

// "P0", "p0", "P0-CRITICAL" -> 0; nullopt for anything else.
[[nodiscard]] std::optional<int> priority_rank(std::string_view word);

// 0 to 3 -> "P0-CRITICAL", and "P0". Throws std::out_of_range.
[[nodiscard]] std::string priority_name(int rank);
[[nodiscard]] std::string priority_short(int rank);

}  // namespace orchestrate::text
