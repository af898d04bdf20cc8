#include "orchestrator/session/process/keep_going.h"

#include <algorithm>
#include <csignal>
#include <exception>
#include <optional>
#include <system_error>
#include <variant>

#include "system/resources.h"

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

// A fault of the machine, met by the database or on the way to it.
bool may_pass(const std::exception& e) {
  if (const auto* database = dynamic_cast<const DatabaseError*>(&e)) return database->may_pass();
  const auto* system = dynamic_cast<const std::system_error*>(&e);
  return system != nullptr && system::is_machine_fault(system->code().value());
}

// SIGHUP asks to read the files again, which the next loop does.
bool has_signal(const std::vector<spawners::Event>& events) {
  return std::ranges::any_of(events, [](const auto& event) {
    const auto* signal = std::get_if<spawners::Signal>(&event);
    return signal != nullptr && signal->number != SIGHUP;
  });
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
    } catch (const std::exception& e) {
      if (!may_pass(e)) throw;
      parts.options.goes_on = scheduler.so_far();
      parts.tell(std::string("the state cannot be written, the session waits: ") + e.what());
      if (!wait_until_written(parts, e.what())) throw;
    }
    parts.tell("the state can be written again, the session goes on");
  }
}

}  // namespace orchestrate
