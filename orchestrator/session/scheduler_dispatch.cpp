#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <stdexcept>

#include "orchestrator/attempt/bundle.h"
#include "orchestrator/attempt/continuation.h"
#include "orchestrator/attempt/packet.h"
#include "orchestrator/attempt/step_requests.h"
#include "orchestrator/project/agent_program.h"
#include "orchestrator/queue/hand_over.h"
#include "orchestrator/queue/queue.h"
#include "orchestrator/queue/survey.h"
#include "orchestrator/session/scheduler.h"
#include "orchestrator/store/json.h"
#include "spawners/local/leftovers.h"

namespace orchestrate {
namespace {

constexpr std::size_t kMetPerTurn = 1000;  // so that a million new tasks do not keep the loop from what runs

std::string publish_branch(const std::string& pattern, const Task& task) {
  std::string branch = pattern;
  const auto at = branch.find("{id}");
  if (at != std::string::npos) branch.replace(at, 4, std::to_string(task.id));
  return branch;
}

std::vector<DueCheck> due_checks(const Task& task, const config::Config& config) {
  std::vector<DueCheck> checks;
  for (const auto& text : task.checks) {
    std::string why;
    const auto argv = config::split_command(text, why);
    if (!argv) throw std::runtime_error("its check `" + text + "` cannot be split into arguments: " + why);
    checks.push_back({{*argv, text}, false, std::nullopt});
  }
  for (const auto& command : config.checks.commands)
    checks.push_back({command, true, std::nullopt});
  return checks;
}

}  // namespace

Situation Scheduler::situation() const {
  Situation s = surroundings(project_->config, store_, runner_.now().wall_ms);
  s.unusable = unusable_;
  s.max_parallel = options_.max_parallel.value_or(s.max_parallel);
  s.max_session_cost_usd = options_.max_cost_usd.value_or(s.max_session_cost_usd);
  s.closed = !closed_.empty() ? closed_ : !paused_.empty() ? paused_ : disk_shortage();
  count_running(s);
  return s;
}

// What each start changes.
void Scheduler::count_running(Situation& s) const {
  if (!closed_.empty()) s.closed = closed_;
  s.running = static_cast<int>(live_.size());
  s.running_by_type.clear();
  s.session_cost_usd = spent_usd_;
  s.reserved_cost_usd = 0;
  for (const auto& [id, live] : live_) {
    ++s.running_by_type[live.run.run.agent_type];
    const double cost_usd = used_by(live.run).cost_usd;
    s.session_cost_usd += cost_usd;
    s.reserved_cost_usd += std::max(0.0, live.run.agent.profile.max_cost_usd - cost_usd);
    s.in_place_busy |= live.run.kind == workspaces::Kind::in_place;
  }
}

// A night on a full disk ends in half-written work: better not to begin it.
std::string Scheduler::disk_shortage() const {
  for (const auto& dir : {project_->paths.state, project_->paths.workspaces}) {
    struct statvfs fs {};
    if (::statvfs(dir.c_str(), &fs) != 0) continue;  // not made yet
    const auto free_bytes = static_cast<std::int64_t>(fs.f_bavail) * static_cast<std::int64_t>(fs.f_frsize);
    const std::int64_t floor_bytes = project_->config.retention.free_disk_floor_bytes;
    if (free_bytes >= floor_bytes) continue;
    return "only " + std::to_string(free_bytes >> 20) + " MiB are free below " + dir + "; the floor is " +
           std::to_string(floor_bytes >> 20) + " MiB ([retention] free_disk_floor)";
  }
  return {};
}

// Offers queued tasks in order, until no slot is free.
void Scheduler::fill_slots() {
  left_by_limit_.clear();
  const std::int64_t now_ms = runner_.now().wall_ms;
  wake_at_ms_ = store_.tasks.next_due(now_ms, options_.only, options_.watch);
  Situation now = situation();
  Queue queue(store_, options_.ranks, options_.only, now_ms, project_->config.dispatch.aging_ms);
  while (now.running < now.max_parallel) {
    const auto task = queue.next();
    if (!task) {
      met_up_to_ = store_.tasks.last_id();
      return;
    }
    if (consider(*task, now)) count_running(now);
  }
  meet_new_tasks(now);
}

// What is a person's to do must not wait for a free slot.
void Scheduler::meet_new_tasks(const Situation& now) {
  const std::int64_t last = store_.tasks.last_id();
  if (met_up_to_ >= last) return;
  const auto tasks = store_.tasks.queued_after(met_up_to_, kMetPerTurn);
  met_up_to_ = tasks.size() < kMetPerTurn ? last : tasks.back().id;
  const auto& only = options_.only;
  const auto& ranks = options_.ranks;
  for (const auto& task : tasks) {
    const bool asked_for = only.empty() ? std::find(ranks.begin(), ranks.end(), task.rank) != ranks.end()
                                        : std::find(only.begin(), only.end(), task.id) != only.end();
    if (asked_for) consider(task, now);
  }
  look_ |= met_up_to_ < last;
}

// True when the task was started: the situation is another one now.
bool Scheduler::consider(const Task& task, const Situation& now) {
  const Decision decision = decide(
      task, task.depends_on.empty() ? std::vector<Task>{} : store_.tasks.unmet_dependencies(task.id), now);
  switch (decision.kind) {
    case Decision::Kind::start:
      start(task, decision);
      return true;
    case Decision::Kind::human:
      store_.hand_over(task.id,
                       packet_for(task, decision, prompt_for_person(task, decision, *project_, store_)),
                       runner_.now().wall_ms);
      return false;
    case Decision::Kind::wait:
      break;
  }
  if (decision.stopped_by_limit && decision.due) left_by_limit_ = decision.holds.back();
  const bool only_time = decision.wake_at_ms && (decision.due || options_.watch);
  if (only_time) wake_at_ms_ = std::min(wake_at_ms_.value_or(*decision.wake_at_ms), *decision.wake_at_ms);
  return false;
}

void Scheduler::start(const Task& task, const Decision& decision) {
  Run run;
  run.task = task.id;
  run.session = session_;
  run.agent_type = decision.route.to;
  run.driver = project_->config.agent_types.at(run.agent_type).profile.driver;
  run.rule = decision.route.rule;
  run.started_ms = runner_.now().wall_ms;
  run.id = store_.runs.start(run);
  if (run.id == 0) return;
  ++started_;
  if (options_.max_tasks && started_ >= *options_.max_tasks)
    closed_ = "as many tasks as were asked for have been started";
  Live& live = live_[run.id];
  live.project = project_;
  live.started_mono_ms = live.last_line_mono_ms = runner_.now().mono_ms;
  try {
    live.run = live_run(run, task);
  } catch (const std::runtime_error& e) {
    live.run.run = run;
    live.run.task = task;
    live.run.setup_error = e.what();
  }
  advance(live);
}

LiveRun Scheduler::live_run(const Run& run, const Task& task) const {
  const auto& config = project_->config;
  LiveRun live;
  live.run = run;
  live.task = task;
  live.agent = config.agent_types.at(run.agent_type);
  live.driver = spawners::find_driver(live.agent.profile.driver);
  live.kind = workspace_kind(config, live.agent);
  live.hooks = config.hooks;
  live.checks = due_checks(task, config);
  live.baseline = config.checks.baseline;
  live.fresh = config.checks.fresh;
  live.attempts_allowed = config.limits.task_attempts;
  live.branch = publish_branch(config.workspace.branch, task);
  live.earlier_failure = earlier_failure(task, store_);
  live.gates = config.checks.protected_paths;
  const auto control = live.driver->control_files(live.agent.profile);
  live.gates.insert(live.gates.end(), control.begin(), control.end());
  live.hidden = live.driver->hidden_files(live.agent.profile);
  know_program(live);
  go_on_in_session(live);
  // Of a plain job in an empty folder nothing is read afterwards: no repository, no step of its own. But what
  // an attempt left there to steer its CLI must be put away before the next one.
  const bool steered =
      !live.hidden.empty() ||
      (live.agent.profile.repository_config == spawners::RepositoryConfig::trust && !control.empty());
  if (live.kind == workspaces::Kind::scratch && !wants_snapshot(live) && !steered) {
    live.created = workspaces::create_folder(project_->paths.workspaces, task_key(live));
  }
  return live;
}

// The version is asked once for each file that is the CLI, and then known.
void Scheduler::know_program(LiveRun& live) const {
  const auto& traits = live.driver->traits();
  if (traits.states_version || traits.command.empty()) return;
  const std::string program = program_identity(live.agent.profile, options_.environment);
  if (program.empty()) return;
  live.run.evidence.cli_version = store_.values.get(program);
  if (live.run.evidence.cli_version.empty()) live.program = program;
}

void Scheduler::go_on_in_session(LiveRun& live) const {
  auto earlier = store_.runs.of_task(live.task.id);
  std::erase_if(earlier, [&live](const Run& run) { return run.id >= live.run.id; });
  const Continuation c = continuation(earlier, live.agent, *live.driver);
  live.resume_session = c.session;
  live.charged = c.charged;
}

// Runs of a session that died. Their steps are walked again: the runner finds each ended, running or not
// begun.
void Scheduler::adopt_open_runs() {
  for (const auto& run : store_.runs.open()) {
    const auto task = store_.tasks.find(run.task);
    Live& live = live_[run.id];
    live.project = project_;
    live.started_mono_ms = live.last_line_mono_ms = runner_.now().mono_ms;
    try {
      live.run = live_run(run, *task);
    } catch (const std::exception& e) {
      live.run.run = run;
      live.run.task = *task;
      live.run.setup_error = std::string("it cannot be taken up again: ") + e.what();
      end_agent_of(live.run);
    }
  }
  store_.write([this] {
    for (auto& [id, live] : live_)
      advance(live);
  });
}

// Nobody would watch it any more: its agent type is gone from the configuration.
void Scheduler::end_agent_of(const LiveRun& live) {
  const int n = store_.steps.agent_of(live.run.id);
  if (n == 0) return;
  const std::string id = step_id(live, n, {StepKind::agent});
  runner_.start({id, {}, false});  // it began before, so this only finds it
  runner_.cancel(id);
}

StepContext Scheduler::context_of(const Live& live) const {
  return {&live.project->paths, &live.project->config, options_.environment};
}

std::string Scheduler::bundle_for(const Live& each) {
  const LiveRun& live = each.run;
  BundleContext c;
  c.agent_type = live.run.agent_type;
  c.workspace = live.created ? live.created->path : "";
  c.branch = live.branch;
  c.expects_changes = live.agent.expects_changes;
  for (const auto& check : live.checks) {
    c.checks.push_back(check.command.text);
    if (check.red_on_base.value_or(false)) c.red_on_base.push_back(check.command.text);
  }
  c.earlier_failure = live.earlier_failure;
  return each.project->prompts.render(live.agent.prompt, make_bundle(live.task, c, *each.project, store_));
}

void Scheduler::make_home(const std::string& agent_type) const {
  const std::string home = project_->paths.homes + "/" + agent_type;
  ::mkdir(home.c_str(), 0700);
  ::mkdir((home + "/tmp").c_str(), 0700);
}

spawners::Step Scheduler::step_for(Live& live, const StepRef& ref) {
  LiveRun& run = live.run;
  spawners::Step step;
  // A run that is taken up again finds its agent where it was, whatever has since become of the steps before
  // it.
  const int agent_before = ref.kind == StepKind::agent ? store_.steps.agent_of(run.run.id) : 0;
  if (agent_before > 0) run.steps_begun = agent_before - 1;
  step.id = step_id(run, run.steps_begun + 1, ref);
  if (ref.kind == StepKind::version || ref.kind == StepKind::agent) make_home(run.run.agent_type);
  if (ref.kind == StepKind::version) {
    const auto plan = version_launch(run, context_of(live));
    if (!plan.refused.empty()) throw std::runtime_error(plan.refused);
    step.launch = plan.launch;
  } else if (ref.kind == StepKind::agent) {
    const auto plan = agent_launch(run, bundle_for(live), context_of(live));
    // Once begun, the agent needs no launch; its workspace may even have been removed already.
    if (!plan.refused.empty() && agent_before == 0) throw std::runtime_error(plan.refused);
    step.launch = plan.launch;
    step.wants_lines = true;
    if (!plan.session_id.empty()) run.notes.session_id = plan.session_id;
    store_.runs.set_phase(run.run.id, "running", runner_.now().wall_ms);
  } else {
    step.launch = launch_of(run, ref, context_of(live));
    if (run.exit) store_.runs.set_phase(run.run.id, "verifying", runner_.now().wall_ms);
  }
  step.launch.env.push_back(spawners::step_mark(project_->paths.runs + "/" + step.id));
  ++run.steps_begun;
  run.current = ref;
  live.step_id = step.id;
  store_.steps.started(run.run.id, run.steps_begun, step_name(ref.kind), runner_.now().wall_ms);
  return step;
}

}  // namespace orchestrate
