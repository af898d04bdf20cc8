// How an attempt's next step is started.
#include <algorithm>
#include <system_error>
#include <utility>

#include "orchestrator/attempt/launch_refused.h"
#include "orchestrator/attempt/machine_fault.h"
#include "orchestrator/attempt/prompt/bundle.h"
#include "orchestrator/session/attempts.h"
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

// A run that is taken up finds each step by its name, wherever it was; what is new comes behind all of them.
int Attempts::number_of(const LiveAttempt& live, const StepRef& ref) {
  const Attempt& a = live.attempt;
  int next = a.walk.steps_begun + 1;
  if (!live.taken_up) return next;
  if (ref.kind == StepKind::leftover) return static_cast<int>(ref.index);
  const std::string name = full_name(a, ref);
  // A hook may stand before the agent and behind it, and a checkout too: each is found on its own side.
  const int agent = store_.steps.agent_of(a.run.id);
  const bool is_behind = a.facts.exit || a.facts.lost;
  for (const auto& begun : store_.steps.of_run(a.run.id)) {
    next = std::max(next, begun.n + 1);
    if (begun.discarded || live.found.contains(begun.n)) continue;
    if (agent > 0 && begun.n != agent && (begun.n > agent) != is_behind) continue;
    // Before version 0.1.0 a row had the first word alone.
    if (begun.name == name || begun.name == step_name(ref.kind)) return begun.n;
  }
  return next;
}

std::optional<Steps::Begun> Attempts::begun_as(const LiveAttempt& live, int n) {
  if (!live.taken_up) return std::nullopt;
  const auto steps = store_.steps.of_run(live.attempt.run.id);
  const auto found = std::ranges::find(steps, n, &Steps::Begun::n);
  return found == steps.end() ? std::nullopt : std::optional(*found);
}

spawners::Step Attempts::step_for(LiveAttempt& live, const StepRef& ref) {
  Attempt& a = live.attempt;
  const int n = number_of(live, ref);
  const auto begun = begun_as(live, n);
  const bool is_agent = ref.kind == StepKind::agent;
  // Nobody could judge the work of such an agent; what has ended, or ran, is never begun again.
  const bool is_only_found = begun && (begun->ended || begun->ran || ref.kind == StepKind::leftover ||
                                       (is_agent && (a.run.pid || !a.facts.setup_error.empty())));
  spawners::Step step;
  step.id = begun ? spawners::step_id(a.run.id, n, begun->name) : step_id(a, n, ref);
  step.begun_before = begun.has_value();
  if (!begun) make_step_folder(live, step.id);
  step.wants_lines = is_agent && a.facts.setup_error.empty();
  const bool is_of_cli = ref.kind == StepKind::version || (is_agent && a.facts.setup_error.empty());
  if (is_of_cli) {
    step.launch = agent_step(live, ref, step.begun_before);
  } else if (!is_only_found) {
    step.launch = own_step(live, ref);
    if (a.facts.exit) store_.runs.set_phase(a.run.id, RunPhase::verifying, runner_.now().wall_ms);
  }
  if (is_only_found) step.launch.argv.clear();
  step.launch.origin = {store_.values.get(kDatabaseMark), a.task.id, false};
  a.walk.steps_begun = std::max(a.walk.steps_begun, n);
  a.walk.current = ref;
  a.walk.n = n;
  a.walk.step_id = step.id;
  // What was only waited for may be due later, by its name.
  if (ref.kind != StepKind::leftover) live.found.insert(n);
  if (!begun) store_.steps.started(a.run.id, n, full_name(a, ref), runner_.now().wall_ms);
  return step;
}

// What a session before began, and whose work nobody wants, or could judge.
bool Attempts::is_unwanted(const std::string& step_id) {
  const LiveAttempt* live = running_step(step_id);
  if (live == nullptr || !live->taken_up) return false;
  const Attempt& a = live->attempt;
  const bool may_live = a.walk.current && (a.walk.current->kind == StepKind::agent ||
                                           a.walk.current->kind == StepKind::leftover);
  return may_live && (a.facts.cancelled || a.walk.stopping || !a.facts.setup_error.empty());
}

// Also while the machine fails: what lives is found, and then ends by its limits or when somebody asks.
void Attempts::launch_ready() {
  std::erase_if(ready_, [this](const spawners::Step& step) {
    return (step.begun_before || !trouble_.is_there()) && launch(step);
  });
}

// False: the machine does not let it start.
bool Attempts::launch(const spawners::Step& step) {
  try {
    runner_.start(step);
    if (is_unwanted(step.id)) runner_.cancel(step.id);
  } catch (const std::system_error& e) {
    if (!is_of_the_step(e.code())) {
      trouble_.meet(e.what(), runner_.now().mono_ms);
      return false;
    }
    spawners::ExitRecord record;
    record.reason = spawners::ExitReason::spawn_failed;
    record.error = e.what();
    failed_starts_.emplace_back(spawners::Exited{step.id, record});
  }
  return true;
}

std::vector<spawners::Event> Attempts::take_failed_starts() {
  return std::exchange(failed_starts_, {});
}

}  // namespace orchestrate
