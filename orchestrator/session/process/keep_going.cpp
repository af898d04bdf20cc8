#include "orchestrator/session/process/keep_going.h"

#include <algorithm>
#include <optional>
#include <variant>

namespace orchestrate {
namespace {

constexpr std::int64_t kFirstPauseMs = 1'000;
constexpr std::int64_t kLongestPauseMs = 60'000;
constexpr std::size_t kProbeBytes = 64 << 10;  // more than most turns write

bool can_be_written(Store& store) {
  try {
    store.write([&store] { store.values.set("probe", std::string(kProbeBytes, '.')); });
    store.write([&store] { store.values.remove("probe"); });
    return true;
  } catch (const DatabaseError& e) {
    if (!e.may_pass()) throw;
    return false;
  }
}

bool has_signal(const std::vector<spawners::Event>& events) {
  return std::ranges::any_of(
      events, [](const auto& event) { return std::holds_alternative<spawners::Signal>(event); });
}

// False: a signal came first.
bool wait_until_written(const SessionParts& parts) {
  std::int64_t pause_ms = kFirstPauseMs;
  const auto runner = parts.make_runner();
  for (;;) {
    const std::int64_t most_ms = parts.options.alive_ms > 0 ? parts.options.alive_ms : kLongestPauseMs;
    const std::int64_t until_ms = runner->now().mono_ms + std::min(pause_ms, most_ms);
    while (runner->now().mono_ms < until_ms) {
      if (has_signal(runner->wait(until_ms))) return false;
    }
    parts.observer.events({});  // the loop lives
    if (can_be_written(parts.store)) return true;
    pause_ms = std::min(2 * pause_ms, kLongestPauseMs);
  }
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
      parts.tell(std::string("the state cannot be written, the session waits: ") + e.what());
      if (!wait_until_written(parts)) throw;
    }
    parts.options.goes_on = scheduler.so_far();
    parts.tell("the state can be written again, the session goes on");
  }
}

}  // namespace orchestrate
