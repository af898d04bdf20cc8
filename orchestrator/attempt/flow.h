// The steps of one attempt, in order: what is known so far -> what is to be done next. Pure.
//
// The same facts always give the same next step, and a step's id depends on its place alone; so a restarted
// orchestrator walks the same steps again and finds each of them already ended, running, or not yet begun.
#pragma once

#include <optional>

#include "orchestrator/attempt/attempt.h"

namespace orchestrate {

// The next step; nullopt when there is nothing more to learn (then it is judged) or to do (once it is
// judged).
[[nodiscard]] std::optional<StepRef> next_step(const Attempt& attempt);

// True when the workspace has served its purpose: its work is accepted and published.
[[nodiscard]] bool workspace_served(const Attempt& attempt);

}  // namespace orchestrate
