// One shim as a process: launching it, and the handle (pidfd) by which it is woken for and signalled.
#pragma once

#include <string>
#include <vector>

#include "spawners/step/step_files.h"
#include "system/descriptor.h"
#include "system/launcher.h"

namespace orchestrate::spawners {

// Starts `shim <dir>` with exactly `env`, no inherited descriptor but stderr, in a session of its own.
// Returns its pidfd. Throws std::system_error, and then no shim runs.
[[nodiscard]] system::Descriptor launch_shim(system::Launcher& launcher, const std::string& shim,
                                             const std::string& dir, const std::vector<std::string>& env);

// The pidfd of a shim that an earlier orchestrator started, or an empty Descriptor when the process
// of that record is gone: boot id and start time must match, so that a recycled PID is never taken for it.
[[nodiscard]] system::Descriptor adopt_shim(const StartRecord& record);

// True once the process has ended; reaps it when it is our child.
[[nodiscard]] bool shim_ended(const system::Descriptor& pidfd);

// The shim that was started for the step in `dir`, by its command line: for a step whose start record is
// gone. Empty: there is none.
[[nodiscard]] system::Descriptor find_shim_of(const std::string& dir);

}  // namespace orchestrate::spawners
