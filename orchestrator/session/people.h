// What people ask of a running session, by a row or by a signal: to pause, to stop, to stop at once.
#pragma once

#include <cstdint>
#include <string>

#include "orchestrator/session/attempts.h"
#include "orchestrator/session/options.h"

namespace orchestrate {

inline constexpr const char* kStoppedBySignal = "stopped by a signal";

class People {
 public:
  // What it is handed outlives it.
  People(Store& store, Attempts& attempts) : store_(store), attempts_(attempts) {}

  // The session has begun, or goes on.
  void meet(std::int64_t session);
  // What was so before it went on.
  void recall(const SoFar& so_far);

  // Reads what was asked for: another program has written into the database.
  void heed(std::int64_t now_ms);
  // SIGINT or SIGTERM: the first lets running agents finish, the second ends them.
  void on_signal(std::int64_t now_ms);
  // Starts nothing new, lets running agents finish.
  void drain(const std::string& why, std::int64_t now_ms);
  // Ends every agent; `why` is told unless a stop has been asked for before.
  void stop_now(const std::string& why, std::int64_t now_ms);

  [[nodiscard]] Stop stop() const { return stop_; }
  [[nodiscard]] const std::string& why() const { return why_; }        // it stops; empty: it does not
  [[nodiscard]] const std::string& paused() const { return paused_; }  // why nothing starts for now
  [[nodiscard]] bool started_paused() const { return started_paused_; }

 private:
  Store& store_;
  Attempts& attempts_;
  std::int64_t session_ = 0;
  Stop stop_ = Stop::no;
  std::string why_;
  std::string paused_;
  bool started_paused_ = false;
};

}  // namespace orchestrate
