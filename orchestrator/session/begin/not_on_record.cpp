#include "orchestrator/session/begin/not_on_record.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/attempt/prompt/packet.h"
#include "orchestrator/attempt/steps/requests.h"
#include "spawners/step/step_id.h"
#include "text/list.h"
#include "text/words.h"

namespace orchestrate {
namespace {

// What was found of a task, in words.
using Id = std::int64_t;
using Findings = std::map<std::int64_t, std::vector<std::string>>;

struct Seen {
  bool launched = false;        // a step of it, for whomever
  std::optional<Id> task = {};  // ours, whose it is
};

// The steps of a run that lie on disk, but for those that are on record.
Seen look_at_run(Store& store, const Machine& machine, const Paths& paths, std::int64_t run) {
  const std::string mark = store.values.get(kDatabaseMark);
  std::set<std::string> known;
  for (const auto& step : store.steps.of_run(run))
    known.insert(spawners::step_id(run, step.n, step.name));
  Seen seen;
  for (const auto& name : machine.names_in(paths.runs + "/" + std::to_string(run))) {
    const std::string id = std::to_string(run) + "/" + name;
    if (known.contains(id) || text::contains(name, spawners::kPutAside)) continue;
    const auto origin = machine.origin_of_step(paths.runs + "/" + id);
    // The row of what was never launched may have been undone.
    seen.launched |= origin.unknown || !origin.database.empty();
    if (origin.database == mark) seen.task = origin.task;
  }
  return seen;
}

void find_runs(Store& store, const Machine& machine, const Paths& paths, std::int64_t now_ms,
               Findings& found) {
  const std::int64_t last = store.runs.last_id();
  std::vector<std::int64_t> runs = machine.numbers_in(paths.runs, "", "");
  if (!runs.empty()) store.runs.begin_after(runs.back());
  std::erase_if(runs, [last](std::int64_t run) { return run <= last; });
  // The copy may be of a moment in which these had not come as far.
  for (const Run& run : store.runs.open())
    runs.push_back(run.id);
  for (const std::int64_t run : runs) {
    const Seen seen = look_at_run(store, machine, paths, run);
    if (!seen.launched) continue;
    store.events.add(events::not_on_record(now_ms, seen.task, run));
    if (!seen.task) continue;
    store.tasks.begin_after(*seen.task);
    found[*seen.task].push_back("run " + std::to_string(run) + " of it, in " + paths.runs + "/" +
                                std::to_string(run));
  }
}

// Of a task with a run on record, they are what that has left.
void find_workspaces(Store& store, const Machine& machine, const Paths& paths, Findings& found) {
  const std::pair<std::string, std::string> places[] = {{paths.workspaces, ""}, {paths.results, ".git"}};
  for (const auto& [folder, after] : places) {
    const auto tasks = machine.numbers_in(folder, kTaskKey, after);
    if (!tasks.empty()) store.tasks.begin_after(tasks.back());
    for (const std::int64_t task : tasks) {
      if (!store.runs.any_of(task)) found[task];
    }
  }
}

std::vector<std::string> put_aside(Store& store, const Machine& machine, const Paths& paths,
                                   std::int64_t task, std::int64_t now_ms) {
  const std::string key = kTaskKey + std::to_string(task);
  std::vector<std::string> names;
  for (const auto& path : {paths.workspaces + "/" + key, paths.results + "/" + key + ".git"}) {
    const std::string aside = machine.put_aside(path);
    if (aside.empty()) continue;
    store.events.add(events::put_aside(now_ms, aside));
    names.push_back("work in " + aside);
  }
  return names;
}

// Nobody can say how its open run would have gone on: the other one was begun after it.
void close_open_run(Store& store, std::int64_t task, const Settlement& settlement, std::int64_t now_ms) {
  for (auto& run : store.runs.open()) {
    if (run.task != task) continue;
    run.outcome = "unknown";
    run.verdict = VerdictKind::escalate;
    run.why = "a later run of its task is not on record";
    store.end_run(run, settlement, now_ms);
  }
}

void ask(Store& store, const Task& task, const std::vector<std::string>& found, std::int64_t now_ms) {
  InboxItem item = item_for(InboxKind::unknown_outcome, task);
  item.packet.insert(
      item.packet.begin(),
      {"What happened",
       "The database is an older copy of itself: it does not know of this task's last work, which lies on disk.\n"
       "Whether that was finished, or published, nobody can tell. `retry` begins afresh.\n"
       "Found: " +
           text::join(found, "; ")});
  if (task.state == TaskState::running) {
    Settlement settlement;
    settlement.state = TaskState::waiting_human;
    settlement.counts = false;
    settlement.item = item;
    close_open_run(store, task.id, settlement, now_ms);
  } else if (!store.hand_over(task.id, item, now_ms)) {
    store.inbox.put(item, now_ms);
  }
}

bool is_over(const Task& task) {
  return task.state == TaskState::done || task.state == TaskState::failed ||
         task.state == TaskState::cancelled;
}

}  // namespace

void claim_folders(Store& store, const Machine& machine, const Paths& paths, std::int64_t now_ms) {
  const std::string mark = store.values.get(kDatabaseMark);
  const bool knows_runs = store.runs.any();
  for (const auto& folder : {paths.workspaces, paths.results}) {
    const std::string aside = machine.claim_folder(folder, mark, knows_runs);
    if (!aside.empty()) store.events.add(events::put_aside(now_ms, aside));
  }
}

void meet_what_is_not_on_record(Store& store, const Machine& machine, const Paths& paths,
                                std::int64_t now_ms) {
  Findings found;
  find_runs(store, machine, paths, now_ms, found);
  find_workspaces(store, machine, paths, found);
  for (auto& [id, what] : found) {
    for (auto& aside : put_aside(store, machine, paths, id, now_ms))
      what.push_back(std::move(aside));
    const auto task = store.tasks.find(id);
    if (!what.empty() && task && !is_over(*task)) ask(store, *task, what, now_ms);
  }
}

}  // namespace orchestrate
