// How long to wait before trying again. Pure.
#pragma once

#include <cstdint>

namespace orchestrate {

// Full jitter ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015): uniform in [0, min(10 s *
// 2^(n-1), 5 min)]. `attempt` counts from 1; `random` is uniform in [0, 1).
[[nodiscard]] std::int64_t retry_delay_ms(int attempt, double random);

// Cool-down of a provider that named no reset: 1 min, doubling, at most 1 h. `times` counts from 1.
[[nodiscard]] std::int64_t cool_down_ms(int times);

// A stated reset is given this much grace: clocks differ, and limits open late.
inline constexpr std::int64_t kResetMarginMs = 15'000;

}  // namespace orchestrate
