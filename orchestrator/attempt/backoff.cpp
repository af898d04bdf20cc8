#include "orchestrator/attempt/backoff.h"

#include <algorithm>

namespace orchestrate {
namespace {

std::int64_t doubled(std::int64_t first_ms, int times, std::int64_t most_ms) {
  const int shift = std::clamp(times - 1, 0, 20);
  return std::min(first_ms << shift, most_ms);
}

}  // namespace

std::int64_t retry_delay_ms(int attempt, double random) {
  return static_cast<std::int64_t>(random * static_cast<double>(doubled(10'000, attempt, 300'000)));
}

std::int64_t cool_down_ms(int times) {
  return doubled(60'000, times, 3'600'000);
}

}  // namespace orchestrate
