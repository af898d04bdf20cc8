// The runs: one row per attempt. How a run ends touches more than this table: that is Store::end_run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/store/rows/run.h"
#include "orchestrator/store/tables/events.h"

namespace orchestrate {

class Runs {
 public:
  explicit Runs(Connection& connection) : db_(connection.db), events_(connection) {}

  // From now on new runs have greater ids than that.
  void begin_after(std::int64_t id);
  // queued -> running, a new run row. 0 when the task is no longer queued.
  std::int64_t start(Run run);
  // Each of these changes nothing, and returns false, when the run has ended.
  bool set_pid(std::int64_t run, std::int64_t pid);
  bool set_phase(std::int64_t run, RunPhase phase, std::int64_t now_ms);
  bool progress(const Run& run);             // session id, model, tokens, cost, workspace, base
  bool close(Run run, std::int64_t now_ms);  // the row alone, with everything known of it

  [[nodiscard]] std::optional<Run> find(std::int64_t id);
  [[nodiscard]] std::vector<Run> of_task(std::int64_t task);
  [[nodiscard]] bool any();
  [[nodiscard]] bool any_of(std::int64_t task);
  [[nodiscard]] std::int64_t last_id();  // that was ever given
  [[nodiscard]] double cost_of_session(std::int64_t session);
  [[nodiscard]] std::vector<Run> of_session(std::int64_t session);
  [[nodiscard]] std::vector<Run> open();

 private:
  Database& db_;
  Events events_;
};

}  // namespace orchestrate
