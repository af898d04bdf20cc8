#include "config/diagnostic.h"

#include <algorithm>
#include <string_view>

#include "text/display.h"
#include "text/list.h"
#include "text/utf8.h"
#include "text/width.h"

namespace orchestrate::config {
namespace {

// Characters of a source line that are shown.
constexpr int kWidestSource = 120;

struct Palette {
  std::string_view bold, red, green, blue, off;
};

Palette palette(bool colour) {
  if (!colour) return {};
  return {"\x1b[1m", "\x1b[1;31m", "\x1b[1;32m", "\x1b[1;34m", "\x1b[0m"};
}

// One printable element per character, so that columns of the file find theirs.
std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> out;
  for (; !text.empty(); text.remove_prefix(text::first_character(text).length))
    out.push_back(text::printable(text.substr(0, text::first_character(text).length)));
  return out;
}

std::string joined(const std::vector<std::string>& characters, int first, int last) {
  return text::join({characters.begin() + first, characters.begin() + last}, "");
}

// A long line is shown from a little before the column, so that the caret is always in sight. Both are
// columns of the terminal.
struct Excerpt {
  std::string text;
  std::size_t before = 0;
  std::size_t width = 1;
};

Excerpt excerpt(const Diagnostic& diagnostic) {
  const auto shown = characters(diagnostic.source);
  const int size = static_cast<int>(shown.size());
  const int at = std::clamp(diagnostic.column, 1, size + 1) - 1;
  const int first = size <= kWidestSource ? 0 : std::clamp(at - kWidestSource / 3, 0, size - kWidestSource);
  const int last = std::min(size, first + kWidestSource);
  const int marked = at + std::clamp(diagnostic.width, 0, std::max(0, last - at));
  const std::string lead = first > 0 ? "..." : "";
  Excerpt excerpt;
  excerpt.text = lead + joined(shown, first, last) + (last < size ? "..." : "");
  excerpt.before = text::width(lead + joined(shown, first, at));
  excerpt.width = std::max<std::size_t>(1, text::width(joined(shown, at, marked)));
  return excerpt;
}

std::string heading(const Diagnostic& diagnostic, const Palette& paint) {
  std::string place = text::printable(diagnostic.file);
  if (diagnostic.line > 0) {
    place += ":" + std::to_string(diagnostic.line) + ":" + std::to_string(std::max(1, diagnostic.column));
  }
  std::string out;
  out.append(paint.bold).append(place).append(":").append(paint.off).append(" ");
  out.append(paint.red).append("error:").append(paint.off).append(" ");
  return out.append(paint.bold).append(text::printable(diagnostic.message)).append(paint.off).append("\n");
}

std::string block(const Diagnostic& diagnostic, const Palette& paint) {
  std::string out = heading(diagnostic, paint);
  std::string number = std::to_string(diagnostic.line);
  number.insert(0, number.size() < 4 ? 4 - number.size() : 0, ' ');
  const std::string margin(number.size() + 1, ' ');
  if (diagnostic.line > 0) {
    const Excerpt shown = excerpt(diagnostic);
    const std::string caret = "^" + std::string(shown.width - 1, '~');
    const std::string indent(shown.before, ' ');
    out.append(paint.blue).append(number).append(" |").append(paint.off).append(" " + shown.text + "\n");
    out.append(paint.blue).append(margin).append("|").append(paint.off).append(" " + indent);
    out.append(paint.green).append(caret).append(paint.off).append("\n");
  }
  if (diagnostic.hint.empty()) return out;
  out.append(paint.blue).append(margin).append("=").append(paint.off);
  return out.append(" hint: ").append(text::printable(diagnostic.hint)).append("\n");
}

}  // namespace

std::string render(const std::vector<Diagnostic>& diagnostics, bool colour) {
  std::string out;
  for (const auto& diagnostic : diagnostics)
    out += block(diagnostic, palette(colour));
  return out;
}

}  // namespace orchestrate::config
