#include "spawners/drivers/command_words.h"

namespace orchestrate::spawners {
namespace {

constexpr const char* kNameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

// The name in braces at the front; empty: there is none.
std::string_view placeholder_at_front(std::string_view text) {
  if (text.empty() || text.front() != '{') return {};
  const std::size_t end = text.find_first_not_of(kNameLetters, 1);
  const bool closed = end != std::string_view::npos && end > 1 && text[end] == '}';
  return closed ? text.substr(1, end - 1) : std::string_view();
}

}  // namespace

const std::vector<std::string>& placeholder_names() {
  static const std::vector<std::string> names = {"model", "prompt", "prompt_file", "workspace"};
  return names;
}

std::vector<std::string> placeholders_of(std::string_view word) {
  std::vector<std::string> names;
  for (std::size_t i = word.find('{'); i != std::string_view::npos; i = word.find('{', i + 1)) {
    const std::string_view name = placeholder_at_front(word.substr(i));
    if (!name.empty()) names.emplace_back(name);
  }
  return names;
}

std::string filled(std::string_view word, const std::map<std::string, std::string, std::less<>>& values) {
  std::string text;
  while (!word.empty()) {
    const std::string_view name = placeholder_at_front(word);
    const auto value = values.find(name);
    const bool known = !name.empty() && value != values.end();
    text += known ? std::string_view(value->second) : word.substr(0, 1);
    word.remove_prefix(known ? name.size() + 2 : 1);
  }
  return text;
}

}  // namespace orchestrate::spawners
