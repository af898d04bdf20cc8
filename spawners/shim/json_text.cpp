#include "spawners/shim/json_text.h"

#include <array>
#include <cstdio>

namespace orchestrate::shim {
namespace {

struct Lead {
  unsigned char first, last;  // of the leading byte
  std::size_t length;         // of the whole sequence
  unsigned char second_least, second_most;
};

// Unicode, table 3-7: well-formed sequences. The bounds of the second byte exclude overlong forms and
// surrogates.
constexpr std::array<Lead, 9> leads{{{0x00, 0x7f, 1, 0, 0},
                                     {0xc2, 0xdf, 2, 0x80, 0xbf},
                                     {0xe0, 0xe0, 3, 0xa0, 0xbf},
                                     {0xe1, 0xec, 3, 0x80, 0xbf},
                                     {0xed, 0xed, 3, 0x80, 0x9f},
                                     {0xee, 0xef, 3, 0x80, 0xbf},
                                     {0xf0, 0xf0, 4, 0x90, 0xbf},
                                     {0xf1, 0xf3, 4, 0x80, 0xbf},
                                     {0xf4, 0xf4, 4, 0x80, 0x8f}}};

bool between(char c, unsigned char least, unsigned char most) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= least && byte <= most;
}

// Length of the well-formed character that `text` begins with; 0 when there is none.
std::size_t character_length(std::string_view text) {
  for (const Lead& lead : leads) {
    if (!between(text[0], lead.first, lead.last)) continue;
    if (text.size() < lead.length) return 0;
    if (lead.length > 1 && !between(text[1], lead.second_least, lead.second_most)) return 0;
    for (std::size_t i = 2; i < lead.length; ++i) {
      if (!between(text[i], 0x80, 0xbf)) return 0;
    }
    return lead.length;
  }
  return 0;
}

std::string escaped(std::string_view character) {
  const char c = character[0];
  if (c == '"' || c == '\\') return {'\\', c};
  if (static_cast<unsigned char>(c) >= 0x20) return std::string(character);
  std::array<char, 8> code;
  const int length = std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(c));
  return {code.data(), static_cast<std::size_t>(length)};
}

}  // namespace

void append_json_string(std::string_view text, std::size_t most, std::string& out) {
  const std::size_t begin = out.size();
  out += '"';
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const std::string piece = length == 0 ? "\\ufffd" : escaped(text.substr(0, length));
    if (out.size() - begin + piece.size() + 4 > most) {
      out += "...";
      break;
    }
    out += piece;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

}  // namespace orchestrate::shim
