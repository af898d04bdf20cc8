// Rows -> attempts: starts what may start while slots are free, and hands to people what is theirs.
//
// Calls belong between the store's begin and commit. One thread, blocks on nothing but the store and a look
// at the disk.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "orchestrator/queue/walk.h"
#include "orchestrator/session/attempts.h"

namespace orchestrate {

// Why a session closes that has started as many attempts as it was asked for.
inline constexpr const char* kStartedEnough = "as many tasks as were asked for have been started";

class Dispatch {
 public:
  // What it is handed outlives it.
  Dispatch(Store& store, spawners::Runner& runner, const Machine& machine, const SessionOptions& options,
           Attempts& attempts);

  // Its rules and agent types are those of new attempts from now on.
  void use(std::shared_ptr<const Project> project);
  // Everything queued has to be looked at again.
  void forget() { walk_.forget(); }
  // Before it was made anew, the session had started so many.
  void recall(int started) { started_ = started; }
  // `session`: new runs belong to it. `closed`: why nothing may start; empty: it may.
  void fill(std::int64_t session, const std::string& closed);

  // Not every new task could be looked at: there is more to do at once.
  [[nodiscard]] bool has_more() const { return last_.more; }
  // Why due work is left, when a limit of the session holds it back; empty: none is.
  [[nodiscard]] const std::string& left_by_limit() const { return last_.left_by_limit; }
  // Wall clock: when time alone lets a task start.
  [[nodiscard]] const std::optional<std::int64_t>& wake_at_ms() const { return last_.wake_at_ms; }
  // As many attempts as were asked for have been started.
  [[nodiscard]] bool has_started_enough() const;

 private:
  [[nodiscard]] SchedulingContext context(const std::string& closed) const;
  [[nodiscard]] Load load() const;
  std::string kept_configuration();
  bool start(const Task& task, const Decision& decision);
  void hand_over(const Task& task, const Decision& decision);

  Store& store_;
  spawners::Runner& runner_;
  const Machine& machine_;
  const SessionOptions& options_;
  Attempts& attempts_;
  std::shared_ptr<const Project> project_;
  std::optional<std::string> kept_;              // its name, once an attempt has begun with it
  std::map<std::string, std::string> unusable_;  // agent types, with the reason

  std::int64_t session_ = 0;
  int started_ = 0;
  QueueWalk walk_;
  QueueWalk::Turn last_;
};

}  // namespace orchestrate
