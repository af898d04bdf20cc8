// The table of events: append-only, what changed, when and why.
#pragma once

#include <cstdint>
#include <vector>

#include "orchestrator/store/rows/event.h"
#include "orchestrator/store/sqlite/connection.h"

namespace orchestrate {

class Events {
 public:
  explicit Events(Connection& connection) : connection_(connection), db_(connection.db) {}

  // Without a session of its own it belongs to the one this connection started, if any.
  void add(EventRow event);
  [[nodiscard]] std::vector<EventRow> after(std::int64_t seq, int limit);
  [[nodiscard]] std::vector<EventRow> of_task(std::int64_t task);
  [[nodiscard]] std::int64_t last();  // the greatest seq; 0: there is none

 private:
  Connection& connection_;
  Database& db_;
};

}  // namespace orchestrate
