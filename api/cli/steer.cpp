#include <nlohmann/json.hpp>
#include <ostream>
#include <thread>

#include "api/cli/verbs.h"
#include "api/operations/json.h"
#include "orchestrator/session/leftover_runs.h"
#include "orchestrator/session/session_lock.h"
#include "spawners/local/local_runner.h"
#include "text/display.h"
#include "text/time_text.h"

namespace orchestrate::api {
namespace {

constexpr auto kLookAgain = std::chrono::milliseconds(50);  // a person waits; the session's loop does not

// What became of the tasks, for people or as JSON.
void tell(const Context& context, Store& store, const Ids& ids, const std::string& what) {
  nlohmann::json list = nlohmann::json::array();
  for (const std::int64_t id : ids) {
    const Task task = task_or_refuse(store, id);
    list.push_back({{"id", id}, {"state", to_string(task.state)}, {"held", task.held}});
    if (!context.json) *context.out << "task " << id << " " << what << "\n";
  }
  if (context.json) *context.out << text_of(list);
}

// All of them or none: a wrong id among several leaves nothing half done.
template <typename F>
void change_all(Store& store, const Ids& ids, const std::string& cannot, F change) {
  store.write([&] {
    for (const std::int64_t id : ids) {
      const Task task = task_or_refuse(store, id);
      if (!change(id))
        throw Refused("task " + std::to_string(id) + " is " + std::string(to_string(task.state)) + ": " +
                      cannot);
    }
  });
}

int set_held(const Context& context, const Ids& ids, bool held) {
  auto opened = open_project(context, false);
  Store& store = *opened.store;
  change_all(store, ids, "only what is not over can be held or released",
             [&](std::int64_t id) { return store.tasks.hold(id, held, wall_ms()); });
  tell(context, store, ids, held ? "is held: nothing starts it until it is released" : "is released");
  return 0;
}

std::unique_ptr<spawners::Runner> runner_of(const Paths& paths) {
  return spawners::make_local_runner({paths.shim, paths.runs, {}, nullptr});
}

// No session runs: the run was left by one that died, and nobody else would end it.
void cancel_leftover(const Opened& opened, std::int64_t task) {
  const SessionLock lock(opened.project.paths.state);
  if (!lock.held()) return;  // a session has begun meanwhile: it does it
  const auto runner = runner_of(opened.project.paths);
  for (const auto& run : opened.store->runs.open()) {
    if (run.task != task) continue;
    end_processes(opened.project.paths, *runner, run);
    close_cancelled(opened.project.paths, *opened.store, run, wall_ms());
  }
}

void await_end(const Context& context, const Opened& opened, std::int64_t task) {
  bool told = false;
  while (opened.store->tasks.find(task)->state == TaskState::running) {
    if (!session_runs(opened.project.paths.state)) cancel_leftover(opened, task);
    if (!told) *context.err << "task " << task << ": its agent is being ended\n" << std::flush;
    told = true;
    std::this_thread::sleep_for(kLookAgain);
  }
}

void print_running(const Context& context, Store& store) {
  for (const auto& run : store.runs.open()) {
    *context.err << "  waiting for task " << run.task << " (" << printable(run.agent_type) << ", "
                 << duration(wall_ms() - run.started_ms) << ")\n";
  }
  context.err->flush();
}

// Until the session is over; who still works is told at once and whenever it changes.
void await_session_end(const Context& context, const Opened& opened) {
  std::size_t told = 0;
  while (session_runs(opened.project.paths.state)) {
    const std::size_t running = opened.store->runs.open().size();
    if (running != told) print_running(context, *opened.store);
    told = running;
    std::this_thread::sleep_for(kLookAgain);
  }
}

int end_leftovers(const Context& context, const Opened& opened) {
  const SessionLock lock(opened.project.paths.state);
  const auto runs = opened.store->runs.open();
  const auto runner = runner_of(opened.project.paths);
  for (const auto& run : runs)
    end_processes(opened.project.paths, *runner, run);
  *context.out << "no session runs; " << runs.size() << " left by an earlier one "
               << (runs.size() == 1 ? "has" : "have")
               << " been ended; the next `orchestrate run` takes them up\n";
  return 0;
}

}  // namespace

int hold(const Context& context, const Ids& ids) {
  return set_held(context, ids, true);
}

int release(const Context& context, const Ids& ids) {
  return set_held(context, ids, false);
}

int retry(const Context& context, const Ids& ids) {
  auto opened = open_project(context, false);
  Store& store = *opened.store;
  change_all(store, ids, "cancel it first, or queue a new task",
             [&](std::int64_t id) { return store.tasks.retry(id, wall_ms()); });
  tell(context, store, ids, "is queued again, with nothing used up");
  return 0;
}

int cancel(const Context& context, const Ids& ids) {
  auto opened = open_project(context, false);
  Store& store = *opened.store;
  change_all(store, ids, "it is over", [&](std::int64_t id) { return store.tasks.cancel(id, wall_ms()); });
  for (const std::int64_t id : ids)
    await_end(context, opened, id);
  int status = 0;
  for (const std::int64_t id : ids) {
    const Task task = task_or_refuse(store, id);
    if (task.state == TaskState::cancelled) continue;
    *context.err << "orchestrate: too late: task " << id << " is " << to_string(task.state) << "\n";
    status = 1;
  }
  tell(context, store, ids, status == 0 ? "is cancelled" : "was to be cancelled");
  return status;
}

int pause(const Context& context, const std::string& why) {
  auto opened = open_project(context, false);
  const std::string text = "paused since " + local_time(wall_ms(), wall_ms()) +
                           (why.empty() ? "" : ": " + why) + " (`orchestrate resume` goes on)";
  opened.store->write([&] { opened.store->sessions.pause(text, wall_ms()); });
  *context.out << "nothing new is started until `orchestrate resume`; running agents go on\n";
  return 0;
}

int resume(const Context& context) {
  auto opened = open_project(context, false);
  if (opened.store->sessions.paused().empty()) {
    *context.out << "nothing was paused\n";
    return 0;
  }
  opened.store->write([&] { opened.store->sessions.resume(wall_ms()); });
  *context.out << (session_runs(opened.project.paths.state)
                       ? "the session goes on\n"
                       : "resumed; no session runs: start one with `orchestrate run`\n");
  return 0;
}

int stop(const Context& context, bool now) {
  auto opened = open_project(context, false);
  Store& store = *opened.store;
  if (!session_runs(opened.project.paths.state)) {
    if (now && !store.runs.open().empty()) return end_leftovers(context, opened);
    *context.out << "no session runs\n";
    return 0;
  }
  store.write([&] { (void)store.sessions.ask_stop(now, wall_ms()); });
  await_session_end(context, opened);
  const auto session = store.sessions.find(std::nullopt);
  *context.out << "session " << session->id << " has ended\n";
  return 0;
}

}  // namespace orchestrate::api
