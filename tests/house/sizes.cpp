#include <algorithm>
#include <string>
#include <vector>

#include "tests/house/rules.h"
#include "tests/house/source.h"

namespace orchestrate::house {
namespace {

struct Spread {
  int median = 0;
  int p90 = 0;
};

Spread spread_of(std::vector<int> values) {
  if (values.empty()) return {};
  std::ranges::sort(values);
  return {values[values.size() / 2], values[values.size() * 9 / 10]};
}

std::string described(const char* what, const std::vector<int>& values) {
  const Spread spread = spread_of(values);
  return std::to_string(values.size()) + what + ", median " + std::to_string(spread.median) + " lines, p90 " +
         std::to_string(spread.p90);
}

}  // namespace

std::string sizes(const Tree& tree) {
  std::vector<int> files;
  std::vector<int> functions;
  for (const auto& [path, text] : tree) {
    if (!is_product(path) || !is_code(path)) continue;
    files.push_back(static_cast<int>(lines_of(text).size()));
    for (const Function& function : functions_of(text).all)
      functions.push_back(function.lines());
  }
  return "house: " + described(" files", files) + "; " + described(" functions", functions);
}

}  // namespace orchestrate::house
