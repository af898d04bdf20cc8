// What the machine gives to a process, and whose fault it is when it does not. Nothing here throws.
#pragma once

#include <cstdint>

namespace orchestrate::system {

// True when a failed call says nothing about what was asked for, and may succeed later: no processes, no
// memory, no descriptors, a disk that is full, read-only or broken.
[[nodiscard]] bool is_machine_fault(int error);

// We may open as many descriptors as the hard limit allows from now on. Returns what the limit was, for
// programs that we start: some cannot bear a great one.
std::int64_t raise_open_files();

}  // namespace orchestrate::system
