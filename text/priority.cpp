#include "text/priority.h"

#include <array>

#include "text/words.h"

namespace orchestrate::text {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"P0-CRITICAL", "P1-HIGH", "P2-MEDIUM", "P3-LOW"};
constexpr std::size_t kShort = 2;

}  // namespace

std::optional<int> priority_rank(std::string_view word) {
  int rank = 0;
  for (const std::string_view name : kNames) {
    if (same_word(word, name) || same_word(word, name.substr(0, kShort))) return rank;
    ++rank;
  }
  return std::nullopt;
}

std::string priority_name(int rank) {
  return std::string(kNames.at(static_cast<std::size_t>(rank)));
}

std::string priority_short(int rank) {
  return priority_name(rank).substr(0, kShort);
}

}  // namespace orchestrate::text
