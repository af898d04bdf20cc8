// What `run` shows while it works: one line per running agent and a bar on a terminal, plain lines elsewhere,
// or the events as JSON lines.
#pragma once

#include <memory>

#include "api/cli/context.h"
#include "orchestrator/session/options.h"

namespace orchestrate::api {

enum class ProgressStyle { quiet, plain, live, json };

// Writes to context.out, which must outlive it.
[[nodiscard]] std::unique_ptr<Observer> make_progress(const Context& context, ProgressStyle style,
                                                      Store& store);

}  // namespace orchestrate::api
