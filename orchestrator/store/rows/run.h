// A run: one attempt at a task by one agent type, and what is known of it. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/store/rows/words.h"
#include "spawners/step/exit_record.h"

namespace orchestrate {

// One check of ours: a command run on the tree the agent left.
struct CheckResult {
  std::string command;  // as a person types it
  int exit_code = -1;
  bool passed = false;
  bool of_project = false;   // a default check of the project, not one the task brought
  bool red_on_base = false;  // it failed on the untouched base too
  std::string how;           // "exit 1", "stopped: it ran into its wall limit"
  std::string output_tail;   // bounded
};

// Everything that speaks for or against a run besides exit record and notes.
struct Evidence {
  std::vector<CheckResult> checks;
  std::vector<std::string> changed;  // "M src/a.c", bounded
  std::int64_t changed_files = 0;
  std::int64_t insertions = 0;
  std::int64_t deletions = 0;
  std::vector<std::string> left_out;  // "big.bin: oversize", bounded
  std::int64_t left_out_count = 0;
  std::vector<std::string> flags;  // what a reviewer should look at
  std::string history;
  std::string cli_version;
  bool resumable = false;  // may a further attempt go on in its session?
  std::int64_t unknown_lines = 0;
};

enum class RunPhase { starting, running, verifying, ended };

template <>
struct Words<RunPhase> {
  static constexpr std::string_view all[] = {"starting", "running", "verifying", "ended"};
};

enum class VerdictKind { accept, retry, park, escalate };

template <>
struct Words<VerdictKind> {
  static constexpr std::string_view all[] = {"accept", "retry", "park", "escalate"};
};

struct Run {
  std::int64_t id = 0;
  std::int64_t task = 0;
  int n = 0;
  std::int64_t session = 0;
  std::string agent_type, driver, provider, rule;
  std::string configuration;  // what was kept of it; empty: nothing was
  Word<RunPhase> phase = RunPhase::starting;
  std::string outcome;
  Word<VerdictKind> verdict;  // empty until it is judged
  std::string why;
  std::int64_t started_ms = 0;
  std::optional<std::int64_t> ended_ms;
  std::optional<std::int64_t> pid;
  std::optional<spawners::ExitRecord> exit;
  std::string session_id, model;
  std::int64_t tokens_in = 0, tokens_out = 0;
  double cost_usd = 0;
  std::string workspace, branch, base, commit, tree;
  std::string summary;
  Evidence evidence;
};

// It used tokens, and its CLI stated no cost.
[[nodiscard]] inline bool unpriced(const Run& run) {
  return run.tokens_in + run.tokens_out > 0 && run.cost_usd == 0;
}

}  // namespace orchestrate
