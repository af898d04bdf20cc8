#include "text/list.h"

namespace orchestrate::text {
namespace {

std::string join_with(std::vector<std::string> parts, std::string_view word) {
  if (parts.size() < 2) return join(parts, "");
  const std::string last = parts.back();
  parts.pop_back();
  std::string text = join(parts, ", ");
  return text.append(" ").append(word).append(" ").append(last);
}

}  // namespace

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) text += separator;
    text += part;
  }
  return text;
}

std::string join_and(const std::vector<std::string>& parts) {
  return join_with(parts, "and");
}

std::string join_or(const std::vector<std::string>& parts) {
  return join_with(parts, "or");
}

std::string join_more(const std::vector<std::string>& parts, std::int64_t more) {
  if (more <= 0) return join_and(parts);
  return join(parts, ", ") + (parts.empty() ? "" : " and ") + std::to_string(more) + " more";
}

std::string join_first(const std::vector<std::string>& parts, std::size_t most) {
  if (parts.size() <= most) return join(parts, ", ");
  const auto shown = static_cast<std::ptrdiff_t>(most);
  return join_more({parts.begin(), parts.begin() + shown}, std::ssize(parts) - shown);
}

}  // namespace orchestrate::text
