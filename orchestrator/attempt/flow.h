// The steps of one run, in order: what is known so far -> what is to be done next. Pure.
//
// The same facts always give the same next step, and a step's id depends on its place alone; so a restarted
// orchestrator walks the same steps again and finds each of them already ended, running, or not yet begun.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "orchestrator/attempt/judge.h"
#include "orchestrator/store/run.h"
#include "orchestrator/store/task.h"
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
  remove
};

struct StepRef {
  StepKind kind = StepKind::create;
  std::size_t index = 0;  // of the hook or the check

  friend bool operator==(const StepRef&, const StepRef&) = default;
};

// The part of a step's id that people read: "agent", "check".
[[nodiscard]] std::string step_name(StepKind kind);

// One check of this run.
struct DueCheck {
  config::Command command;
  bool of_project = false;
  std::optional<bool> red_on_base;  // known, or absent: not looked at
};

// What earlier runs of a session were charged: a CLI may count them again.
struct Charged {
  std::int64_t tokens_in = 0, tokens_out = 0;
  double cost_usd = 0;
};

// A run that has not ended, and everything learnt about it.
struct LiveRun {
  Run run;
  Task task;
  config::AgentType agent;
  const spawners::Driver* driver = nullptr;
  config::Hooks hooks;
  std::vector<DueCheck> checks;
  workspaces::Kind kind = workspaces::Kind::clone;
  bool baseline = true;
  bool fresh = false;
  int attempts_allowed = 2;
  std::string branch;  // where the work is to be published, when it is accepted
  std::string earlier_failure;
  std::vector<std::string> gates;   // globs: what judges the agent or steers its CLI
  std::vector<std::string> hidden;  // globs: what the agent's CLI must not see
  std::string program;         // names the very file of the CLI whose version is asked; empty: it is known
  std::string resume_session;  // of an earlier run; empty: a new one is begun
  Charged charged;             // for that session so far

  std::optional<StepRef> current;  // started and not ended
  int steps_begun = 0;
  bool stopping = false;     // the session ends: begin nothing more
  bool cancelled = false;    // a person wants no more of it
  bool interrupted = false;  // and that cut this run short

  std::string setup_error;
  std::optional<workspaces::Created> created;
  std::size_t after_create_done = 0, before_run_done = 0, after_run_done = 0, before_remove_done = 0;
  bool base_checked_out = false;
  bool hidden_done = false;
  bool version_asked = false;
  bool lost = false;
  std::optional<spawners::ExitRecord> exit;  // of the agent
  spawners::Notes notes;
  std::optional<workspaces::Snapshot> snapshot;
  std::string snapshot_error;
  bool fresh_checked_out = false;
  std::string fresh_error;
  std::vector<CheckResult> results;
  std::optional<Verdict> verdict;
  std::optional<workspaces::Landed> landed;
  std::string land_error;
  bool keep_workspace = false;  // a hook asked for it
  bool removed = false;         // the workspace; only when nothing in it is unpublished
  bool removal_done = false;
};

// The next step; nullopt when there is nothing more to learn (then it is judged) or to do (once it is
// judged).
[[nodiscard]] std::optional<StepRef> next_step(const LiveRun& live);

// The facts of a run, for the judge.
[[nodiscard]] Outcome outcome_of(const LiveRun& live);

// True when the workspace has served its purpose: its work is accepted and published.
[[nodiscard]] bool workspace_served(const LiveRun& live);

// True when a tree of commits is made of what the agent left.
[[nodiscard]] bool wants_snapshot(const LiveRun& live);

}  // namespace orchestrate
