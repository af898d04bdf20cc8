// The steps of runs: which child processes an attempt had, and how each ended.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/store/sqlite/connection.h"
#include "spawners/step/exit_record.h"

namespace orchestrate {

class Steps {
 public:
  explicit Steps(Connection& connection) : db_(connection.db) {}

  // `name`: what its id says behind the number. False: one of that number was begun before.
  bool started(std::int64_t run, int n, const std::string& name, std::int64_t now_ms);
  // Its process was seen.
  void ran(std::int64_t run, int n);
  // What was wrong with the machine when it failed; and whether another one stands in for it then.
  struct Fault {
    std::string why;  // empty: nothing
    bool is_due_again = false;
  };
  // Without a record it was lost.
  void ended(std::int64_t run, int n, const std::optional<spawners::ExitRecord>& exit, const Fault& fault,
             std::int64_t now_ms);
  struct Begun {
    int n = 0;
    std::string name;
    bool ended = false;
    bool ran = false;        // its process was seen
    bool discarded = false;  // another one stands in for it
    std::string fault;
  };
  [[nodiscard]] std::vector<Begun> of_run(std::int64_t run);  // in their order
  // As it was written down when it ended; absent: it has not, or was lost.
  [[nodiscard]] std::optional<spawners::ExitRecord> exit_of(std::int64_t run, int n);
  // Their ids: what a session that died may have left alive.
  [[nodiscard]] std::set<std::string> of_open_runs();
  // It was accepted, and its work may be where everybody sees it.
  [[nodiscard]] bool publishing_begun(std::int64_t run);
  [[nodiscard]] int agent_of(std::int64_t run);  // the place of the one that runs, or ran; 0: none

 private:
  Database& db_;
};

}  // namespace orchestrate
