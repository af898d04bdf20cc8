// The door to the clocks. What decides is handed its time instead (spawners::Runner::now).
#pragma once

#include <cstdint>

namespace orchestrate::system {

// Milliseconds since the Unix epoch. May jump: for what is written down, never for durations.
[[nodiscard]] std::int64_t wall_ms();

// Milliseconds since boot, time asleep included: a limit of one hour ends after one hour, whatever the lid
// did.
[[nodiscard]] std::int64_t boot_ms();

}  // namespace orchestrate::system
