// The driver `exec`: any CLI, by configuration alone. The lead writes its command line and which of its
// output lines say what (output_mapping.h); the driver knows nothing of the CLI and therefore enforces
// nothing but our own limits of time and output.
//
// permissions, repository_config
//   full and trust, and config refuses to promise less: only the CLI's own switches, which the lead writes
//   into `command`, could keep such a promise. `control_files` names what steers the CLI, so that an agent's
//   change to it is flagged, and put back before a further attempt.
// format = "jsonl"
//   A line that `failed` matches is a failure, and no later line takes that back. Without `finished` in the
//   mapping the exit code is the CLI's word. A line of JSON that nothing matches is of no interest; one that
//   is no JSON is unknown.
// format = "text"
//   Every line is prose and decides nothing; the exit code is the CLI's word.
#pragma once

#include "spawners/drivers/driver.h"

namespace orchestrate::spawners {

extern const Driver kExec;

// read.cpp
[[nodiscard]] Reading read_exec(const Profile& profile, std::string_view file, std::string_view line);

}  // namespace orchestrate::spawners
