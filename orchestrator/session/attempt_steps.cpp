// How an attempt's next step is started.
#include <algorithm>
#include <system_error>
#include <utility>

#include "orchestrator/attempt/launch_refused.h"
#include "orchestrator/attempt/machine_fault.h"
#include "orchestrator/attempt/prompt/bundle.h"
#include "orchestrator/session/attempts.h"
#include "spawners/local/leftovers.h"
#include "spawners/step/step_id.h"

namespace orchestrate {
namespace {

// Too many words for the system, a name that is too long, an argument that no file can say: it will never
// start.
bool is_of_the_step(const std::error_code& code) {
  return code == std::errc::argument_list_too_long || code == std::errc::filename_too_long ||
         code == std::errc::invalid_argument || code == std::errc::illegal_byte_sequence;
}

}  // namespace

LaunchContext Attempts::context_of(const LiveAttempt& live) const {
  return {&live.project->paths, &machine_, options_.environment};
}

void Attempts::make_home(const LiveAttempt& live) const {
  try {
    machine_.make_folder(home_of(live.project->paths, live.attempt.run.agent_type) + kTemporary);
  } catch (const std::system_error& e) {
    throw MachineFault(e.what());
  }
}

void Attempts::make_step_folder(LiveAttempt& live, const std::string& step_id) const {
  std::string aside;
  try {
    aside = machine_.make_step_folder(live.project->paths.runs + "/" + step_id);
  } catch (const std::system_error& e) {
    throw MachineFault(e.what());
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
  } catch (const workspaces::WorkspaceError& e) {
    const std::string fault = machine_.fault(live.project->paths);
    if (!fault.empty()) throw MachineFault(fault);
    throw LaunchRefused(e.what());  // a folder or branch whose name no request can hold
  }
}

// A run that is taken up finds each step by its name where it was. What was begun under a name that the walk
// does not come to any more (a hook was changed, or is not due now) keeps its number.
int Attempts::number_of(const LiveAttempt& live, const StepRef& ref) {
  const Attempt& a = live.attempt;
  int n = a.walk.steps_begun + 1;
  if (!live.taken_up) return n;
  const int agent = ref.kind == StepKind::agent ? store_.steps.agent_of(a.run.id) : 0;
  if (agent > 0) return agent;
  const std::string name = full_name(a, ref);
  for (const auto& begun : store_.steps.of_run(a.run.id)) {
    if (begun.n < n) continue;
    if (begun.n == n && begun.never_ran) {
      ++n;
      continue;
    }
    // Before version 0.1.0 a row had the first word alone.
    if (begun.n > n || begun.name == name || begun.name == step_name(ref.kind)) break;
    ++n;
  }
  return n;
}

bool Attempts::was_begun(const LiveAttempt& live, int n) {
  return live.taken_up && std::ranges::any_of(store_.steps.of_run(live.attempt.run.id),
                                              [n](const auto& begun) { return begun.n == n; });
}

// Nobody waits any more for what was begun between the last step and this one.
void Attempts::end_passed_over(const LiveAttempt& live, int upto) {
  const Attempt& a = live.attempt;
  for (const auto& begun : store_.steps.of_run(a.run.id)) {
    if (begun.n <= a.walk.steps_begun || begun.n >= upto || begun.ended) continue;
    const std::string id = spawners::step_id(a.run.id, begun.n, begun.name);
    (void)spawners::kill_leftovers(live.project->paths.runs + "/" + id);
  }
}

spawners::Step Attempts::step_for(LiveAttempt& live, const StepRef& ref) {
  Attempt& a = live.attempt;
  const int n = number_of(live, ref);
  const bool begun_before = was_begun(live, n);
  spawners::Step step;
  step.id = step_id(a, n, ref);
  if (!begun_before) make_step_folder(live, step.id);
  step.wants_lines = ref.kind == StepKind::agent && a.facts.setup_error.empty();
  if (ref.kind == StepKind::agent && begun_before && !a.facts.setup_error.empty()) {
    // It is only found, and ended: nobody could judge its work.
  } else if (ref.kind == StepKind::version || ref.kind == StepKind::agent) {
    step.launch = agent_step(live, ref, begun_before);
  } else {
    step.launch = own_step(live, ref);
    if (a.facts.exit) store_.runs.set_phase(a.run.id, RunPhase::verifying, runner_.now().wall_ms);
  }
  step.launch.env.push_back(spawners::step_mark(live.project->paths.runs + "/" + step.id));
  if (live.taken_up) end_passed_over(live, n);
  a.walk.steps_begun = n;
  a.walk.current = ref;
  a.walk.step_id = step.id;
  step.begun_before = begun_before;
  if (!begun_before) store_.steps.started(a.run.id, n, full_name(a, ref), runner_.now().wall_ms);
  return step;
}

// An agent that a session before began, and whose work nobody wants, or could judge.
bool Attempts::is_only_found(const std::string& step_id) {
  const LiveAttempt* live = running_step(step_id);
  if (live == nullptr || !live->taken_up) return false;
  const Attempt& a = live->attempt;
  const bool is_agent = a.walk.current && a.walk.current->kind == StepKind::agent;
  return is_agent && (a.facts.cancelled || a.walk.stopping || !a.facts.setup_error.empty());
}

void Attempts::launch_ready() {
  while (!ready_.empty() && !trouble_.is_there()) {
    const spawners::Step& step = ready_.front();
    try {
      runner_.start(step);
      if (is_only_found(step.id)) runner_.cancel(step.id);
    } catch (const std::system_error& e) {
      if (!is_of_the_step(e.code())) return trouble_.meet(e.what(), runner_.now().mono_ms);
      spawners::ExitRecord record;
      record.reason = spawners::ExitReason::spawn_failed;
      record.error = e.what();
      failed_starts_.emplace_back(spawners::Exited{step.id, record});
    }
    ready_.pop_front();
  }
}

std::vector<spawners::Event> Attempts::take_failed_starts() {
  return std::exchange(failed_starts_, {});
}

}  // namespace orchestrate
