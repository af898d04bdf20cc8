// UTF-8, one character at a time, whatever the bytes are. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace orchestrate::text {

// U+FFFD, for what is no character.
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Character {
  char32_t code = 0xFFFD;
  // Bytes that it takes, at least 1. Of what is malformed: the longest part that a character could begin
  // with, so that one broken character is one replacement.
  std::size_t length = 1;
  bool valid = false;
};

// The one at the front; `bytes` is not empty. Overlong forms, surrogates and what is above U+10FFFF are
// malformed.
[[nodiscard]] Character first_character(std::string_view bytes);

[[nodiscard]] bool is_utf8(std::string_view bytes);

// With a replacement for each malformed sequence.
[[nodiscard]] std::string valid_utf8(std::string_view bytes);

// Characters, a malformed sequence counting as one.
[[nodiscard]] std::size_t count_characters(std::string_view bytes);

// The beginning of well-formed text, at most `most` bytes, with no character cut.
[[nodiscard]] std::string_view cut(std::string_view text, std::size_t most);

// C0, DEL and C1, whose U+009B is a second way to begin an escape sequence.
[[nodiscard]] constexpr bool is_control(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

}  // namespace orchestrate::text
