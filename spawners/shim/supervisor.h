// Watches a started child to its end, and then until no descendant of it is left.
#pragma once

#include "spawners/shim/child.h"
#include "spawners/shim/launch_file.h"
#include "spawners/shim/records.h"

namespace orchestrate::shim {

// Blocks. Keeps the output, holds the limits (boot-time clock), answers the signals read from `signals`. The
// step ends when the child does, or for the first reason to stop it; then TERM, the grace, KILL, for at most
// 30 s more, to all that is left. A stop signal during the grace cuts it short. Returns a record that lacks
// only its wall-clock times.
[[nodiscard]] ExitRecord supervise(const LaunchFile& launch, Child child, int step_dir, int signals);

}  // namespace orchestrate::shim
