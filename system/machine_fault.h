// Whose fault a failed call is.
#pragma once

namespace orchestrate::system {

// True when it says nothing about what was asked for, and may pass by itself: no processes, no memory, no
// descriptors, a disk that is full, read-only or broken.
[[nodiscard]] bool is_machine_fault(int error);

}  // namespace orchestrate::system
