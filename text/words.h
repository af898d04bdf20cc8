// Words compared as people mean them: ASCII letters whatever their case, whatever the locale. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrate::text {

[[nodiscard]] constexpr char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

[[nodiscard]] inline std::string lower(std::string_view word) {
  std::string lowered(word);
  std::ranges::transform(lowered, lowered.begin(), [](char c) { return lower(c); });
  return lowered;
}

[[nodiscard]] inline bool same_word(std::string_view left, std::string_view right) {
  return std::ranges::equal(
      left, right, {}, [](char c) { return lower(c); }, [](char c) { return lower(c); });
}

// "1 file", "2 files".
[[nodiscard]] inline std::string counted(std::int64_t n, std::string_view one, std::string_view several) {
  return std::to_string(n) + " " + std::string(n == 1 ? one : several);
}

[[nodiscard]] inline bool holds(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::any_of(words, [word](const std::string& each) { return same_word(each, word); });
}

[[nodiscard]] inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace orchestrate::text
