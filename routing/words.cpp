#include "routing/words.h"

#include <algorithm>

#include "routing/route.h"

namespace orchestrate::routing {
namespace {

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool same_word(const std::string& left, const std::string& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

bool holds(const std::vector<std::string>& words, const std::string& word) {
  return std::any_of(words.begin(), words.end(), [&](const auto& each) { return same_word(each, word); });
}

std::string joined(const std::vector<std::string>& parts, const char* joint) {
  std::string text;
  for (const auto& part : parts) {
    if (!text.empty()) text += joint;
    text += part;
  }
  return text;
}

std::string listed(const std::vector<std::string>& words, const char* last_joint) {
  if (words.size() < 2) return joined(words, "");
  const std::vector<std::string> head(words.begin(), words.end() - 1);
  return joined(head, ", ") + " " + last_joint + " " + words.back();
}

std::string one_line(const std::string& text, std::size_t bytes) {
  std::size_t end = std::min(text.size(), bytes);
  while (end < text.size() && end > 0 && is_continuation(text[end]))
    --end;
  std::string shown;
  for (const char byte : text.substr(0, end)) {
    const auto code = static_cast<unsigned char>(byte);
    shown += code < 0x20 || code == 0x7F ? ' ' : byte;
  }
  return end < text.size() ? shown + "..." : shown;
}

std::string short_priority(const std::string& text) {
  static constexpr const char* kLong[] = {"P0-CRITICAL", "P1-HIGH", "P2-MEDIUM", "P3-LOW"};
  for (const std::string name : kLong) {
    const std::string brief = name.substr(0, 2);
    if (same_word(text, name) || same_word(text, brief)) return brief;
  }
  return {};
}

}  // namespace orchestrate::routing
