// What an ended step left -> facts of the run.
#include "orchestrator/attempt/steps.h"
#include "spawners/step/step_files.h"
#include "text/listed.h"
#include "text/version.h"
#include "workspaces/step.h"

namespace orchestrate {
namespace {

constexpr std::size_t kTailBytes = 4000;  // of a failing check, for the next prompt and the inbox
constexpr std::size_t kVersionBytes = 4000;

std::string failure_text(const std::string& what, const std::string& dir,
                         const spawners::ExitRecord& record) {
  std::string text = what + ": " + spawners::describe(record);
  const std::string tail = spawners::output_tail(dir, "stderr", 1000);
  if (!tail.empty()) text += ": " + tail.substr(0, tail.find_last_not_of(" \n\t") + 1);
  return text;
}

// The result of a step of our own program, or why there is none.
workspaces::StepResult own_result(const std::string& what, const std::string& dir,
                                  const std::optional<spawners::ExitRecord>& record) {
  workspaces::StepResult none;
  if (!record) {
    none.error = what + ": its supervisor process was killed";
    return none;
  }
  auto result = workspaces::read_result(dir);
  if (result && (record->clean_exit() || !result->error.empty())) return *result;
  none.error = failure_text(what, dir, *record);
  return none;
}

void apply_hook(LiveRun& live, StepKind kind, const std::string& dir,
                const std::optional<spawners::ExitRecord>& record) {
  if (kind == StepKind::before_remove) {
    ++live.before_remove_done;
    if (!record || !record->clean_exit()) live.keep_workspace = true;
    return;
  }
  if (kind == StepKind::after_run) {
    ++live.after_run_done;  // reported, never fatal
    if (!record || !record->clean_exit()) live.run.evidence.flags.emplace_back("the after_run hook failed");
    return;
  }
  ++(kind == StepKind::after_create ? live.after_create_done : live.before_run_done);
  if (!record) live.setup_error = "the hook's supervisor process was killed";
  if (record && !record->clean_exit()) live.setup_error = failure_text("the hook", dir, *record);
}

void apply_check(LiveRun& live, std::size_t index, const std::string& dir,
                 const std::optional<spawners::ExitRecord>& record) {
  const DueCheck& due = live.checks.at(index);
  CheckResult result;
  result.command = due.command.text;
  result.of_project = due.of_project;
  result.red_on_base = due.red_on_base.value_or(false);
  result.passed = record && record->clean_exit();
  result.exit_code = record ? record->code : -1;
  result.how = record ? spawners::describe(*record) : "its supervisor process was killed";
  if (!result.passed) {
    result.output_tail = spawners::output_tail(dir, "stdout", kTailBytes / 2);
    result.output_tail += spawners::output_tail(dir, "stderr", kTailBytes / 2);
  }
  live.results.push_back(std::move(result));
}

std::string listed_in(const workspaces::Listing& files) {
  return listed(files.names, files.count - std::ssize(files.names));
}

void flag_files(LiveRun& live, const std::string& what, const workspaces::Listing& files) {
  if (!files.names.empty()) live.run.evidence.flags.push_back(what + ": " + listed_in(files));
}

void apply_create(LiveRun& live, const workspaces::StepResult& result) {
  live.setup_error = result.error;
  if (!result.error.empty()) return;
  live.created = result.created;
  flag_files(live, "control files were put back as in the base", live.created->restored);
}

void apply_hide(LiveRun& live, const workspaces::StepResult& result) {
  live.hidden_done = true;
  live.setup_error = result.error;
  const workspaces::Listing& files = result.hidden;
  if (files.names.empty()) return;
  if (live.kind != workspaces::Kind::in_place) return flag_files(live, "hidden from the agent's CLI", files);
  live.setup_error =
      listed_in(files) + ": would act on " + live.agent.profile.driver +
      " beyond its repository_config, no switch of it prevents that, and nothing is taken out of the project's "
      "own folder; use workspace = \"clone\" for the agent type '" +
      live.agent.profile.name + "', or repository_config = \"trust\" once you have read these files";
}

void apply_version(LiveRun& live, const std::string& dir, const std::optional<spawners::ExitRecord>& record) {
  live.version_asked = true;
  if (!record || !record->clean_exit()) return;  // the agent itself will tell what is wrong
  std::string said = spawners::output_tail(dir, "stdout", kVersionBytes);
  if (said.empty()) said = spawners::output_tail(dir, "stderr", kVersionBytes);
  const std::string number = text::version_number(said);
  live.run.evidence.cli_version = number.empty() ? text::version_line(said) : number;
}

void apply_snapshot(LiveRun& live, workspaces::StepResult result) {
  if (!result.error.empty()) {
    live.snapshot_error = result.error;
    return;
  }
  live.snapshot = std::move(result.snapshot);
}

}  // namespace

void apply_step(LiveRun& live, const StepRef& step, const std::string& dir,
                const std::optional<spawners::ExitRecord>& record) {
  switch (step.kind) {
    case StepKind::create:
      return apply_create(live, own_result("the workspace could not be made", dir, record));
    case StepKind::after_create:
    case StepKind::before_run:
    case StepKind::after_run:
    case StepKind::before_remove:
      return apply_hook(live, step.kind, dir, record);
    case StepKind::base_checkout:
      live.base_checked_out = true;
      if (!own_result("checkout", dir, record).error.empty())
        live.baseline = false;  // the answer stays unknown
      return;
    case StepKind::baseline:
      live.checks.at(step.index).red_on_base = !(record && record->clean_exit());
      return;
    case StepKind::hide:
      return apply_hide(live, own_result("its control files could not be hidden", dir, record));
    case StepKind::version:
      return apply_version(live, dir, record);
    case StepKind::agent:
      live.exit = record;
      live.lost = !record;
      return;
    case StepKind::snapshot:
      return apply_snapshot(live, own_result("snapshot", dir, record));
    case StepKind::fresh_checkout:
      live.fresh_error = own_result("checkout", dir, record).error;
      live.fresh_checked_out = live.fresh_error.empty();
      return;
    case StepKind::check:
      return apply_check(live, step.index, dir, record);
    case StepKind::land: {
      const auto result = own_result("publishing", dir, record);
      live.land_error = result.error;
      if (result.error.empty()) live.landed = result.landed;
      return;
    }
    case StepKind::remove: {
      const auto result = own_result("removing the workspace", dir, record);
      live.removal_done = true;
      live.removed = result.error.empty() && result.removed;
      const std::string why = result.error.empty() ? result.why : result.error;
      if (!why.empty()) live.run.evidence.flags.push_back("its workspace was kept: " + why);
      return;
    }
  }
}

}  // namespace orchestrate
