#include "spawners/drivers/arguments.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace orchestrate::spawners {
namespace {

constexpr std::size_t kSessionIdBytes = 128;

}  // namespace

void append(Arguments& argv, const Arguments& more) {
  argv.insert(argv.end(), more.begin(), more.end());
}

bool is_session_id(std::string_view id) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  };
  return !id.empty() && id.size() <= kSessionIdBytes && id.front() != '-' &&
         std::all_of(id.begin(), id.end(), allowed);
}

std::string shortest(double number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return {digits.data(), end};
}

}  // namespace orchestrate::spawners
