#include "text/display.h"

#include <algorithm>
#include <cstdint>

namespace orchestrate::api {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// The code point that starts at `at`, and its length; length 0 when the bytes are not valid UTF-8.
struct Decoded {
  std::uint32_t code = 0;
  std::size_t length = 0;
};

Decoded decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || lead > 0xF4 || at + length > text.size()) return {};
  std::uint32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(at + i) & 0x3FU);
  }
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kSmallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
  return {code, length};
}

// C0, DEL, C1, line separators, and what turns the writing direction around (CVE-2021-42574).
bool harmful(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0xFEFF;
}

std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::string printable(std::string_view text, bool keep_newlines) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, length] = decode(text, at);
    if (length == 0) {
      out += kReplacement;
      ++at;
      continue;
    }
    if (code == '\t' || (code == '\n' && !keep_newlines)) {
      out += ' ';
    } else if (code == '\n' || !harmful(code)) {
      out.append(text, at, length);
    } else if (code != '\r') {
      out += kReplacement;
    }
    at += length;
  }
  return out;
}

std::string shortened(const std::string& text, std::size_t columns) {
  if (width(text) <= columns) return text;
  std::size_t bytes = 0;
  for (std::size_t seen = 0; bytes < text.size(); ++bytes) {
    if ((static_cast<unsigned char>(text[bytes]) & 0xC0) != 0x80 && ++seen >= columns) break;
  }
  return text.substr(0, bytes) + "…";
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

std::string joined(const std::vector<std::string>& list, const std::string& separator) {
  std::string text;
  for (const auto& item : list)
    text += (text.empty() ? "" : separator) + item;
  return text;
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

}  // namespace orchestrate::api
