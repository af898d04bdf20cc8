// What a session is asked for, and how it tells what it does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/session/configuration.h"
#include "orchestrator/session/window.h"
#include "orchestrator/store/store.h"

namespace orchestrate {

enum class Stop { no, drain, now };

// What a session whose loop is made anew must not ask or reckon again.
struct SoFar {
  std::int64_t session = 0;
  Stop stop = Stop::no;
  std::string why;              // it stops
  bool started_paused = false;  // when it began
  Window window;
  Configuration configuration;       // the last good one, and what was seen of its files
  std::int64_t failed_since_ms = 0;  // wall clock: what ended since then was never written down
  std::string shown;                 // what its row says of why nothing starts
  bool told_trouble = false;         // that the machine fails
};

struct SessionOptions : SessionTerms {
  std::optional<int> until;      // minutes after local midnight
  std::optional<int> max_tasks;  // runs started in this session
  bool watch = false;            // stay when the queue is empty
  // Tell the observer of turns, and so often while something runs; 0: events only.
  std::int64_t refresh_ms = 0;
  // Turn at least so often, so that the observer can say that the loop lives; 0: no need.
  std::int64_t alive_ms = 0;
  std::uint64_t seed = 0;                // for jitter
  std::vector<std::string> environment;  // ours
  std::optional<SoFar> goes_on;          // else a session begins
};

// What a progress display is told: values, copied, once a turn.
struct RunningView {
  std::int64_t task = 0, run = 0;
  std::string title, agent_type, step, activity;
  std::int64_t age_ms = 0, silent_ms = 0, tokens = 0;
  double cost_usd = 0;
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void events(const std::vector<EventRow>& rows) = 0;
  virtual void turn(const std::vector<RunningView>& running, const QueueCounts& counts) = 0;
};

// Exit status of `run`, as the command line promises it.
enum class SessionEnd { done = 0, failed = 1, decisions = 3, limit = 4 };

}  // namespace orchestrate
