#include "api/operations/orphans.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "orchestrator/session/leftover_runs.h"
#include "orchestrator/session/process/session_lock.h"
#include "spawners/local/local_runner.h"

namespace orchestrate::api {
namespace {

std::unique_ptr<spawners::Runner> runner_of(const Paths& paths) {
  return spawners::make_local_runner({paths.shim, paths.runs, {}, nullptr});
}

}  // namespace

void end_orphans_of_cancelled(Desk& desk) {
  const auto tasks = desk.store->tasks.to_cancel();
  const Paths& paths = desk.project->paths;
  if (tasks.empty() || session_runs(paths.state)) return;
  const SessionLock lock(paths.state);
  if (!lock.held()) return;  // a session has begun meanwhile, and ends them
  const auto runner = runner_of(paths);
  for (const auto& run : desk.store->runs.open()) {
    if (std::find(tasks.begin(), tasks.end(), run.task) == tasks.end()) continue;
    (void)end_processes(paths, *desk.store, *runner, run);
    close_cancelled(paths, *desk.store, run, desk.now_ms);
  }
}

void refuse_if_published(Desk& desk, std::int64_t task) {
  if (session_runs(desk.project->paths.state)) return;  // that knows
  for (const auto& run : desk.store->runs.open()) {
    if (run.task != task || !desk.store->steps.publishing_begun(run.id)) continue;
    throw Refused(Code::refused,
                  "task " + std::to_string(task) + " was accepted, and its work is being published",
                  "the next `orchestrate run` finishes it");
  }
}

int end_orphans(Desk& desk) {
  const Paths& paths = desk.project->paths;
  const auto runs = desk.store->runs.open();
  if (runs.empty()) return 0;
  const SessionLock lock(paths.state);
  if (!lock.held()) return 0;
  const auto runner = runner_of(paths);
  return static_cast<int>(std::ranges::count_if(
      runs, [&](const Run& run) { return end_processes(paths, *desk.store, *runner, run); }));
}

nlohmann::json waited_for(const Run& run, std::int64_t now_ms) {
  return {{"task", run.task},
          {"agent_type", run.agent_type},
          {"age_s", static_cast<double>(now_ms - run.started_ms) / 1000}};
}

}  // namespace orchestrate::api
