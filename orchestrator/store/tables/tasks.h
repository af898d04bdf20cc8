// The tasks: one verb per transition, each guarded and each with its event.
//
// A verb whose guard fails changes nothing and returns false: somebody else was there first.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/store/rows/task.h"
#include "orchestrator/store/tables/events.h"
#include "orchestrator/store/tables/inbox.h"
#include "orchestrator/store/tables/queue_changes.h"

namespace orchestrate {

struct QueueCounts {
  std::int64_t by_rank[4] = {0, 0, 0, 0};  // queued
  std::int64_t by_state[7] = {0, 0, 0, 0, 0, 0, 0};
};

inline constexpr std::size_t kAllTasks = std::numeric_limits<std::int64_t>::max();

class Tasks {
 public:
  explicit Tasks(Connection& connection) : db_(connection.db), events_(connection), inbox_(connection) {}

  std::int64_t add(const Task& task, std::int64_t now_ms);  // an existing key gives the existing id
  [[nodiscard]] std::optional<Task> find(std::int64_t id);
  [[nodiscard]] bool exists(std::int64_t id);
  [[nodiscard]] std::optional<std::int64_t> id_of_key(const std::string& key);
  // In their order.
  [[nodiscard]] std::vector<std::string> keys_beginning(const std::string& start, std::size_t most);
  // By id: `most` of those with greater ids than `after`. Absent state, rank or label: any.
  [[nodiscard]] std::vector<Task> list(const std::optional<TaskState>& state, const std::optional<int>& rank,
                                       std::int64_t after = 0, std::size_t most = kAllTasks,
                                       const std::string& label = "");
  // Tasks of the rank that may start by their own row, oldest first: `most` of those behind `after`, as far
  // as `upto`.
  [[nodiscard]] std::vector<Task> due(int rank, std::int64_t now_ms, QueuePlace after, QueuePlace upto,
                                      std::size_t most);
  // The first queued tasks of the rank, oldest first, whether or not they may start.
  [[nodiscard]] std::vector<Task> queued(int rank, std::size_t most);
  [[nodiscard]] std::int64_t last_id();  // the greatest id; 0: there is none
  // When the next one of these ranks (of `only` instead, unless that is empty) comes due by time alone: by
  // its next attempt, and by not_before where that counts too.
  [[nodiscard]] std::optional<std::int64_t> next_due(std::int64_t now_ms, const std::vector<int>& ranks,
                                                     const std::vector<std::int64_t>& only,
                                                     bool not_before_too);
  [[nodiscard]] QueueCounts counts();
  // Dependencies of a task that are not done.
  [[nodiscard]] std::vector<Task> unmet_dependencies(std::int64_t id);

  // ---- what people ask for (steering.cpp)
  bool hold(std::int64_t task, bool held, std::int64_t now_ms);  // of every task that is not over
  // Everything a person may write, of a task that is neither at work nor over.
  bool edit(const Task& task, std::int64_t now_ms);
  // At once when nobody works on it; else its session is asked to end it. False: it is over.
  bool cancel(std::int64_t task, std::int64_t now_ms);
  // Queued again with a fresh ledger. False: somebody works on it, or it is done.
  bool retry(std::int64_t task, std::int64_t now_ms);
  // From now on new tasks have greater ids than that.
  void begin_after(std::int64_t id);
  [[nodiscard]] bool depends_on_itself(std::int64_t task);  // through others too
  // Tasks that are running though no run works on them, and the other way round: rows that somebody wrote by
  // hand. For who begins a session.
  void agree_with_runs(std::int64_t now_ms);
  [[nodiscard]] std::vector<std::int64_t> to_cancel();

 private:
  void put_dependencies(std::int64_t task, const std::vector<std::int64_t>& depends_on);

  Database& db_;
  Events events_;
  Inbox inbox_;
};

}  // namespace orchestrate
