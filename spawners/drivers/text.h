// Hostile bytes made fit to be shown and stored. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace orchestrate::spawners {

// Well-formed UTF-8: every byte that is not part of it becomes U+FFFD. (Table 3-7 of the Unicode standard.)
[[nodiscard]] std::string valid_utf8(std::string_view bytes);

// valid_utf8 of at most max_bytes, never cut inside a character, "…" at the end when something was left out.
[[nodiscard]] std::string bounded(std::string_view bytes, std::size_t max_bytes);

// bounded, and on one line: control characters, escape sequences' ESC included, and runs of blanks become one
// blank.
[[nodiscard]] std::string one_line(std::string_view bytes, std::size_t max_bytes);

}  // namespace orchestrate::spawners
