#include "orchestrator/session/leftover_runs.h"

#include <filesystem>
#include <set>
#include <stdexcept>

#include "spawners/local/leftovers.h"
#include "spawners/step/step_files.h"
#include "spawners/step/step_id.h"
#include "system/files.h"
#include "text/words.h"

namespace orchestrate {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kLongestEndMs = 15LL * 60'000;  // more than the longest grace

// Of the folders and of the rows: either may be gone.
std::set<std::string> step_ids(const Paths& paths, Store& store, const Run& run) {
  std::set<std::string> ids;
  for (const auto& begun : store.steps.of_run(run.id))
    ids.insert(spawners::step_id(run.id, begun.n, begun.name));
  const std::string folder = paths.runs + "/" + std::to_string(run.id);
  // Only a folder that is absent says that there is none in it.
  if (!system::exists(folder)) return ids;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!text::contains(name, spawners::kPutAside)) ids.insert(std::to_string(run.id) + "/" + name);
  }
  return ids;
}

const std::string* step_of(const spawners::Event& event) {
  if (const auto* exited = std::get_if<spawners::Exited>(&event)) return &exited->step;
  if (const auto* lost = std::get_if<spawners::Lost>(&event)) return &lost->step;
  return nullptr;
}

// Nobody else does, of a step whose supervisor process was killed; whatever its records say, or do not.
bool sweep(const std::string& folder) {
  const spawners::Swept swept = spawners::kill_leftovers(folder);
  if (!swept.clean) throw std::runtime_error("processes of " + folder + " could not be ended");
  return swept.found;
}

}  // namespace

bool end_processes(const Paths& paths, Store& store, spawners::Runner& runner, const Run& run) {
  std::set<std::string> alive;
  bool some_lived = false;
  for (const auto& id : step_ids(paths, store, run)) {
    const std::string folder = paths.runs + "/" + id;
    if (spawners::step_lock(folder) == system::LockState::free) {
      some_lived |= sweep(folder);
      continue;
    }
    runner.start({id, {}, false, true});  // only found
    runner.cancel(id);
    alive.insert(id);
    some_lived = true;
  }
  const std::int64_t deadline_ms = runner.now().mono_ms + kLongestEndMs;
  while (!alive.empty()) {
    for (const auto& event : runner.wait(deadline_ms)) {
      if (const auto* step = step_of(event)) alive.erase(*step);
    }
    if (runner.now().mono_ms >= deadline_ms)
      throw std::runtime_error("run " + *alive.begin() + " does not end");
  }
  return some_lived;
}

void close_cancelled(const Paths& paths, Store& store, Run run, std::int64_t now_ms) {
  for (const auto& id : step_ids(paths, store, run)) {
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
