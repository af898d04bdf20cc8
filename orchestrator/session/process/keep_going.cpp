#include "orchestrator/session/process/keep_going.h"

#include <algorithm>
#include <optional>
#include <variant>

namespace orchestrate {
namespace {

constexpr std::size_t kProbeBytes = 64 << 10;  // more than most turns write

// What keeps the state from being written; empty: nothing.
std::string problem_of(Store& store) {
  try {
    store.write([&store] { store.values.set("probe", std::string(kProbeBytes, '.')); });
    store.write([&store] { store.values.remove("probe"); });
    return {};
  } catch (const DatabaseError& e) {
    if (!e.may_pass()) throw;
    return e.what();
  }
}

bool has_signal(const std::vector<spawners::Event>& events) {
  return std::ranges::any_of(
      events, [](const auto& event) { return std::holds_alternative<spawners::Signal>(event); });
}

// False: a signal came first.
bool wait_until_written(const SessionParts& parts, const std::string& problem) {
  const auto runner = parts.make_runner();
  const auto now_ms = [&runner] { return runner->now().mono_ms; };
  Trouble trouble;
  trouble.meet(problem, now_ms());
  while (!trouble.has_passed([&parts] { return problem_of(parts.store); }, now_ms())) {
    std::int64_t until_ms = *trouble.look_at_ms();
    if (parts.options.alive_ms > 0) until_ms = std::min(until_ms, now_ms() + parts.options.alive_ms);
    if (has_signal(runner->wait(until_ms))) return false;
    parts.observer.events({});  // the loop lives
  }
  return true;
}

}  // namespace

SessionEnd run_session(SessionParts parts) {
  for (;;) {
    const auto runner = parts.make_runner();
    Scheduler scheduler(parts.project, parts.store, *runner, parts.machine, parts.options, &parts.observer);
    try {
      return scheduler.run();
    } catch (const DatabaseError& e) {
      if (!e.may_pass()) throw;
      parts.options.goes_on = scheduler.so_far();
      parts.tell(std::string("the state cannot be written, the session waits: ") + e.what());
      if (!wait_until_written(parts, e.what())) throw;
    }
    parts.tell("the state can be written again, the session goes on");
  }
}

}  // namespace orchestrate
