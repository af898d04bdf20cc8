// A session that outlives what passes by itself: a state folder that is full, read-only or out of reach.
//
// What a turn wanted to write is undone, and nobody knows any more what the loop has seen. So the loop is
// made anew, as after a crash, once the state can be written again; agents go on under their shims meanwhile.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "orchestrator/session/scheduler.h"

namespace orchestrate {

struct SessionParts {
  const Project& project;
  Store& store;
  const Machine& machine;
  SessionOptions options;
  Observer& observer;
  std::function<std::unique_ptr<spawners::Runner>()> make_runner;
  std::function<void(const std::string& news)> tell;  // what no event can say
};

// Blocks until the session is over. Throws what does not pass; and what does when a signal comes first.
[[nodiscard]] SessionEnd run_session(SessionParts parts);

}  // namespace orchestrate
