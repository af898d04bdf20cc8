#include "orchestrator/attempt/flow.h"

#include <algorithm>

namespace orchestrate {
namespace {

using spawners::ExitReason;

std::optional<StepRef> next_baseline(const LiveRun& live) {
  if (!live.baseline || !wants_snapshot(live)) return std::nullopt;
  const auto unknown = std::find_if(live.checks.begin(), live.checks.end(),
                                    [](const DueCheck& c) { return c.of_project && !c.red_on_base; });
  if (unknown == live.checks.end()) return std::nullopt;
  if (!live.base_checked_out) return StepRef{StepKind::base_checkout};
  return StepRef{StepKind::baseline, static_cast<std::size_t>(unknown - live.checks.begin())};
}

std::optional<StepRef> next_before_agent(const LiveRun& live) {
  if (!live.created) return StepRef{StepKind::create};
  if (!live.created->reused && live.after_create_done < live.hooks.after_create.size()) {
    return StepRef{StepKind::after_create, live.after_create_done};
  }
  if (auto baseline = next_baseline(live)) return baseline;
  if (live.before_run_done < live.hooks.before_run.size())
    return StepRef{StepKind::before_run, live.before_run_done};
  // Last: nothing that a person's hooks or an earlier attempt put there may be seen either.
  if (!live.hidden.empty() && !live.hidden_done) return StepRef{StepKind::hide};
  if (!live.program.empty() && !live.version_asked) return StepRef{StepKind::version};
  return StepRef{StepKind::agent};
}

// Checks are run when all that is missing for an answer is their word.
bool worth_checking(const LiveRun& live) {
  Outcome so_far = outcome_of(live);
  so_far.checks_due = 0;
  so_far.checks.clear();
  const Verdict verdict = judge(so_far);
  return verdict.kind == VerdictKind::accept || verdict.inbox_kind == "tampered";
}

std::optional<StepRef> next_check(const LiveRun& live) {
  if (live.results.size() >= live.checks.size() || !worth_checking(live) || !live.fresh_error.empty()) {
    return std::nullopt;
  }
  if (live.fresh && live.snapshot && !live.fresh_checked_out) return StepRef{StepKind::fresh_checkout};
  return StepRef{StepKind::check, live.results.size()};
}

std::optional<StepRef> next_after_agent(const LiveRun& live) {
  const bool ran = live.exit && live.exit->reason != ExitReason::spawn_failed;
  if (ran && wants_snapshot(live) && !live.snapshot && live.snapshot_error.empty())
    return StepRef{StepKind::snapshot};
  if (auto check = next_check(live)) return check;
  if (ran && live.after_run_done < live.hooks.after_run.size())
    return StepRef{StepKind::after_run, live.after_run_done};
  return std::nullopt;
}

// The task goes on when a provider or a person has answered: nothing to publish yet.
bool goes_on(const Verdict& verdict) {
  const bool provider = verdict.inbox_kind == "auth_required" || verdict.inbox_kind == "budget";
  return verdict.kind == VerdictKind::retry || verdict.kind == VerdictKind::park || provider;
}

bool landing_due(const LiveRun& live) {
  return live.kind == workspaces::Kind::clone && live.snapshot && live.snapshot->changed &&
         !goes_on(*live.verdict);
}

std::optional<StepRef> next_after_verdict(const LiveRun& live) {
  if (landing_due(live) && !live.landed && live.land_error.empty()) return StepRef{StepKind::land};
  if (live.removal_done) return std::nullopt;
  if (workspace_served(live) && live.before_remove_done < live.hooks.before_remove.size()) {
    return StepRef{StepKind::before_remove, live.before_remove_done};
  }
  const bool checkouts = live.base_checked_out || live.fresh_checked_out;
  if (workspace_served(live) || checkouts) return StepRef{StepKind::remove};
  return std::nullopt;
}

}  // namespace

std::string step_name(StepKind kind) {
  switch (kind) {
    case StepKind::create:
      return "create";
    case StepKind::after_create:
    case StepKind::before_run:
    case StepKind::after_run:
    case StepKind::before_remove:
      return "hook";
    case StepKind::base_checkout:
    case StepKind::fresh_checkout:
      return "checkout";
    case StepKind::baseline:
      return "baseline";
    case StepKind::hide:
      return "hide";
    case StepKind::version:
      return "version";
    case StepKind::agent:
      return "agent";
    case StepKind::snapshot:
      return "snapshot";
    case StepKind::check:
      return "check";
    case StepKind::land:
      return "land";
    case StepKind::remove:
      return "remove";
  }
  return "step";
}

bool workspace_served(const LiveRun& live) {
  if (live.kind != workspaces::Kind::clone || !live.snapshot || live.keep_workspace) return false;
  return live.verdict && live.verdict->kind == VerdictKind::accept &&
         (live.landed || !live.snapshot->changed);
}

bool wants_snapshot(const LiveRun& live) {
  return live.kind != workspaces::Kind::scratch || live.agent.expects_changes;
}

std::optional<StepRef> next_step(const LiveRun& live) {
  if (live.verdict) return next_after_verdict(live);
  if (!live.setup_error.empty() || live.interrupted) return std::nullopt;
  if (!live.exit && !live.lost) return next_before_agent(live);
  return next_after_agent(live);
}

Outcome outcome_of(const LiveRun& live) {
  Outcome o;
  o.setup_error = live.setup_error;
  o.lost = live.lost;
  o.exit = live.exit;
  o.notes = live.notes;
  o.writes_terminal_record =
      live.driver != nullptr && live.driver->writes_terminal_record(live.agent.profile);
  o.expects_changes = live.agent.expects_changes;
  o.snapshot_taken = live.snapshot.has_value();
  o.snapshot_error = live.snapshot_error;
  o.changed = live.snapshot && live.snapshot->changed;
  if (live.snapshot) o.gates_changed = live.snapshot->gates_changed;
  o.checks = live.results;
  o.checks_due = live.checks.size();
  o.interrupted = live.interrupted;
  o.cancelled = live.cancelled;
  o.idempotent = live.agent.idempotent;
  o.attempt = live.task.ledger.attempts + 1;
  o.attempts_allowed = live.attempts_allowed;
  return o;
}

}  // namespace orchestrate
