// How an attempt's next step is started.
#include <system_error>
#include <utility>

#include "orchestrator/attempt/launch_refused.h"
#include "orchestrator/attempt/prompt/bundle.h"
#include "orchestrator/session/attempts.h"
#include "spawners/local/leftovers.h"

namespace orchestrate {

LaunchContext Attempts::context_of(const LiveAttempt& live) const {
  return {&live.project->paths, &machine_, options_.environment};
}

void Attempts::make_home(const LiveAttempt& live) const {
  try {
    machine_.make_folder(home_of(live.project->paths, live.attempt.run.agent_type) + kTemporary);
  } catch (const std::system_error& e) {
    throw LaunchRefused(e.what());
  }
}

void Attempts::make_step_folder(LiveAttempt& live, const std::string& step_id) const {
  std::string aside;
  try {
    aside = machine_.make_step_folder(live.project->paths.runs + "/" + step_id);
  } catch (const std::system_error& e) {
    throw LaunchRefused(e.what());
  }
  if (aside.empty()) return;
  live.attempt.run.evidence.flags.push_back(
      "somebody wrote into the folder of a step that had not begun; it was put aside: " + aside);
}

spawners::Launch Attempts::agent_step(LiveAttempt& live, const StepRef& ref, bool begun_before) {
  Attempt& a = live.attempt;
  make_home(live);
  const LaunchContext context = context_of(live);
  if (ref.kind == StepKind::version) {
    auto plan = version_launch(a, context);
    if (!plan.refused.empty()) throw LaunchRefused(plan.refused);
    return plan.launch;
  }
  const auto bundle = agent_bundle(a, *live.project, machine_, store_);
  auto plan = agent_launch(a, live.project->prompts.render(a.terms.agent.prompt, bundle), context);
  // Once begun, the agent needs no launch; its workspace may even have been removed already.
  if (!plan.refused.empty() && !begun_before) throw LaunchRefused(plan.refused);
  if (!plan.session_id.empty()) a.facts.notes.session_id = plan.session_id;
  store_.runs.set_phase(a.run.id, RunPhase::running, runner_.now().wall_ms);
  return plan.launch;
}

spawners::Launch Attempts::own_step(const LiveAttempt& live, const StepRef& ref) const {
  try {
    return launch_of(live.attempt, ref, context_of(live));
  } catch (const workspaces::WorkspaceError& e) {  // a folder or branch whose name no request can hold
    throw LaunchRefused(e.what());
  }
}

spawners::Step Attempts::step_for(LiveAttempt& live, const StepRef& ref) {
  Attempt& a = live.attempt;
  // A run that is taken up again finds its agent where it was, whatever has since become of the steps before
  // it.
  const bool may_be_begun = ref.kind == StepKind::agent && live.taken_up;
  const int agent_before = may_be_begun ? store_.steps.agent_of(a.run.id) : 0;
  if (agent_before > 0) a.walk.steps_begun = agent_before - 1;
  spawners::Step step;
  step.id = step_id(a, a.walk.steps_begun + 1, ref);
  step.wants_lines = ref.kind == StepKind::agent && a.facts.setup_error.empty();
  if (agent_before > 0 && !a.facts.setup_error.empty()) {
    // It is only found, and ended: nobody could judge its work.
  } else if (ref.kind == StepKind::version || ref.kind == StepKind::agent) {
    step.launch = agent_step(live, ref, agent_before > 0);
  } else {
    step.launch = own_step(live, ref);
    if (a.facts.exit) store_.runs.set_phase(a.run.id, RunPhase::verifying, runner_.now().wall_ms);
  }
  step.launch.env.push_back(spawners::step_mark(live.project->paths.runs + "/" + step.id));
  ++a.walk.steps_begun;
  a.walk.current = ref;
  a.walk.step_id = step.id;
  const std::string name = step_name(ref.kind);
  step.begun_before = !store_.steps.started(a.run.id, a.walk.steps_begun, name, runner_.now().wall_ms);
  if (!step.begun_before) make_step_folder(live, step.id);
  return step;
}

void Attempts::launch_ready() {
  for (auto& step : std::exchange(ready_, {})) {
    try {
      runner_.start(step);
      const LiveAttempt* live = running_step(step.id);
      if (live != nullptr && is_unwanted(live->attempt)) runner_.cancel(step.id);
    } catch (const std::system_error& e) {
      // A full disk, no more descriptors: this step's failure, not the night's.
      spawners::ExitRecord record;
      record.reason = spawners::ExitReason::spawn_failed;
      record.error = e.what();
      failed_starts_.emplace_back(spawners::Exited{step.id, record});
    }
  }
}

std::vector<spawners::Event> Attempts::take_failed_starts() {
  return std::exchange(failed_starts_, {});
}

}  // namespace orchestrate
