// Recorded lines, damaged at random with a fixed seed: whatever comes of them, nothing of ours may break.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

namespace orchestrate::spawners {

class Damage {
 public:
  [[nodiscard]] std::string bytes(std::string line) {
    for (std::size_t edits = 1 + below(8); edits > 0 && !line.empty(); --edits) {
      const std::size_t at = below(line.size());
      switch (below(4)) {
        case 0:
          line[at] = static_cast<char>(below(256));
          break;
        case 1:
          line.erase(at, 1 + below(20));
          break;
        case 2:
          line.insert(at, 1 + below(4), static_cast<char>(below(256)));
          break;
        default:
          line.resize(at);
          break;
      }
    }
    return line;
  }

  // Some members of the record, at any depth, get a value of another type.
  void types(nlohmann::json& value) {
    if (!value.is_structured()) return;
    for (nlohmann::json& element : value) {
      if (below(6) == 0) {
        element = odd_value();
      } else {
        types(element);
      }
    }
  }

  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }

 private:
  nlohmann::json odd_value() {
    using nlohmann::json;
    const std::vector<json> odd = {
        nullptr, true, -1,         1e308,         INT64_MIN,      UINT64_MAX,
        "",      "]",  "\x1b[31m", json::array(), json::object(), json::array({json::array(), "text", 7})};
    return odd[below(odd.size())];
  }

  std::mt19937 random_{20'261'121};
};

}  // namespace orchestrate::spawners
