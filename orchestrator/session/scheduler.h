// The loop: start what may start, wait for one thing to happen, apply it. Everything it knows is in rows or
// in the steps' directories, so that a restart is the same path as a start.
//
// One thread. `run` blocks until the session is over. What changes in one turn is one transaction, and no
// process is started before the row that says so is on disk. The loop is handed its parts: it reads no clock,
// no disk, no PATH and no process table itself, so the same seed gives the same night.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "orchestrator/session/attempts.h"
#include "orchestrator/session/configuration.h"
#include "orchestrator/session/dispatch.h"
#include "orchestrator/session/options.h"
#include "orchestrator/session/people.h"
#include "orchestrator/session/window.h"

namespace orchestrate {

class Scheduler {
 public:
  // Store, runner, machine and observer outlive the scheduler; `observer` may be null. The project's files
  // are read again whenever they change.
  Scheduler(Project project, Store& store, spawners::Runner& runner, const Machine& machine,
            SessionOptions options, Observer* observer);

  SessionEnd run();
  // After run() threw: with which options().goes_on another one goes on. Absent: nothing had begun.
  [[nodiscard]] std::optional<SoFar> so_far() const;

 private:
  void begin();
  void end_strays();
  void recall(const SoFar& so_far);
  void turn(const std::vector<spawners::Event>& events);
  void apply(const spawners::Event& event);
  void reload_configuration();
  void set_window();
  void close();
  void look_at_machine();
  [[nodiscard]] std::string held_back() const;
  [[nodiscard]] bool over() const;
  [[nodiscard]] bool looks_once_more();
  [[nodiscard]] std::int64_t next_deadline() const;
  [[nodiscard]] SessionEnd end() const;
  void tell_observer();
  [[nodiscard]] std::int64_t wall_ms() const { return runner_.now().wall_ms; }

  Store& store_;
  spawners::Runner& runner_;
  const Machine& machine_;
  const SessionOptions options_;
  Observer* observer_;

  Configuration configuration_;
  Window window_;
  Trouble trouble_;
  Attempts attempts_;
  Dispatch dispatch_;
  People people_;

  std::int64_t session_ = 0;
  bool looked_once_more_ = false;
  bool look_ = true;    // something has changed that may let a task start
  std::string closed_;  // why nothing new starts in this session any more; empty: it may
  bool told_trouble_ = false;
  std::string shown_;  // why nothing new starts, for now or any more, as its row says it
  std::int64_t last_seq_ = 0;
  std::int64_t committed_ms_ = 0;  // wall clock: until then everything is on record
  int unheard_signals_ = 0;        // that no turn has heeded yet
};

}  // namespace orchestrate
