// What an attempt that has ended changes: its row, its task, the inbox, its provider. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "orchestrator/attempt/attempt.h"
#include "orchestrator/store/store.h"

namespace orchestrate {

// Writes into the row what is known while it still runs.
void describe_progress(Attempt& attempt);

// Writes everything that was learnt into the row and says what comes of it. `random`, in [0, 1), spreads
// retries; `run_dir` is where its log lies, for people. The attempt has its verdict.
[[nodiscard]] Settlement end_attempt(Attempt& attempt, std::int64_t now_ms, double random,
                                     const std::string& run_dir);

}  // namespace orchestrate
