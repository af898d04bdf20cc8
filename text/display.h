// How rows are shown to people: hostile bytes made harmless, columns aligned, colour only where it is wanted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orchestrate::text {

// What moves the cursor, turns the writing direction (CVE-2021-42574), breaks the line or cannot be seen.
[[nodiscard]] bool deceives(char32_t code);

// That and invalid UTF-8 replaced; newlines kept or not.
[[nodiscard]] std::string printable(std::string_view text, bool keep_newlines = false);

// At most `columns` columns of a terminal, the last one an ellipsis when something was cut.
[[nodiscard]] std::string shortened(const std::string& text, std::size_t columns);

// Rows of cells as aligned columns, two blanks between; every cell is made printable. The last column is not
// padded.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

// Each line with a margin.
[[nodiscard]] std::string indented(const std::string& text, const std::string& margin);

enum class Colour { plain, bold, dim, red, green, yellow };
[[nodiscard]] std::string coloured(const std::string& text, Colour colour, bool enabled);

}  // namespace orchestrate::text
