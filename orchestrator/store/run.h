// A run: one attempt at a task by one agent type, and what is known of it. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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

struct Run {
  std::int64_t id = 0;
  std::int64_t task = 0;
  int n = 0;
  std::int64_t session = 0;
  std::string agent_type, driver, rule;
  std::string phase = "starting";
  std::string outcome, verdict, why;
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

struct InboxItem {
  std::int64_t id = 0;
  std::optional<std::int64_t> task, run;
  std::string kind, cause;
  int times = 1;
  std::string title;
  std::vector<std::pair<std::string, std::string>> packet;  // heading, text: in the order to be read
  std::vector<std::string> options;
  std::string default_option;
  std::optional<std::int64_t> deadline_ms;
  std::string status = "open", answer, note;
  std::int64_t created_ms = 0, updated_ms = 0;
};

struct Park {
  std::string provider;
  std::optional<std::int64_t> until_ms;  // absent: until a human has answered
  std::string why;
  int times = 1;
};

struct Session {
  std::int64_t id = 0;
  std::int64_t started_ms = 0;
  std::optional<std::int64_t> ended_ms;
  std::int64_t pid = 0;
  std::optional<int> exit_status;
  std::string stop_reason;
  std::string stop_asked;  // "drain" or "now": by a person, while it ran
};

struct EventRow {
  std::int64_t seq = 0;
  std::int64_t at_ms = 0;
  std::optional<std::int64_t> session, task, run;
  std::string kind;
  std::string data = "{}";  // a JSON object
};

}  // namespace orchestrate
