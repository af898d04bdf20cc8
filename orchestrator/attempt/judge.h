// What became of a run: facts in, verdict out. Pure; an agent is never graded by its own word.
//
// Order of evidence, strongest first: exit record; the vendor's terminal record; checks of ours; what
// changed. What the agent says of itself decides nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/store/run.h"
#include "spawners/drivers/notes.h"
#include "workspaces/workspace.h"

namespace orchestrate {

// How a run ended, as facts.
struct Outcome {
  std::string setup_error;  // the workspace or a hook failed before the agent was started
  bool lost = false;        // nobody knows what the agent did
  std::optional<spawners::ExitRecord> exit;
  spawners::Notes notes;
  bool writes_terminal_record = true;
  bool expects_changes = true;
  bool snapshot_taken = false;
  std::string snapshot_error;
  bool changed = false;
  workspaces::Listing gates_changed;  // gates and control files the agent changed
  std::vector<CheckResult> checks;    // those that were run, in order
  std::size_t checks_due = 0;
  bool interrupted = false;  // it was ended before it could end by itself, not for a fault of its own
  bool cancelled = false;    // by a person who wants no more of it; else by the end of the session
  bool idempotent = false;
  int attempt = 1;  // counted attempts, this one included
  int attempts_allowed = 2;
};

enum class VerdictKind { accept, retry, park, escalate };

struct Verdict {
  VerdictKind kind = VerdictKind::escalate;
  bool verified = false;                      // accept: every check of ours passed, and there was one
  bool counts = true;                         // uses up an attempt
  std::string inbox_kind;                     // escalate: which decision a human owes; empty: it was made
  std::string why;                            // one line for people
  std::string failing_output;                 // what the next attempt and the human should read
  std::vector<std::string> flags;             // what a reviewer should look at, also when accepted
  std::optional<std::int64_t> park_until_ms;  // park: the stated reset, if there was one
};

[[nodiscard]] std::string_view to_string(VerdictKind kind);
[[nodiscard]] Verdict judge(const Outcome& outcome);

}  // namespace orchestrate
