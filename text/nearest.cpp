#include "text/nearest.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "text/words.h"

namespace orchestrate::text {
namespace {

constexpr std::size_t kLongestWord = 100;

// Optimal string alignment: insert, delete, replace and the swap of two neighbours (the commonest slip) cost
// one each.
std::size_t distance(const std::string& from, const std::string& to) {
  const std::size_t width = to.size() + 1;
  std::vector<std::size_t> before_last(width);
  std::vector<std::size_t> last(width);
  std::vector<std::size_t> row(width);
  for (std::size_t j = 0; j < width; ++j)
    last[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j < width; ++j) {
      const std::size_t replace = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replace});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last.back();
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& known) {
  if (word.empty() || word.size() > kLongestWord) return {};
  std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::string found;
  for (const auto& each : known) {
    if (each.size() > kLongestWord) continue;
    const std::size_t away = distance(lower(word), lower(each));
    if (away >= best) continue;
    best = away;
    found = each;
  }
  return found;
}

}  // namespace orchestrate::text
