// The workspaces' work as a step of a run: a child process that reads one JSON file and writes another.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "workspaces/workspace.h"

namespace orchestrate::workspaces {

// Request files, as text, for the runner to put in the step's directory as `request.json`.
[[nodiscard]] std::string to_request(const CreateRequest& request);
[[nodiscard]] std::string to_request(const HideRequest& request);
[[nodiscard]] std::string to_request(const SnapshotRequest& request);
[[nodiscard]] std::string to_request(const LandRequest& request);
[[nodiscard]] std::string to_request(const CheckoutRequest& request);
[[nodiscard]] std::string to_request(const RemoveRequest& request);

// Reads <dir>/request.json, does the work, writes <dir>/result.json (temp file, fsync, rename). Exit code: 0
// done, 1 it could not be done (result.json holds {"error": "..."}, stderr too), 2 the request is broken.
int run_step(const std::string& dir);

// What run_step left; nullopt when there is no whole result. `error` is filled when the step failed.
struct StepResult {
  std::string error;
  Created created;
  Listing hidden;
  Snapshot snapshot;
  Landed landed;
  bool removed = false;
  std::string why;  // not removed: what would have been lost
};
[[nodiscard]] std::optional<StepResult> read_result(const std::string& dir);
[[nodiscard]] std::optional<StepResult> parse_result(const std::string& result_json);

}  // namespace orchestrate::workspaces
