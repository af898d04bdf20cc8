// A log file of the session for operators, beside whatever the terminal shows: the events, one JSON object a
// line.
#pragma once

#include <memory>
#include <string>

#include "orchestrator/session/options.h"

namespace orchestrate {

// Appends to <state_dir>/orchestrate.log (at most 4 files of 5 MiB) and passes everything on to `next`, which
// must outlive it. A full disk costs log lines, never the session.
[[nodiscard]] std::unique_ptr<Observer> make_session_log(const std::string& state_dir, Observer& next);

}  // namespace orchestrate
