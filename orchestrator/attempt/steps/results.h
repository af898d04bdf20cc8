// What an ended step left -> facts of the attempt. Pure.
#pragma once

#include "orchestrator/attempt/steps/step_left.h"

namespace orchestrate {

void apply_step(Attempt& attempt, const StepRef& step, const StepLeft& left);

}  // namespace orchestrate
