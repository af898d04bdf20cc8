// The shapes of rows as JSON (json.h), for schemas and for the tests that hold answers to them.
#pragma once

#include "api/operations/shape.h"

namespace orchestrate::api {

[[nodiscard]] Shape state_shape();  // of a task
[[nodiscard]] Shape task_shape();
[[nodiscard]] Shape whole_task_shape();  // with everything a person wrote, its ledger and its runs
[[nodiscard]] Shape run_shape();
[[nodiscard]] Shape item_shape(bool whole);
[[nodiscard]] Shape report_shape();
[[nodiscard]] Shape route_shape();
[[nodiscard]] Shape planned_shape();
[[nodiscard]] Shape problem_shape();  // a place in a file, and what is wrong there
[[nodiscard]] Shape event_shape();
[[nodiscard]] Shape texts_shape();

}  // namespace orchestrate::api
