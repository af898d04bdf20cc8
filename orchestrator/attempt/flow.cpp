#include "orchestrator/attempt/flow.h"

#include "orchestrator/attempt/judge.h"

namespace orchestrate {
namespace {

using spawners::ExitReason;

std::optional<StepRef> next_baseline(const Attempt& a) {
  if (!a.terms.baseline || !wants_snapshot(a.terms)) return std::nullopt;
  for (std::size_t i = 0; i < a.terms.checks.size(); ++i) {
    const bool asked = a.facts.red_on_base.at(i) || a.facts.base_silence.contains(i);
    if (!a.terms.checks[i].of_project || asked) continue;
    if (!a.walk.base_checked_out) return StepRef{StepKind::base_checkout};
    return StepRef{StepKind::baseline, i};
  }
  return std::nullopt;
}

std::optional<StepRef> next_before_agent(const Attempt& a) {
  if (!a.facts.created) return StepRef{StepKind::create};
  const bool is_new = !a.facts.created->reused || a.facts.unprepared;
  if (is_new && a.walk.after_create < a.terms.hooks.after_create.size()) {
    return StepRef{StepKind::after_create, a.walk.after_create};
  }
  if (auto baseline = next_baseline(a)) return baseline;
  if (a.walk.before_run < a.terms.hooks.before_run.size())
    return StepRef{StepKind::before_run, a.walk.before_run};
  // Last: nothing that a person's hooks or an earlier attempt put there may be seen either.
  if (!a.terms.hidden.empty() && !a.walk.hidden) return StepRef{StepKind::hide};
  if (!a.terms.program.empty() && !a.walk.version_asked) return StepRef{StepKind::version};
  return StepRef{StepKind::agent};
}

std::optional<StepRef> next_check(const Attempt& a) {
  // Checks are run when all that is missing for an answer is their word.
  const Facts& f = a.facts;
  if (f.results.size() >= a.terms.checks.size() || !f.fresh_error.empty() || !f.silent_check.empty() ||
      judge_before_checks(f, a.terms)) {
    return std::nullopt;
  }
  if (a.terms.fresh && a.facts.snapshot && !a.walk.fresh_checked_out)
    return StepRef{StepKind::fresh_checkout};
  return StepRef{StepKind::check, a.facts.results.size()};
}

std::optional<StepRef> next_after_agent(const Attempt& a) {
  const bool ran = a.facts.exit && a.facts.exit->reason != ExitReason::spawn_failed;
  if (ran && wants_snapshot(a.terms) && !a.facts.snapshot && a.facts.snapshot_error.empty())
    return StepRef{StepKind::snapshot};
  if (auto check = next_check(a)) return check;
  if (ran && a.walk.after_run < a.terms.hooks.after_run.size())
    return StepRef{StepKind::after_run, a.walk.after_run};
  return std::nullopt;
}

// The task goes on when a provider or a person has answered: nothing to publish yet.
bool goes_on(const Verdict& verdict) {
  return verdict.kind == VerdictKind::retry || verdict.kind == VerdictKind::park ||
         about_provider(verdict.inbox_kind);
}

bool landing_due(const Attempt& a) {
  return a.terms.kind == workspaces::Kind::clone && a.facts.snapshot && a.facts.snapshot->changed &&
         !goes_on(*a.verdict);
}

std::optional<StepRef> next_after_verdict(const Attempt& a) {
  if (landing_due(a) && !a.facts.landed && a.facts.land_error.empty()) return StepRef{StepKind::land};
  if (a.walk.removed) return std::nullopt;
  if (workspace_served(a) && a.walk.before_remove < a.terms.hooks.before_remove.size()) {
    return StepRef{StepKind::before_remove, a.walk.before_remove};
  }
  const bool checkouts = a.walk.base_checked_out || a.walk.fresh_checked_out;
  if (workspace_served(a) || checkouts) return StepRef{StepKind::remove};
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
    case StepKind::leftover:
      return "leftover";
  }
  return "step";
}

bool workspace_served(const Attempt& a) {
  if (a.terms.kind != workspaces::Kind::clone || !a.facts.snapshot || a.facts.keep_workspace) return false;
  return a.verdict && a.verdict->kind == VerdictKind::accept &&
         (a.facts.landed || !a.facts.snapshot->changed);
}

bool wants_snapshot(const Terms& terms) {
  return terms.kind != workspaces::Kind::scratch || terms.agent.expects_changes;
}

std::optional<StepRef> next_step(const Attempt& a) {
  if (a.verdict) return next_after_verdict(a);
  if (!a.facts.setup_error.empty() || a.facts.interrupted) return std::nullopt;
  if (!a.facts.exit && !a.facts.lost) return next_before_agent(a);
  return next_after_agent(a);
}

}  // namespace orchestrate
