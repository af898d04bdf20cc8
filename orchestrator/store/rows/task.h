// A task: what a person or a program queued, as a plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/store/rows/words.h"

namespace orchestrate {

enum class TaskState { queued, claimed, running, waiting_human, done, failed, cancelled };

template <>
struct Words<TaskState> {
  static constexpr std::string_view all[] = {"queued", "claimed", "running",  "waiting_human",
                                             "done",   "failed",  "cancelled"};
};

[[nodiscard]] inline std::optional<TaskState> task_state_from(std::string_view text) {
  return from_word<TaskState>(text);
}

// Used up over all attempts; only a human resets it.
struct Ledger {
  int attempts = 0;
  int waits = 0;
  std::int64_t wall_ms = 0;
  std::int64_t tokens = 0;
  double cost_usd = 0;
};

struct Task {
  std::int64_t id = 0;
  std::string key;
  std::string title;
  std::string description;
  std::string type = "IMPLEMENT";
  int rank = 2;
  TaskState state = TaskState::queued;
  std::string source = "cli";
  std::optional<std::string> agent_type;
  bool manual = false;
  bool held = false;
  std::vector<std::string> needs, labels, touches, acceptance, checks, specs;
  std::string run_command;
  std::vector<std::int64_t> depends_on;
  std::optional<std::int64_t> not_before_ms;
  std::optional<std::int64_t> next_attempt_ms;
  std::optional<bool> verified;
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
  Ledger ledger;
};

}  // namespace orchestrate
