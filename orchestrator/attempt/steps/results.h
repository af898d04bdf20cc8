// What an ended step left -> facts of the attempt. Pure.
#pragma once

#include "orchestrator/attempt/steps/step_left.h"

namespace orchestrate {

// Those that change nothing of which a second time would be seen: checks and our own.
[[nodiscard]] bool may_be_repeated(StepKind kind);

void apply_step(Attempt& attempt, const StepRef& step, const StepLeft& left);

}  // namespace orchestrate
