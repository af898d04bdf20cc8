#include "orchestrator/store/task.h"

#include <array>
#include <cctype>

namespace orchestrate {
namespace {

constexpr std::array<std::string_view, 4> kPriorities = {"P0-CRITICAL", "P1-HIGH", "P2-MEDIUM", "P3-LOW"};

bool same_text(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::toupper(static_cast<unsigned char>(a[i])) != b[i]) return false;
  }
  return true;
}

}  // namespace

std::optional<int> priority_rank(std::string_view text) {
  for (int rank = 0; rank < 4; ++rank) {
    const auto name = kPriorities[static_cast<std::size_t>(rank)];
    if (same_text(text, name) || same_text(text, name.substr(0, 2))) return rank;
  }
  return std::nullopt;
}

std::string priority_name(int rank) {
  return std::string(kPriorities.at(static_cast<std::size_t>(rank)));
}

std::string priority_short(int rank) {
  return priority_name(rank).substr(0, 2);
}

}  // namespace orchestrate
