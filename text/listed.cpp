#include "text/listed.h"

#include <algorithm>

namespace orchestrate {
namespace {

constexpr std::ptrdiff_t kShortly = 12;

}  // namespace

std::string listed(const std::vector<std::string>& names, std::int64_t more) {
  std::string text;
  for (const std::string& name : names)
    text += (text.empty() ? "" : ", ") + name;
  if (more > 0) text += " and " + std::to_string(more) + " more";
  return text;
}

std::string listed_shortly(const std::vector<std::string>& names) {
  const std::ptrdiff_t shown = std::min(std::ssize(names), kShortly);
  return listed({names.begin(), names.begin() + shown}, std::ssize(names) - shown);
}

}  // namespace orchestrate
