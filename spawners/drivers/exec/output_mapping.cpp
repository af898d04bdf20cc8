#include "spawners/drivers/exec/output_mapping.h"

namespace orchestrate::spawners {
namespace {

// One token with "~1" for '/' and "~0" for '~'.
std::optional<std::string> unescaped(std::string_view token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      text += token[i];
      continue;
    }
    const char code = i + 1 < token.size() ? token[++i] : '\0';
    if (code != '0' && code != '1') return std::nullopt;
    text += code == '0' ? '~' : '/';
  }
  return text;
}

}  // namespace

std::optional<JsonPointer> parse_json_pointer(std::string_view text) {
  JsonPointer pointer;
  if (text.empty()) return std::nullopt;  // the whole line, which is never a single value
  while (!text.empty()) {
    if (text.front() != '/') return std::nullopt;
    text.remove_prefix(1);
    const std::string_view token = text.substr(0, text.find('/'));
    auto plain = unescaped(token);
    if (!plain) return std::nullopt;
    pointer.push_back(std::move(*plain));
    text.remove_prefix(token.size());
  }
  return pointer;
}

}  // namespace orchestrate::spawners
