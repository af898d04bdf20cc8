// Runs that a session which died has left: nobody else would end them.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "api/operations/operation.h"

namespace orchestrate::api {

// While no session runs: ends the processes of the runs whose tasks are to be cancelled, and closes their
// rows. May take as long as an agent may take to end.
void end_orphans_of_cancelled(Desk& desk);

// Throws Refused when the task's work was accepted by a session that died while it published it: it may be in
// the base already, and the next session finishes it.
void refuse_if_published(Desk& desk, std::int64_t task);

// While no session runs: ends the processes of all runs; the next session takes the runs up. How many.
int end_orphans(Desk& desk);

// {"task", "agent_type", "age_s"}: one whose end somebody waits for.
[[nodiscard]] nlohmann::json waited_for(const Run& run, std::int64_t now_ms);

}  // namespace orchestrate::api
