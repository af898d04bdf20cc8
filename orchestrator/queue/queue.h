// The queued tasks that are due, in the order in which they are offered a slot; read from the rows as far as
// is needed.
//
// Four streams, one per priority and each oldest first, merged by `earlier`. Rows are read in pages that
// grow, so that a full house costs a handful of rows however long the queue is. The rows may be changed
// between two calls.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "orchestrator/store/store.h"

namespace orchestrate {

class Queue {
 public:
  // `only` not empty: these tasks alone, whatever their priority. The store outlives the queue.
  Queue(Store& store, const std::vector<int>& ranks, const std::vector<std::int64_t>& only,
        std::int64_t now_ms, std::int64_t aging_ms);

  [[nodiscard]] std::optional<Task> next();

 private:
  struct Stream {
    int rank = 0;
    std::size_t page = 4;
    QueuePlace after;
    std::deque<Task> tasks;
    bool ended = false;
  };

  void fill(Stream& stream);

  Store& store_;
  std::int64_t now_ms_, aging_ms_;
  std::vector<Stream> streams_;
};

}  // namespace orchestrate
