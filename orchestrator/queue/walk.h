// Offers queued tasks to the session in the order of the queue, a bounded share of them each turn however
// long the queue is and whatever cannot run.
//
// What has been met and waits for somebody who is not free is passed over in one step (met.h); it is met
// again when that changes, when its row changes, when its time comes, when what it depends on is done. What
// is a person's to do is met like everything else, whether or not anything may start.
//
// Calls belong between the store's begin and commit. One thread, blocks on nothing but the store.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/queue/context.h"
#include "orchestrator/queue/decide.h"
#include "orchestrator/queue/met.h"
#include "orchestrator/store/store.h"

namespace orchestrate {

class QueueWalk {
 public:
  // What is done with a task. `start` says whether it has begun: the context then counts it. Both may close
  // the context.
  struct Takers {
    std::function<bool(const Task&, const Decision&, SchedulingContext&)> start;
    std::function<void(const Task&, const Decision&)> hand_over;
  };

  struct Turn {
    bool more = false;  // the share was used up: there is more to do at once
    // Wall clock: when time alone lets a task start.
    std::optional<std::int64_t> wake_at_ms;
    // Why due work is left, when a limit of the session holds it back; empty: none is. Known when nothing
    // runs.
    std::string left_by_limit;
  };

  // `only` not empty: these tasks alone, whatever their priority. `share`: tasks met in one turn at most;
  // `stretches`: remembered of each priority (met.h).
  // Store outlives it. `watch`: what may start at a later time (not_before) counts for `wake_at_ms` too.
  QueueWalk(Store& store, const std::vector<int>& ranks, std::vector<std::int64_t> only, bool watch,
            std::size_t share = 1000, std::size_t stretches = 1000);

  // Everything has to be met again: the rules are others.
  void forget();

  [[nodiscard]] Turn turn(SchedulingContext& context, const Takers& takers);

 private:
  // The queued tasks of one priority.
  struct Stream {
    Stream(int of_rank, std::size_t stretches) : rank(of_rank), met(stretches) {}

    int rank;
    Met met;
    std::deque<Task> page;  // read and not yet met, within the stretch ahead
    std::size_t next_page = 0;
    bool read_out = false;  // the page is the last of its stretch
    bool ended = false;
  };

  void begin_walk();
  [[nodiscard]] bool take_changes(std::int64_t now_ms);
  void forget_places(const std::vector<QueuedPlace>& places);
  [[nodiscard]] Stream* earliest(const SchedulingContext& context);
  [[nodiscard]] const Task* head(Stream& stream, const SchedulingContext& context);
  void read_page(Stream& stream, std::int64_t now_ms);
  void end_stretch(Stream& stream);
  [[nodiscard]] Decision decision_of(const Task& task, const SchedulingContext& context);
  [[nodiscard]] bool is_taken(const Task& task, const Decision& decision, SchedulingContext& context,
                              const Takers& takers);
  void walk_listed(SchedulingContext& context, const Takers& takers, Turn& turn);
  void add_first_waiting(const SchedulingContext& context, int rank, const Met::Stretch& stretch, Turn& turn);
  void look_back(const SchedulingContext& context, Turn& turn);

  Store& store_;
  std::vector<int> ranks_;
  std::vector<std::int64_t> only_;
  bool watch_;
  std::size_t share_;
  std::deque<Stream> streams_;
  bool fresh_ = true;            // nothing has been met yet
  std::int64_t seen_up_to_ = 0;  // tasks with greater ids are new
  DuePlace retried_, opened_;    // what came due by then has been looked at
};

}  // namespace orchestrate
