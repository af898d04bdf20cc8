// What a scheduling context is made of, to be changed piece by piece.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "orchestrator/queue/context.h"

namespace orchestrate::test {

struct Outlook {
  std::int64_t now_ms = 1'795'000'000'000;
  Ceiling ceiling{4, 25, ""};
  std::vector<Park> parks;
  std::map<std::string, std::string> unusable;
  Load load;

  [[nodiscard]] SchedulingContext over(const config::Config& config) const {
    return {config, now_ms, ceiling, parks, unusable, load};
  }
};

}  // namespace orchestrate::test
