// The driver `script`: runs the task's own command. No model, no prompt; the exit code is its word.
#pragma once

#include "spawners/drivers/driver.h"

namespace orchestrate::spawners {

extern const Driver kScript;

}  // namespace orchestrate::spawners
