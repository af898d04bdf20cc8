// One shim as a process: launching it, and the handle (pidfd) by which it is woken for and signalled.
#pragma once

#include <string>
#include <vector>

#include "spawners/step/step_files.h"
#include "system/descriptor.h"

namespace orchestrate::spawners {

// Starts `shim <dir>` with exactly `env`, no inherited descriptors. Returns its pidfd. Must be called from a
// thread that lives as long as the program. Throws std::system_error.
[[nodiscard]] system::Descriptor launch_shim(const std::string& shim, const std::string& dir,
                                             const std::vector<std::string>& env);

// The pidfd of a shim that an earlier orchestrator started, or an empty system::Descriptor when the process
// of that record is gone: boot id and start time must match, so that a recycled PID is never taken for it.
[[nodiscard]] system::Descriptor adopt_shim(const StartRecord& record);

// True once the process has ended; reaps it when it is our child.
[[nodiscard]] bool shim_ended(const system::Descriptor& pidfd);

}  // namespace orchestrate::spawners
