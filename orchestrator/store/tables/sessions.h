// Sessions, and what people ask of the one that runs. A verb that does not apply changes nothing and returns
// false.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "orchestrator/store/rows/session.h"
#include "orchestrator/store/tables/events.h"
#include "orchestrator/store/tables/values.h"

namespace orchestrate {

class Sessions {
 public:
  explicit Sessions(Connection& connection)
      : connection_(connection), db_(connection.db), events_(connection), values_(connection) {}

  // From now on events of this connection belong to it, and so do the runs that another session left open.
  std::int64_t start(std::int64_t pid, std::int64_t now_ms, const SessionTerms& terms = {});
  void set_closed(std::int64_t id, const std::string& why);
  void end(std::int64_t id, int exit_status, const std::string& reason, std::int64_t now_ms);
  [[nodiscard]] std::optional<Session> find(std::optional<std::int64_t> id);  // nullopt: the last one
  [[nodiscard]] bool failed(std::int64_t session);  // a task that it worked on has failed

  bool ask_stop(bool now, std::int64_t now_ms);  // of the last session. False: it has ended
  // Whether new runs may start, and since when not; empty: they may.
  void pause(const std::string& why, std::int64_t now_ms);
  void resume(std::int64_t now_ms);
  [[nodiscard]] std::string paused();

 private:
  Connection& connection_;
  Database& db_;
  Events events_;
  Values values_;
};

}  // namespace orchestrate
