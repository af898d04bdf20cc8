// A decision a human owes, as one readable packet: what happened, evidence, options, what goes on meanwhile.
// Pure.
#pragma once

#include "orchestrator/decide.h"
#include "orchestrator/flow.h"
#include "orchestrator/run.h"

namespace orchestrate {

// A task that goes to a person before anything was spawned. `prompt` is the bundle to paste into a session of
// one's own.
[[nodiscard]] InboxItem packet_for(const Task& task, const Decision& decision, const std::string& prompt);

// A run whose verdict is to escalate.
[[nodiscard]] InboxItem packet_for(const LiveRun& live, const Verdict& verdict, const std::string& run_dir);

}  // namespace orchestrate
