#include "config/diagnostic.h"

#include <algorithm>
#include <string_view>

namespace orchestrate::config {
namespace {

constexpr int kWidestSource = 120;  // code points of a source line that are shown

struct Palette {
  std::string_view bold, red, green, blue, off;
};

Palette palette(bool colour) {
  if (!colour) return {};
  return {"\x1b[1m", "\x1b[1;31m", "\x1b[1;32m", "\x1b[1;34m", "\x1b[0m"};
}

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

// 0: no valid sequence starts here.
std::size_t valid_sequence(std::string_view bytes) {
  const std::size_t length = sequence_length(static_cast<unsigned char>(bytes.front()));
  if (length > bytes.size()) return 0;
  const auto tail = bytes.substr(std::min<std::size_t>(1, length), length == 0 ? 0 : length - 1);
  const bool continued = std::all_of(tail.begin(), tail.end(),
                                     [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; });
  return continued ? length : 0;
}

// Control characters move the cursor, and bidirectional overrides and invisible ones make a line look like
// another.
bool deceives(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  if (character.size() == 2) return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
  if (character.size() != 3) return false;
  const auto in = [&](std::string_view from, std::string_view to) {
    return from <= character && character <= to;
  };
  return in("\xE2\x80\x8B", "\xE2\x80\x8F") || in("\xE2\x80\xA8", "\xE2\x80\xAE") ||
         in("\xE2\x81\xA6", "\xE2\x81\xA9") || character == "\xEF\xBB\xBF";
}

// One printable element per code point, so that the caret stands below what it means.
std::vector<std::string> printable(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t length = valid_sequence(text);
    const auto character = text.substr(0, std::max<std::size_t>(1, length));
    if (character == "\t") {
      out.emplace_back(" ");
    } else {
      out.emplace_back(length == 0 || deceives(character) ? std::string_view("\xEF\xBF\xBD") : character);
    }
    text.remove_prefix(character.size());
  }
  return out;
}

std::string clean(const std::string& text) {
  std::string out;
  for (const auto& character : printable(text))
    out += character;
  return out;
}

// A long line is shown from a little before the column, so that the caret is always in sight.
struct Excerpt {
  std::string text;
  int column = 1;
  int width = 1;
};

Excerpt excerpt(const Diagnostic& diagnostic) {
  const auto characters = printable(diagnostic.source);
  const int size = static_cast<int>(characters.size());
  const int column = std::clamp(diagnostic.column, 1, size + 1);
  const int first =
      size <= kWidestSource ? 0 : std::clamp(column - 1 - kWidestSource / 3, 0, size - kWidestSource);
  const int last = std::min(size, first + kWidestSource);
  Excerpt shown;
  if (first > 0) shown.text += "...";
  shown.column = column - first + static_cast<int>(shown.text.size());
  for (int i = first; i < last; ++i)
    shown.text += characters[static_cast<std::size_t>(i)];
  if (last < size) shown.text += "...";
  shown.width = std::clamp(diagnostic.width, 1, std::max(1, last - column + 1));
  return shown;
}

std::string heading(const Diagnostic& diagnostic, const Palette& paint) {
  std::string place = clean(diagnostic.file);
  if (diagnostic.line > 0) {
    place += ":" + std::to_string(diagnostic.line) + ":" + std::to_string(std::max(1, diagnostic.column));
  }
  std::string out;
  out.append(paint.bold).append(place).append(":").append(paint.off).append(" ");
  out.append(paint.red).append("error:").append(paint.off).append(" ");
  return out.append(paint.bold).append(clean(diagnostic.message)).append(paint.off).append("\n");
}

std::string block(const Diagnostic& diagnostic, const Palette& paint) {
  std::string out = heading(diagnostic, paint);
  std::string number = std::to_string(diagnostic.line);
  number.insert(0, number.size() < 4 ? 4 - number.size() : 0, ' ');
  const std::string margin(number.size() + 1, ' ');
  if (diagnostic.line > 0) {
    const Excerpt shown = excerpt(diagnostic);
    const std::string caret = "^" + std::string(static_cast<std::size_t>(shown.width - 1), '~');
    const std::string indent(static_cast<std::size_t>(shown.column - 1), ' ');
    out.append(paint.blue).append(number).append(" |").append(paint.off).append(" " + shown.text + "\n");
    out.append(paint.blue).append(margin).append("|").append(paint.off).append(" " + indent);
    out.append(paint.green).append(caret).append(paint.off).append("\n");
  }
  if (diagnostic.hint.empty()) return out;
  out.append(paint.blue).append(margin).append("=").append(paint.off);
  return out.append(" hint: ").append(clean(diagnostic.hint)).append("\n");
}

}  // namespace

std::string render(const std::vector<Diagnostic>& diagnostics, bool colour) {
  std::string out;
  for (const auto& diagnostic : diagnostics)
    out += block(diagnostic, palette(colour));
  return out;
}

}  // namespace orchestrate::config
