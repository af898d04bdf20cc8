// The shim's two clocks: boot time for limits and durations, the wall clock only for what is written down.
#pragma once

#include <cstdint>

namespace orchestrate::shim {

// Milliseconds since boot, time asleep included: a limit of one hour ends after one hour, whatever the lid
// did.
[[nodiscard]] std::int64_t boot_ms();

// Milliseconds since the Unix epoch. May jump; never compared with anything.
[[nodiscard]] std::int64_t wall_clock_ms();

}  // namespace orchestrate::shim
