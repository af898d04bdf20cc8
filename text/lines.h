// What anybody wrote, made fit to be kept and shown: well-formed, bounded, on one line. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace orchestrate::text {

// Well-formed UTF-8 of at most max_bytes, never cut inside a character, "…" at the end when something was
// left out.
[[nodiscard]] std::string bounded(std::string_view bytes, std::size_t max_bytes);

// The same on one line: control characters, escape sequences' ESC included, and runs of blanks become one
// blank, none at the ends.
[[nodiscard]] std::string one_line(std::string_view bytes, std::size_t max_bytes = std::string::npos);

}  // namespace orchestrate::text
