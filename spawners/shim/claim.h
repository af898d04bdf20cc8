// A step belongs to one shim, once and for ever: `lock` says that it runs, `claim` that it was started.
#pragma once

#include "system/descriptor.h"

namespace orchestrate::shim {

// The lock is held as long as this lives. The child never inherits it.
struct StepDir {
  system::Descriptor dir;
  system::Descriptor lock;
};

enum class Claim { ours, taken, failed };  // failed: errno says why

// Opens the directory and locks it without waiting. `taken`: another shim runs the step, or one has had it
// before.
[[nodiscard]] Claim lock_step(const char* path, StepDir& step);

// Puts `claim` on disk, durably: from here on the step counts as started, whatever happens to this process.
[[nodiscard]] Claim claim_step(const StepDir& step);

}  // namespace orchestrate::shim
