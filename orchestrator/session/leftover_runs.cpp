#include "orchestrator/session/leftover_runs.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <stdexcept>

#include "spawners/local/leftovers.h"
#include "spawners/step/step_files.h"
#include "spawners/step/step_id.h"
#include "system/files.h"

namespace orchestrate {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kLongestEndMs = 15LL * 60'000;  // more than the longest grace

std::vector<std::string> step_ids(const Paths& paths, const Run& run) {
  std::vector<std::string> ids;
  const std::string folder = paths.runs + "/" + std::to_string(run.id);
  // Only a folder that is absent says that nothing was begun.
  if (!system::exists(folder)) return ids;
  for (const auto& entry : fs::directory_iterator(folder))
    ids.push_back(std::to_string(run.id) + "/" + entry.path().filename().string());
  std::sort(ids.begin(), ids.end());
  return ids;
}

const std::string* step_of(const spawners::Event& event) {
  if (const auto* exited = std::get_if<spawners::Exited>(&event)) return &exited->step;
  if (const auto* lost = std::get_if<spawners::Lost>(&event)) return &lost->step;
  return nullptr;
}

// Nobody else does, of a step whose supervisor process was killed.
void sweep(const std::string& folder) {
  if (!spawners::may_be_claimed(folder) || spawners::read_exit(folder)) return;
  if (!spawners::kill_leftovers(folder))
    throw std::runtime_error("processes of " + folder + " could not be ended");
}

}  // namespace

void end_processes(const Paths& paths, spawners::Runner& runner, const Run& run) {
  std::set<std::string> alive;
  for (const auto& id : step_ids(paths, run)) {
    const std::string folder = paths.runs + "/" + id;
    if (spawners::step_lock(folder) == system::LockState::free) {
      sweep(folder);
      continue;
    }
    runner.start({id, {}, false});  // it began before, so this only finds it
    runner.cancel(id);
    alive.insert(id);
  }
  const std::int64_t deadline_ms = runner.now().mono_ms + kLongestEndMs;
  while (!alive.empty()) {
    for (const auto& event : runner.wait(deadline_ms)) {
      if (const auto* step = step_of(event)) alive.erase(*step);
    }
    if (runner.now().mono_ms >= deadline_ms)
      throw std::runtime_error("run " + *alive.begin() + " does not end");
  }
}

void close_cancelled(const Paths& paths, Store& store, Run run, std::int64_t now_ms) {
  for (const auto& id : step_ids(paths, run)) {
    if (spawners::is_agent_step(id)) run.exit = spawners::read_exit(paths.runs + "/" + id);
  }
  run.outcome = run.exit ? spawners::describe(*run.exit) : "unknown";
  run.verdict = VerdictKind::escalate;
  run.why = "a person cancelled it";
  Settlement settlement;
  settlement.state = TaskState::cancelled;
  settlement.counts = false;
  store.write([&] { store.end_run(run, settlement, now_ms); });
}

}  // namespace orchestrate
