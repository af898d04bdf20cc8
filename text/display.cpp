#include "text/display.h"

#include <algorithm>

#include "text/utf8.h"
#include "text/width.h"

namespace orchestrate::text {
namespace {

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

}  // namespace

bool deceives(char32_t code) {
  const auto in = [code](char32_t first, char32_t last) { return code >= first && code <= last; };
  return is_control(code) || code == 0x200B || in(0x200E, 0x200F) || in(0x2028, 0x202E) ||
         in(0x2060, 0x2069) || code == 0xFEFF;
}

std::string printable(std::string_view text, bool keep_newlines) {
  std::string out;
  out.reserve(text.size());
  for (; !text.empty(); text.remove_prefix(first_character(text).length)) {
    const Character next = first_character(text);
    if (next.code == '\t' || (next.code == '\n' && !keep_newlines)) {
      out += ' ';
    } else if (next.code == '\n' || (next.valid && !deceives(next.code))) {
      out += text.substr(0, next.length);
    } else if (next.code != '\r') {
      out += kReplacement;
    }
  }
  return out;
}

std::string shortened(const std::string& text, std::size_t columns) {
  if (width(text) <= columns) return text;
  if (columns == 0) return {};
  return std::string(fitting(text, columns - 1)) + std::string(kEllipsis);
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  std::vector<std::vector<std::string>> cells;
  for (const auto& row : rows) {
    cells.emplace_back();
    for (const auto& cell : row) {
      cells.back().push_back(printable(cell));
      const std::size_t column = cells.back().size() - 1;
      if (widths.size() <= column) widths.push_back(0);
      widths[column] = std::max(widths[column], width(cells.back().back()));
    }
  }
  std::string out;
  for (const auto& row : cells) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - width(row[i]) + 2, ' ');
    }
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return out;
}

std::string indented(const std::string& text, const std::string& margin) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += margin + text.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return out;
}

std::string coloured(const std::string& text, Colour colour, bool enabled) {
  if (!enabled || colour == Colour::plain) return text;
  const char* code = colour == Colour::bold    ? "1"
                     : colour == Colour::dim   ? "2"
                     : colour == Colour::red   ? "31"
                     : colour == Colour::green ? "32"
                                               : "33";
  return std::string("\033[") + code + "m" + text + "\033[0m";
}

}  // namespace orchestrate::text
