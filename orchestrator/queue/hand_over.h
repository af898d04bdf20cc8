// A task that goes to a person before anything was spawned.
#pragma once

#include <string>

#include "orchestrator/project/machine.h"
#include "orchestrator/project/project.h"
#include "orchestrator/queue/decide.h"
#include "orchestrator/store/rows/inbox_item.h"
#include "orchestrator/store/store.h"

namespace orchestrate {

// The bundle as a person would paste it: by the agent type that would have got it, else by `implement`.
// Reads the task's spec files.
[[nodiscard]] std::string prompt_for_person(const Task& task, const Decision& decision,
                                            const Project& project, const Machine& machine, Store& store);

// `prompt` is the bundle to paste into a session of one's own; empty: there is none.
[[nodiscard]] InboxItem packet_for(const Task& task, const Decision& decision, const std::string& prompt);

}  // namespace orchestrate
