// Runs that a dead session left behind, ended without a session: for `cancel` and `stop --now`.
#pragma once

#include "orchestrator/project/project.h"
#include "orchestrator/store/rows/run.h"
#include "orchestrator/store/store.h"
#include "spawners/runner.h"

namespace orchestrate {

// Ends every process of the run and blocks until the last one is gone, which the grace of its agent type
// bounds. The next session takes the run up as interrupted. Only for who holds the session lock: a session
// would be surprised. False: none was left. Throws std::runtime_error when they do not end.
bool end_processes(const Paths& paths, Store& store, spawners::Runner& runner, const Run& run);

// The run is over and its task cancelled: a person wants no more of it. What it left stays where it is.
void close_cancelled(const Paths& paths, Store& store, Run run, std::int64_t now_ms);

}  // namespace orchestrate
