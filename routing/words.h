// How routing compares and quotes words. Private to this folder.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace orchestrate::routing {

[[nodiscard]] char lower(char letter);  // ASCII only, whatever the locale
[[nodiscard]] bool same_word(const std::string& left, const std::string& right);
[[nodiscard]] bool holds(const std::vector<std::string>& words, const std::string& word);

// {"a", "b", "c"} -> "a, b or c".
[[nodiscard]] std::string listed(const std::vector<std::string>& words, const char* last_joint);
[[nodiscard]] std::string joined(const std::vector<std::string>& parts, const char* joint);

// On one line, without control characters, cut to about `bytes`: what a task says comes from anybody.
[[nodiscard]] std::string one_line(const std::string& text, std::size_t bytes = 1000);

}  // namespace orchestrate::routing
