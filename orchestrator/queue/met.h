// What is remembered of the queued tasks of one priority: which stretches of it have been met and found
// waiting, and for whom. So a million tasks behind one busy agent type are passed over in one step.
//
// A place that is not remembered has to be met. Whoever learns that a task is no longer as it was says so
// (`forget`). Takes a bounded amount of memory however long the queue is. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/queue/context.h"
#include "orchestrator/store/tables/queue_changes.h"

namespace orchestrate {

// What a stretch's tasks wait for. Nothing: nobody waits there, or for other tasks alone.
struct WaitsFor {
  // Each a list of agent types in order of preference, as a rule or a task names them.
  std::set<std::vector<std::string>> targets;
  // Agent types that a rule asks whether they are available, and whether they were.
  std::map<std::string, bool> available;

  // False: it is possible that one of the tasks can start now, or goes to a person.
  [[nodiscard]] bool still(const SchedulingContext& context) const;

  friend bool operator==(const WaitsFor&, const WaitsFor&) = default;
};

// Of tasks of both; nullopt where a rule found an agent type available for one, and not for the other.
[[nodiscard]] std::optional<WaitsFor> both(const WaitsFor& a, const WaitsFor& b);

class Met {
 public:
  // Remembers about `most` stretches, besides places that have to be met again.
  explicit Met(std::size_t most = 1000) : most_(most) {}
  Met(const Met&) = delete;
  Met& operator=(const Met&) = delete;

  // Between two walks: the place, or all of them, has to be met again.
  void forget(QueuePlace place);
  void forget_all();

  // ---- one walk from the first place to the last
  void rewind();
  [[nodiscard]] QueuePlace passed() const { return passed_; }  // everything up to here
  // The stretch ahead: what is known of it (nullptr: it has to be met), and its last place (nullopt: it is
  // the rest of the queue).
  [[nodiscard]] const WaitsFor* ahead() const;
  [[nodiscard]] std::optional<QueuePlace> ahead_ends() const;
  void skip();  // the stretch ahead stays as it is
  // Everything up to that place, within the stretch ahead, has been met. nullopt: nobody waits there.
  void met(QueuePlace place, const std::optional<WaitsFor>& waits);

  // In their order, for whoever asks what the queue waits for.
  struct Stretch {
    QueuePlace after = kQueueBegin, last = kQueueBegin;
    const WaitsFor* waits = nullptr;
  };
  [[nodiscard]] std::vector<Stretch> waiting() const;

 private:
  using Stretches = std::map<QueuePlace, std::optional<WaitsFor>>;  // by last place; nullopt: to be met

  [[nodiscard]] bool shrink();

  std::size_t most_;
  Stretches stretches_;
  Stretches::iterator ahead_ = stretches_.end();
  Stretches::iterator behind_ = stretches_.end();  // ends where `passed_` is; end: there is none
  QueuePlace passed_ = kQueueBegin;
};

}  // namespace orchestrate
