// One try at a task by one agent type: what it was begun with, how far it is, and what was learnt. Plain
// values.
//
// Three parts, so that each reader takes only what it needs: `Terms` are decided once, when it begins; `Walk`
// is where it stands among its steps; `Facts` is what its steps have shown, the only thing that is judged.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "orchestrator/attempt/verdict.h"
#include "orchestrator/store/rows/run.h"
#include "orchestrator/store/rows/task.h"
#include "spawners/drivers/driver.h"
#include "workspaces/workspace.h"

namespace orchestrate {

enum class StepKind {
  create,
  after_create,
  base_checkout,
  baseline,
  before_run,
  hide,
  version,
  agent,
  snapshot,
  fresh_checkout,
  check,
  after_run,
  land,
  before_remove,
  remove,
  leftover  // of a session that died, and nobody's any more: it is found, so that nothing runs beside it
};

struct StepRef {
  StepKind kind = StepKind::create;
  std::size_t index = 0;  // of the hook or the check; of what is left over its number

  friend bool operator==(const StepRef&, const StepRef&) = default;
};

// The part of a step's id that people read: "agent", "check".
[[nodiscard]] std::string step_name(StepKind kind);

struct DueCheck {
  config::Command command;
  bool of_project = false;  // a default check of the project, not one that the task brought
};

// What earlier attempts of a session with the CLI were charged: it may count them again.
struct Charged {
  std::int64_t tokens_in = 0, tokens_out = 0;
  double cost_usd = 0;
};

// Decided when the attempt begins; it keeps to them, whatever becomes of the configuration meanwhile.
struct Terms {
  config::AgentType agent;
  const spawners::Driver* driver = nullptr;  // lives as long as the program
  workspaces::Kind kind = workspaces::Kind::clone;

  config::Hooks hooks;
  std::vector<DueCheck> checks;
  std::int64_t check_wall_ms = 0;
  bool baseline = true;  // look whether the project's checks are red on the base already
  bool fresh = false;    // run the checks in a clean checkout

  int number = 1;  // among the attempts that count, this one included
  int allowed = 2;
  std::string earlier_failure;

  std::string base;    // what work starts from, as configured
  std::string branch;  // where it is to be published, when it is accepted
  config::Publish publish = config::Publish::branch;
  std::string author = "agent";     // or "Name <mail>"
  std::vector<std::string> gates;   // globs: what judges the agent or steers its CLI
  std::vector<std::string> hidden;  // globs: what the agent's CLI must not see

  std::string program;         // names the very file of the CLI whose version is asked; empty: it is known
  std::string resume_session;  // of an earlier attempt; empty: a new one is begun
  Charged charged;             // for that session so far
};

struct Walk {
  std::optional<StepRef> current;  // started and not ended
  std::string step_id;             // of the last one that was started
  int n = 0;                       // its number
  int steps_begun = 0;
  int unanswered = 0;  // so often in a row the step that is due was begun, and ended without an answer
  std::size_t after_create = 0, before_run = 0, after_run = 0, before_remove = 0;  // hooks that have ended
  bool base_checked_out = false;
  bool hidden = false;
  bool version_asked = false;
  bool fresh_checked_out = false;
  bool removed = false;   // the step that removes what has served has ended, whatever came of it
  bool stopping = false;  // the session ends: begin nothing more
};

struct Facts {
  bool hook_lost = false;   // nobody knows what the hook that is the setup error did
  std::string setup_error;  // the workspace or a hook failed before the agent was started
  std::optional<workspaces::Created> created;
  bool unprepared = false;  // an earlier attempt made it, and its after_create hooks did not all succeed
  std::vector<std::optional<bool>> red_on_base;     // by the check's place; absent: not looked at, or silent
  std::map<std::size_t, std::string> base_silence;  // by the check's place: why the base gave no answer

  bool lost = false;  // nobody knows what the agent did
  std::string lost_why;
  std::optional<spawners::ExitRecord> exit;  // of the agent
  spawners::Notes notes;
  bool cancelled = false;     // a person wants no more of it
  bool interrupted = false;   // ended before it could end by itself, not for a fault of its own
  std::string machine_fault;  // of the machine, while it failed; empty: none that is known

  std::optional<workspaces::Snapshot> snapshot;
  std::string snapshot_error;
  std::string fresh_error;
  std::vector<CheckResult> results;  // of the checks that were run, in order
  std::string silent_check;          // which check never gave an answer, and why; empty: none

  std::optional<workspaces::Landed> landed;
  std::string land_error;
  bool keep_workspace = false;     // a hook asked for it
  bool workspace_removed = false;  // only when nothing in it was unpublished
};

struct Attempt {
  Run run;  // its row
  Task task;
  Terms terms;
  Walk walk;
  Facts facts;
  std::optional<Verdict> verdict;  // once there is nothing more to learn
};

// True when a tree of commits is made of what the agent left.
[[nodiscard]] bool wants_snapshot(const Terms& terms);

}  // namespace orchestrate
