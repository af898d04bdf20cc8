// A task that goes to a person before anything was spawned. Pure.
#pragma once

#include <string>

#include "orchestrator/queue/decide.h"
#include "orchestrator/store/rows/inbox_item.h"

namespace orchestrate {

// `prompt` is the bundle to paste into a session of one's own; empty: there is none.
[[nodiscard]] InboxItem packet_for(const Task& task, const Decision& decision, const std::string& prompt);

}  // namespace orchestrate
