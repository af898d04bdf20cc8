#include "text/utf8.h"

namespace orchestrate::text {
namespace {

struct Lead {
  // Of the whole character; 0: none begins so.
  std::size_t length = 0;
  unsigned char second_least = 0x80;
  unsigned char second_most = 0xBF;
};

// Table 3-7 of the Unicode standard: it is in the second byte that overlong forms, surrogates and what is
// above U+10FFFF show.
Lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {1};
  if (byte >= 0xC2 && byte <= 0xDF) return {2};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {3};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {4};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {};
}

}  // namespace

Character first_character(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes.front());
  const Lead lead = lead_of(first);
  if (lead.length == 0) return {};
  if (lead.length == 1) return {first, 1, true};
  char32_t code = first & (0x7FU >> lead.length);
  for (std::size_t at = 1; at < lead.length; ++at) {
    const unsigned char next = at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
    const bool fits = at == 1 ? next >= lead.second_least && next <= lead.second_most : (next & 0xC0) == 0x80;
    if (!fits) return {0xFFFD, at, false};
    code = code << 6 | (next & 0x3FU);
  }
  return {code, lead.length, true};
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const Character next = first_character(bytes);
    if (!next.valid) return false;
    bytes.remove_prefix(next.length);
  }
  return true;
}

std::string valid_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const Character next = first_character(bytes);
    text += next.valid ? bytes.substr(0, next.length) : kReplacement;
    bytes.remove_prefix(next.length);
  }
  return text;
}

std::size_t count_characters(std::string_view bytes) {
  std::size_t count = 0;
  for (; !bytes.empty(); ++count)
    bytes.remove_prefix(first_character(bytes).length);
  return count;
}

std::string_view cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80)
    --most;
  return text.substr(0, most);
}

}  // namespace orchestrate::text
