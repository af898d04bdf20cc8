// Hostile bytes made fit to be shown and stored. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace orchestrate::spawners {

// How long what is kept may be: of one record a text, or what stands on one line; a line of a program that
// writes no records; what an agent said in the end.
constexpr std::size_t text_bytes = 16 << 10;
constexpr std::size_t line_bytes = 300;
constexpr std::size_t printed_line_bytes = 1000;
constexpr std::size_t final_text_bytes = 64 << 10;

// Well-formed UTF-8: every byte that is not part of it becomes U+FFFD. (Table 3-7 of the Unicode standard.)
[[nodiscard]] std::string valid_utf8(std::string_view bytes);

// valid_utf8 of at most max_bytes, never cut inside a character, "…" at the end when something was left out.
[[nodiscard]] std::string bounded(std::string_view bytes, std::size_t max_bytes);

// bounded, and on one line: control characters, escape sequences' ESC included, and runs of blanks become one
// blank.
[[nodiscard]] std::string one_line(std::string_view bytes, std::size_t max_bytes);

[[nodiscard]] inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace orchestrate::spawners
