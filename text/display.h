// How rows are shown to people: hostile bytes made harmless, columns aligned, colour only where it is wanted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orchestrate::api {

// Control characters, escape sequences, bidirectional overrides and invalid UTF-8 replaced; newlines kept or
// not.
[[nodiscard]] std::string printable(std::string_view text, bool keep_newlines = false);

// At most `columns` characters, the last one an ellipsis when something was cut.
[[nodiscard]] std::string shortened(const std::string& text, std::size_t columns);

// Rows of cells as aligned columns, two blanks between; every cell is made printable. The last column is not
// padded.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

// "a, b, c".
[[nodiscard]] std::string joined(const std::vector<std::string>& list, const std::string& separator);

// Each line with a margin.
[[nodiscard]] std::string indented(const std::string& text, const std::string& margin);

enum class Colour { plain, bold, dim, red, green, yellow };
[[nodiscard]] std::string coloured(const std::string& text, Colour colour, bool enabled);

}  // namespace orchestrate::api
