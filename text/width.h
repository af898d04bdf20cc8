// How many columns of a terminal text takes: the door to utf8proc. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace orchestrate::text {

// What a reader sees as one character (a grapheme cluster) takes one column, or two when it is wide (East
// Asian, emoji); what combines with it takes none of its own. Control characters take none.
[[nodiscard]] std::size_t width(std::string_view text);

// The beginning of the text that fits into so many columns, whole clusters only.
[[nodiscard]] std::string_view fitting(std::string_view text, std::size_t columns);

}  // namespace orchestrate::text
