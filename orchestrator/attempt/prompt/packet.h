// A decision a human owes, as one readable packet: what happened, evidence, options, what goes on meanwhile.
// Pure.
#pragma once

#include "orchestrator/attempt/attempt.h"
#include "orchestrator/store/rows/inbox_item.h"

namespace orchestrate {

// What every item of a kind says, about this task.
[[nodiscard]] InboxItem item_for(InboxKind kind, const Task& task);

// A run whose verdict is to escalate, with a kind.
[[nodiscard]] InboxItem packet_for(const Attempt& a, const Verdict& verdict, const std::string& run_dir);

}  // namespace orchestrate
