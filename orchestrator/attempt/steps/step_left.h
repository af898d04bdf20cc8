// What an ended step left behind, as values.
#pragma once

#include <optional>
#include <string>

#include "orchestrator/attempt/attempt.h"
#include "spawners/runner.h"
#include "workspaces/step.h"

namespace orchestrate {

struct StepLeft {
  std::optional<spawners::ExitRecord> record;  // absent: lost, nobody knows what it did
  std::string lost_why = "its supervisor process was killed";
  std::optional<workspaces::StepResult> result;  // of a step of our own program
  std::string out_tail, err_tail;                // the ends of what it printed, as far as they matter
};

// Asks the runner for what that kind of step leaves. Blocks on files only.
[[nodiscard]] StepLeft read_left(const spawners::Runner& runner, const std::string& step_id, StepKind kind,
                                 const std::optional<spawners::ExitRecord>& record);

}  // namespace orchestrate
