// Which queued tasks are no longer as they were, for whoever remembers the queue instead of reading it again
// (queue/walk.h). Triggers write the rows down, so that a change by plain SQL counts too.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "orchestrator/store/sqlite/connection.h"

namespace orchestrate {

// A place within the queue of one priority: that of the task with this id, or behind it. Ids grow with time,
// and unlike moments no two are the same.
using QueuePlace = std::int64_t;
inline constexpr QueuePlace kQueueBegin = 0;
inline constexpr QueuePlace kQueueEnd = std::numeric_limits<std::int64_t>::max();

struct QueuedPlace {
  int rank = 0;
  QueuePlace place = kQueueBegin;
};

// A place among the tasks that come due, by time.
struct DuePlace {
  std::int64_t at_ms = 0;
  std::int64_t id = 0;
};

class QueueChanges {
 public:
  explicit QueueChanges(Connection& connection) : db_(connection.db) {}

  struct Places {
    std::vector<QueuedPlace> places;
    bool more = false;  // there may be
  };

  // Tasks whose row was written, or for which a dependency is done or gone, since they were last taken.
  [[nodiscard]] Places take(std::size_t most);
  void clear();

  // Queued tasks with greater ids; `id` becomes the last one looked at.
  [[nodiscard]] Places added(std::int64_t& id, std::size_t most);
  // Queued tasks whose next attempt, or whose not_before, came by now; the place becomes the last one.
  [[nodiscard]] Places retried(DuePlace& since, std::int64_t now_ms, std::size_t most);
  [[nodiscard]] Places opened(DuePlace& since, std::int64_t now_ms, std::size_t most);

  // nullopt: nothing of that priority is queued.
  [[nodiscard]] std::optional<QueuePlace> last(int rank);

 private:
  [[nodiscard]] Places came_due(const char* sql, DuePlace& since, std::int64_t now_ms, std::size_t most);
  void take_rows(Places& taken, std::size_t& left);
  [[nodiscard]] bool take_dependents(Places& taken, std::size_t& left);

  Database& db_;
};

}  // namespace orchestrate
