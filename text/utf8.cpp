#include "text/utf8.h"

#include <algorithm>
#include <cstdint>

namespace orchestrate::spawners {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

struct LeadByte {
  std::size_t length = 0;  // of the whole character; 0: no character begins so
  unsigned char second_min = 0x80;
  unsigned char second_max = 0xBF;
};

LeadByte lead_byte(unsigned char byte) {
  if (byte < 0x80) return {1};
  if (byte >= 0xC2 && byte <= 0xDF) return {2};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};  // no surrogates
  if (byte >= 0xE1 && byte <= 0xEF) return {3};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {4};
  if (byte == 0xF4) return {4, 0x80, 0x8F};  // nothing above U+10FFFF
  return {};
}

// Bytes of the character at the front, 0 when there is none.
std::size_t character_length(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const LeadByte lead = lead_byte(at(0));
  if (lead.length == 0 || lead.length > bytes.size()) return 0;
  for (std::size_t i = 1; i < lead.length; ++i) {
    const unsigned char min = i == 1 ? lead.second_min : 0x80;
    const unsigned char max = i == 1 ? lead.second_max : 0xBF;
    if (at(i) < min || at(i) > max) return 0;
  }
  return lead.length;
}

// C0, DEL and C1 (whose U+009B is a second way to begin an escape sequence).
bool is_control_or_blank(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (first <= 0x20 || first == 0x7F) return true;
  return first == 0xC2 && static_cast<unsigned char>(character[1]) <= 0xA0;
}

// Appends whole characters while they fit, and marks the cut.
class Bounded {
 public:
  explicit Bounded(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  [[nodiscard]] bool take(std::string_view character) {
    if (text_.size() + character.size() > max_bytes_) {
      cut();
      return false;
    }
    text_ += character;
    return true;
  }
  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  void cut() {
    const std::size_t room = max_bytes_ < ellipsis.size() ? 0 : max_bytes_ - ellipsis.size();
    std::size_t end = std::min(room, text_.size());
    while (end > 0 && end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80)
      --end;
    text_.resize(end);
    if (ellipsis.size() <= max_bytes_) text_ += ellipsis;
  }

  std::size_t max_bytes_;
  std::string text_;
};

// The first character of `rest`, which is removed from it.
std::string_view next_character(std::string_view& rest) {
  const std::size_t length = character_length(rest);
  const std::string_view character = length == 0 ? replacement : rest.substr(0, length);
  rest.remove_prefix(std::max<std::size_t>(length, 1));
  return character;
}

}  // namespace

std::string valid_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty())
    text += next_character(bytes);
  return text;
}

std::string bounded(std::string_view bytes, std::size_t max_bytes) {
  Bounded result(max_bytes);
  while (!bytes.empty()) {
    if (!result.take(next_character(bytes))) break;
  }
  return std::move(result).text();
}

std::string one_line(std::string_view bytes, std::size_t max_bytes) {
  Bounded result(max_bytes);
  bool blank_due = false;
  bool begun = false;
  while (!bytes.empty()) {
    const std::string_view character = next_character(bytes);
    if (is_control_or_blank(character)) {
      blank_due = begun;
      continue;
    }
    if (blank_due && !result.take(" ")) break;
    if (!result.take(character)) break;
    blank_due = false;
    begun = true;
  }
  return std::move(result).text();
}

}  // namespace orchestrate::spawners
