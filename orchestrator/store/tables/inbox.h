// Decisions that people owe. Answering one also moves its task or its provider: that is Store::answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/store/rows/inbox_item.h"
#include "orchestrator/store/tables/events.h"

namespace orchestrate {

class Inbox {
 public:
  explicit Inbox(Connection& connection) : db_(connection.db), events_(connection) {}

  std::int64_t put(InboxItem item, std::int64_t now_ms);  // the same open cause: counted
  [[nodiscard]] std::optional<InboxItem> find(std::int64_t id);
  [[nodiscard]] std::vector<InboxItem> list(const std::string& status);  // empty: all that is not archived
  [[nodiscard]] std::vector<InboxItem> open_of(std::int64_t task);
  // Those closed by that time. How many.
  std::int64_t archive(std::int64_t before_ms, std::int64_t now_ms);

  // The item alone, without what the answer brings about. False: it is not open (any more).
  bool close(std::int64_t id, const std::string& option, const std::string& note, std::int64_t now_ms);
  // What is open about the task itself has been decided in another way than by answering.
  void close_of_task(std::int64_t task, const std::string& answer, std::int64_t now_ms);

 private:
  Database& db_;
  Events events_;
};

}  // namespace orchestrate
