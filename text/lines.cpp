#include "text/lines.h"

#include "text/utf8.h"

namespace orchestrate::text {
namespace {

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

bool is_blank(const Character& character) {
  return character.valid && (is_control(character.code) || character.code == ' ' || character.code == 0xA0);
}

// Appends whole characters while they fit, and marks the cut.
class Bounded {
 public:
  explicit Bounded(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  [[nodiscard]] bool take(std::string_view character) {
    if (character.size() > max_bytes_ - text_.size()) {
      end_early();
      return false;
    }
    text_ += character;
    return true;
  }
  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  void end_early() {
    const std::size_t room = max_bytes_ < kEllipsis.size() ? 0 : max_bytes_ - kEllipsis.size();
    text_.resize(cut(text_, room).size());
    if (kEllipsis.size() <= max_bytes_) text_ += kEllipsis;
  }

  std::size_t max_bytes_;
  std::string text_;
};

}  // namespace

std::string bounded(std::string_view bytes, std::size_t max_bytes) {
  Bounded result(max_bytes);
  while (!bytes.empty()) {
    const Character next = first_character(bytes);
    if (!result.take(next.valid ? bytes.substr(0, next.length) : kReplacement)) break;
    bytes.remove_prefix(next.length);
  }
  return std::move(result).text();
}

std::string one_line(std::string_view bytes, std::size_t max_bytes) {
  Bounded result(max_bytes);
  bool blank_due = false;
  bool begun = false;
  for (std::size_t length = 0; !bytes.empty(); bytes.remove_prefix(length)) {
    const Character next = first_character(bytes);
    length = next.length;
    if (is_blank(next)) {
      blank_due = begun;
      continue;
    }
    if (blank_due && !result.take(" ")) break;
    if (!result.take(next.valid ? bytes.substr(0, next.length) : kReplacement)) break;
    blank_due = false;
    begun = true;
  }
  return std::move(result).text();
}

}  // namespace orchestrate::text
