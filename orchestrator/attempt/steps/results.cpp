#include "orchestrator/attempt/steps/results.h"

#include "text/list.h"
#include "text/version.h"

namespace orchestrate {
namespace {

constexpr int kMostUnanswered = 3;

std::string failure_text(const std::string& what, const StepLeft& left) {
  std::string text = what + ": " + spawners::describe(*left.record);
  const std::string& tail = left.err_tail;
  if (!tail.empty()) text += ": " + tail.substr(0, tail.find_last_not_of(" \n\t") + 1);
  return text;
}

std::string why_no_answer(const StepLeft& left) {
  return left.record ? spawners::describe(*left.record) : left.lost_why;
}

// The result of a step of our own program, or why there is none.
workspaces::StepResult own_result(const std::string& what, const StepLeft& left) {
  workspaces::StepResult none;
  if (!left.record) {
    none.error = what + ": " + why_no_answer(left);
    return none;
  }
  if (left.result && (left.record->clean_exit() || !left.result->error.empty())) return *left.result;
  none.error = failure_text(what, left);
  return none;
}

void apply_hook(Attempt& a, StepKind kind, const StepLeft& left) {
  if (kind == StepKind::before_remove) {
    ++a.walk.before_remove;
    if (!left.record || !left.record->clean_exit()) a.facts.keep_workspace = true;
    return;
  }
  if (kind == StepKind::after_run) {
    ++a.walk.after_run;  // reported, never fatal
    if (!left.record || !left.record->clean_exit())
      a.run.evidence.flags.emplace_back("the after_run hook failed");
    return;
  }
  ++(kind == StepKind::after_create ? a.walk.after_create : a.walk.before_run);
  a.facts.hook_lost = !left.record;
  if (!left.record) a.facts.setup_error = "nobody knows what the hook did: " + left.lost_why;
  if (left.record && !left.record->clean_exit()) a.facts.setup_error = failure_text("the hook", left);
}

// A step that was killed before it could answer has said nothing, for or against anybody: missing evidence is
// not bad evidence. Those that may be begun again are, so often.
bool answers(const StepLeft& left) {
  return left.record && spawners::ended_by_itself(*left.record);
}

// A check that cannot be started says nothing of the work either. Of the base it does: what the task is to
// make may be missing there.
bool check_answers(const StepLeft& left) {
  return answers(left) && left.record->reason != spawners::ExitReason::spawn_failed;
}

bool is_due_again(Attempt& a, StepKind kind, const StepLeft& left) {
  if (!may_be_repeated(kind) || answers(left)) {
    a.walk.unanswered = 0;
    return false;
  }
  if (++a.walk.unanswered < kMostUnanswered) return true;
  a.walk.unanswered = 0;
  return false;
}

void apply_baseline(Attempt& a, std::size_t index, const StepLeft& left) {
  if (answers(left)) {
    a.facts.red_on_base.at(index) = !left.record->clean_exit();
  } else {
    a.facts.base_silence[index] = why_no_answer(left);
  }
}

// Without a base to run them in none of its checks can answer.
void apply_base_checkout(Attempt& a, const std::string& error) {
  a.walk.base_checked_out = true;
  if (error.empty()) return;
  for (std::size_t i = 0; i < a.terms.checks.size(); ++i)
    a.facts.base_silence.emplace(i, error);
}

void apply_check(Attempt& a, std::size_t index, const StepLeft& left) {
  const DueCheck& due = a.terms.checks.at(index);
  if (!check_answers(left)) {
    a.facts.silent_check = "`" + due.command.text + "` gave no answer: " + why_no_answer(left);
    return;
  }
  CheckResult result;
  result.command = due.command.text;
  result.of_project = due.of_project;
  result.red_on_base = a.facts.red_on_base.at(index).value_or(false);
  result.passed = left.record->clean_exit();
  result.exit_code = left.record->code;
  result.how = spawners::describe(*left.record);
  if (!result.passed) {
    result.output_tail = left.out_tail;
    result.output_tail += left.err_tail;
  }
  a.facts.results.push_back(std::move(result));
}

std::string listed_in(const workspaces::Listing& files) {
  return text::join_more(files.names, files.count - std::ssize(files.names));
}

void flag_files(Attempt& a, const std::string& what, const workspaces::Listing& files) {
  if (!files.names.empty()) a.run.evidence.flags.push_back(what + ": " + listed_in(files));
}

void apply_create(Attempt& a, const workspaces::StepResult& result) {
  a.facts.setup_error = result.error;
  if (!result.error.empty()) return;
  a.facts.created = result.created;
  flag_files(a, "control files were put back as in the base", a.facts.created->restored);
}

void apply_hide(Attempt& a, const workspaces::StepResult& result) {
  a.walk.hidden = true;
  a.facts.setup_error = result.error;
  const workspaces::Listing& files = result.hidden;
  if (files.names.empty()) return;
  if (a.terms.kind != workspaces::Kind::in_place) return flag_files(a, "hidden from the agent's CLI", files);
  a.facts.setup_error =
      listed_in(files) + ": would act on " + a.terms.agent.profile.driver +
      " beyond its repository_config, no switch of it prevents that, and nothing is taken out of the project's "
      "own folder; use workspace = \"clone\" for the agent type '" +
      a.terms.agent.profile.name + "', or repository_config = \"trust\" once you have read these files";
}

void apply_version(Attempt& a, const StepLeft& left) {
  a.walk.version_asked = true;
  if (!left.record || !left.record->clean_exit()) return;  // the agent itself will tell what is wrong
  std::string said = left.out_tail;
  if (said.empty()) said = left.err_tail;
  const std::string number = text::version_number(said);
  a.run.evidence.cli_version = number.empty() ? text::version_line(said) : number;
}

void apply_snapshot(Attempt& a, workspaces::StepResult result) {
  if (!result.error.empty()) {
    a.facts.snapshot_error = result.error;
    return;
  }
  a.facts.snapshot = std::move(result.snapshot);
}

}  // namespace

bool may_be_repeated(StepKind kind) {
  switch (kind) {
    case StepKind::after_create:
    case StepKind::before_run:
    case StepKind::after_run:
    case StepKind::before_remove:
    case StepKind::version:
    case StepKind::agent:
    case StepKind::leftover:
      return false;
    case StepKind::create:
    case StepKind::base_checkout:
    case StepKind::baseline:
    case StepKind::hide:
    case StepKind::snapshot:
    case StepKind::fresh_checkout:
    case StepKind::check:
    case StepKind::land:
    case StepKind::remove:
      return true;
  }
  return false;
}

void apply_step(Attempt& a, const StepRef& step, const StepLeft& left) {
  if (is_due_again(a, step.kind, left)) return;
  switch (step.kind) {
    case StepKind::create:
      return apply_create(a, own_result("the workspace could not be made", left));
    case StepKind::after_create:
    case StepKind::before_run:
    case StepKind::after_run:
    case StepKind::before_remove:
      return apply_hook(a, step.kind, left);
    case StepKind::base_checkout:
      return apply_base_checkout(a, own_result("checkout", left).error);
    case StepKind::baseline:
      return apply_baseline(a, step.index, left);
    case StepKind::hide:
      return apply_hide(a, own_result("its control files could not be hidden", left));
    case StepKind::version:
      return apply_version(a, left);
    case StepKind::leftover:
      return;
    case StepKind::agent:
      a.facts.exit = left.record;
      a.facts.lost = !left.record;
      a.facts.lost_why = left.lost_why;
      return;
    case StepKind::snapshot:
      return apply_snapshot(a, own_result("snapshot", left));
    case StepKind::fresh_checkout:
      a.facts.fresh_error = own_result("checkout", left).error;
      a.walk.fresh_checked_out = a.facts.fresh_error.empty();
      return;
    case StepKind::check:
      return apply_check(a, step.index, left);
    case StepKind::land: {
      const auto result = own_result("publishing", left);
      a.facts.land_error = result.error;
      if (result.error.empty()) a.facts.landed = result.landed;
      return;
    }
    case StepKind::remove: {
      const auto result = own_result("removing the workspace", left);
      a.walk.removed = true;
      a.facts.workspace_removed = result.error.empty() && result.removed;
      const std::string why = result.error.empty() ? result.why : result.error;
      if (!why.empty()) a.run.evidence.flags.push_back("its workspace was kept: " + why);
      return;
    }
  }
}

}  // namespace orchestrate
