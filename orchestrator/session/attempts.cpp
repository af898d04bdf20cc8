#include "orchestrator/session/attempts.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "orchestrator/attempt/begin.h"
#include "orchestrator/attempt/ending.h"
#include "orchestrator/attempt/flow.h"
#include "orchestrator/attempt/judge.h"
#include "orchestrator/attempt/launch_refused.h"
#include "orchestrator/attempt/machine_fault.h"
#include "orchestrator/attempt/steps/results.h"

namespace orchestrate {
namespace {

constexpr std::int64_t kWriteEveryMs = 2'000;

std::int64_t run_of(const std::string& step_id) {
  return std::stoll(step_id);
}

// What another run has learnt of the same base is not asked again.
void recall_baselines(Attempt& a, Store& store) {
  for (std::size_t i = 0; i < a.terms.checks.size(); ++i) {
    const DueCheck& check = a.terms.checks[i];
    if (!check.of_project) continue;
    const auto passed =
        store.baselines.find(a.facts.created->base_commit, check.command.text, a.run.started_ms);
    if (passed) a.facts.red_on_base.at(i) = !*passed;
  }
}

bool never_ran(const std::optional<spawners::ExitRecord>& record) {
  return record && record->reason == spawners::ExitReason::not_started;
}

std::string unprepared(const Attempt& a) {
  return "unprepared " + a.facts.created->path;
}

}  // namespace

Attempts::Attempts(Store& store, spawners::Runner& runner, const Machine& machine,
                   const SessionOptions& options, Trouble& trouble)
    : store_(store),
      runner_(runner),
      machine_(machine),
      options_(options),
      trouble_(trouble),
      random_(options.seed) {}

LiveAttempt& Attempts::live_attempt(const Run& run, const Task& task,
                                    std::shared_ptr<const Project> project) {
  LiveAttempt& live = live_[run.id];
  live.project = std::move(project);
  live.started_mono_ms = live.last_line_mono_ms = runner_.now().mono_ms;
  live.attempt.run = run;
  live.attempt.task = task;
  return live;
}

void Attempts::begin(const Run& run, const Task& task, std::shared_ptr<const Project> project) {
  LiveAttempt& live = live_attempt(run, task, std::move(project));
  make(live);
  advance(live);
}

void Attempts::make(LiveAttempt& live) {
  const Attempt& a = live.attempt;
  try {
    if (live.task_is_gone) throw LaunchRefused("its task's row was removed");
    if (const auto& errors = live.project->errors; !errors.empty())
      throw LaunchRefused("the configuration that it began with: " + errors.front().file + ": " +
                          errors.front().message);
    live.attempt = begin_attempt(a.run, a.task, {*live.project, machine_, store_, options_.environment});
    if (a.facts.created && !a.facts.created->reused && live.taken_up && store_.steps.agent_of(a.run.id) > 0)
      throw LaunchRefused("its workspace is gone: " + a.facts.created->path);
    if (a.facts.created) remember_workspace(live.attempt);
  } catch (const LaunchRefused& e) {
    const std::string what = live.taken_up ? "it cannot be taken up again: " : "";
    live.attempt.facts.setup_error = what + e.what();
  } catch (const MachineFault& e) {
    return hold(live, e.what());
  }
  live.made = true;
}

void Attempts::adopt_open(const std::shared_ptr<const Project>& project) {
  std::map<std::string, std::shared_ptr<const Project>> kept;
  const auto began_with = [&](const Run& run) {
    auto& with = kept[run.configuration];
    if (!with && run.configuration.empty()) with = project;  // of an earlier version
    if (!with)
      with = std::make_shared<const Project>(machine_.kept_configuration(project->paths, run.configuration));
    return with;
  };
  for (const auto& run : store_.runs.open()) {
    Task gone;
    gone.id = run.task;
    const auto task = store_.tasks.find(run.task);
    LiveAttempt& live = live_attempt(run, task.value_or(gone), began_with(run));
    live.taken_up = true;
    live.task_is_gone = !task;
    make(live);
  }
  std::set<std::string> names;
  for (const auto& [name, with] : kept)
    names.insert(name);
  machine_.forget_configurations(project->paths, names);
  for (auto& [id, live] : live_)
    advance(live);
}

// What a session before has begun, and nobody has found yet. An attempt is not over, and begins nothing else,
// while that may live: its agent, or a hook or a check that is not due any more.
std::optional<StepRef> Attempts::left_over(const LiveAttempt& live, const std::optional<StepRef>& next) {
  const Attempt& a = live.attempt;
  if (!live.taken_up) return std::nullopt;
  const bool is_found = next && a.facts.setup_error.empty() && begun_as(live, number_of(live, *next));
  if (is_found) return std::nullopt;
  for (const auto& begun : store_.steps.of_run(a.run.id)) {
    if (begun.discarded || live.found.contains(begun.n)) continue;
    if (begun.name == step_name(StepKind::agent)) return StepRef{StepKind::agent};
    if (!begun.ended) return StepRef{StepKind::leftover, static_cast<std::size_t>(begun.n)};
  }
  return std::nullopt;
}

LiveAttempt* Attempts::running_step(const std::string& step_id) {
  const auto found = live_.find(run_of(step_id));
  return found == live_.end() || found->second.attempt.walk.step_id != step_id ? nullptr : &found->second;
}

void Attempts::apply(const spawners::Event& event) {
  if (const auto* started = std::get_if<spawners::Started>(&event)) {
    on_started(*started);
  } else if (const auto* lines = std::get_if<spawners::Lines>(&event)) {
    on_lines(*lines);
  } else if (const auto* exited = std::get_if<spawners::Exited>(&event)) {
    on_ended(exited->step, exited->record);
  } else if (const auto* lost = std::get_if<spawners::Lost>(&event)) {
    on_ended(lost->step, std::nullopt, lost->why);
  }
}

void Attempts::on_started(const spawners::Started& started) {
  const LiveAttempt* live = running_step(started.step);
  if (live == nullptr) return;
  const Attempt& a = live->attempt;
  if (!a.walk.current) return;
  if (a.walk.current->kind == StepKind::agent) store_.runs.set_pid(a.run.id, started.pid);
  // A folder may be emptied later: what may not be begun twice is on record.
  if (!may_be_repeated(a.walk.current->kind)) store_.steps.ran(a.run.id, a.walk.n);
}

void Attempts::on_lines(const spawners::Lines& lines) {
  LiveAttempt* live = running_step(lines.step);
  if (live == nullptr) return;
  const Terms& terms = live->attempt.terms;
  auto& notes = live->attempt.facts.notes;
  for (const auto& line : lines.lines)
    spawners::fold(notes, terms.driver->read(terms.agent.profile, lines.file, line));
  if (notes.rate_limit && !notes.rate_limit->until_ms && notes.rate_limit->until_of_day_ms) {
    notes.rate_limit->until_ms =
        spawners::next_of_day(*notes.rate_limit->until_of_day_ms, runner_.now().wall_ms);
  }
  live->last_line_mono_ms = runner_.now().mono_ms;
  live->dirty = true;
}

void Attempts::on_ended(const std::string& step_id, std::optional<spawners::ExitRecord> record,
                        const std::string& lost_why) {
  LiveAttempt* live = running_step(step_id);
  if (live == nullptr || !live->attempt.walk.current) return;
  Attempt& a = live->attempt;
  // Its own may be gone from the disk since it was read.
  if (!record && live->taken_up) record = store_.steps.exit_of(a.run.id, a.walk.n);
  const StepRef step = *std::exchange(a.walk.current, std::nullopt);
  const std::string fault = fault_behind(*live, record);
  const bool is_due_again = !fault.empty() && (never_ran(record) || may_be_repeated(step.kind));
  store_.steps.ended(a.run.id, a.walk.n, record, {fault, is_due_again}, runner_.now().wall_ms);
  if (is_due_again) return hold(*live, fault);
  heed_fault(a, step, fault);
  const bool agent_has_ended = a.facts.exit.has_value();
  StepLeft left = read_left(runner_, step_id, step.kind, record);
  left.lost_why = lost_why;
  apply_step(a, step, left);
  // By us, by a verb while no session ran, or by a machine that is shut down: never for a fault of its own.
  // What comes after the agent is asked again: its work is there.
  const bool cut_short = record && record->reason == spawners::ExitReason::cancelled && !agent_has_ended;
  if (cut_short || a.facts.cancelled) a.facts.interrupted = true;
  remember(*live, step);
  write_row(*live);
  advance(*live);
}

// The fault of the machine that a step failed under; empty: it is the step's own failure, or none.
std::string Attempts::fault_behind(const LiveAttempt& live,
                                   const std::optional<spawners::ExitRecord>& record) {
  if (!record || record->clean_exit() || record->reason == spawners::ExitReason::cancelled) return {};
  if (never_ran(record)) return spawners::describe(*record);
  // Then, not now: what a session before has seen, or could not write down.
  const auto begun = begun_as(live, live.attempt.walk.n);
  if (begun && begun->ended) return begun->fault;
  if (record->ended_at_ms >= failed_from_ms_ && record->ended_at_ms <= failed_to_ms_)
    return "its end could not be written down";
  return machine_.fault(live.project->paths);
}

// What may not be begun again is not judged by what it left then.
void Attempts::heed_fault(Attempt& a, const StepRef& step, const std::string& fault) {
  if (fault.empty()) return trouble_.hope(runner_.now().mono_ms);
  trouble_.meet(fault, runner_.now().mono_ms);
  const bool decides = step.kind == StepKind::after_create || step.kind == StepKind::before_run ||
                       step.kind == StepKind::agent;
  if (decides && !a.facts.exit) a.facts.machine_fault = fault;
}

void Attempts::recall(double spent_usd, std::int64_t failed_from_ms, std::int64_t failed_to_ms) {
  spent_usd_ = spent_usd;
  failed_from_ms_ = failed_from_ms;
  failed_to_ms_ = failed_to_ms;
}

void Attempts::hold(LiveAttempt& live, const std::string& why) {
  trouble_.meet(why, runner_.now().mono_ms);
  live.held = true;
}

void Attempts::go_on() {
  for (auto& [id, live] : live_) {
    if (!std::exchange(live.held, false)) continue;
    if (!live.made) make(live);
    advance(live);
  }
}

void Attempts::leave_held() {
  for (const auto& step : std::exchange(ready_, {}))
    live_.erase(run_of(step.id));
  std::erase_if(live_, [](const auto& entry) { return entry.second.held; });
}

// What is true beyond this attempt.
void Attempts::remember(LiveAttempt& live, const StepRef& step) {
  Attempt& a = live.attempt;
  if (step.kind == StepKind::create && a.facts.created) {
    remember_workspace(a);
    recall_baselines(a, store_);
  }
  const bool prepared =
      a.facts.setup_error.empty() && a.walk.after_create == a.terms.hooks.after_create.size();
  if (step.kind == StepKind::after_create && prepared) store_.values.remove(unprepared(a));
  if (step.kind == StepKind::baseline && a.facts.red_on_base.at(step.index)) {
    store_.baselines.put(a.facts.created->base_commit, a.terms.checks.at(step.index).command.text,
                         !*a.facts.red_on_base.at(step.index), runner_.now().wall_ms);
  }
  if (step.kind == StepKind::version && !a.run.evidence.cli_version.empty())
    store_.values.set(a.terms.program, a.run.evidence.cli_version);
}

// A new one is not prepared before its hooks have succeeded, in whichever attempt.
void Attempts::remember_workspace(Attempt& a) {
  if (a.terms.hooks.after_create.empty()) return;
  if (!a.facts.created->reused) store_.values.set(unprepared(a), "");
  a.facts.unprepared = store_.values.has(unprepared(a));
}

void Attempts::cancel_task(std::int64_t task) {
  for (auto& [id, live] : live_) {
    Attempt& a = live.attempt;
    if (a.task.id != task || a.facts.cancelled || a.verdict) continue;
    if (live.taken_up && store_.steps.publishing_begun(id)) continue;
    a.facts.cancelled = true;
    stop(live);
  }
}

void Attempts::end_agents() {
  for (auto& [id, live] : live_) {
    const Attempt& a = live.attempt;
    if (a.facts.exit && !(a.walk.current && a.walk.current->kind == StepKind::agent)) {
      live.attempt.walk.stopping = true;
      continue;
    }
    stop(live);
  }
}

// What runs is ended; what was to be started is not.
void Attempts::stop(LiveAttempt& live) {
  Attempt& a = live.attempt;
  a.walk.stopping = true;
  // Without its terms nothing of it can be begun: what lives of it is found, and ended.
  if (!live.made) {
    a.facts.interrupted = true;
    a.facts.setup_error = "it was not begun, for a fault of the machine: " + trouble_.why();
  }
  const auto ready = std::ranges::find(ready_, a.walk.step_id, &spawners::Step::id);
  const bool is_to_start = ready != ready_.end() && !ready->begun_before;
  if (is_to_start) {
    ready_.erase(ready);
    a.walk.current.reset();
  }
  if (is_to_start || std::exchange(live.held, false)) return advance(live);
  if (a.walk.current) runner_.cancel(a.walk.step_id);
}

// On to the next step, or to the verdict and then to what the verdict asks for.
void Attempts::advance(LiveAttempt& live) {
  if (live.held) return;
  Attempt& a = live.attempt;
  auto step = next_step(a);
  if (step && a.walk.stopping && !a.facts.exit) {
    a.facts.interrupted = true;
    step.reset();
  }
  if (const auto left = left_over(live, step)) step = left;
  if (!step && !a.verdict) {
    a.verdict = judge(a.facts, a.terms);
    step = next_step(a);
  }
  if (!step) return settle(live);
  try {
    ready_.push_back(step_for(live, *step));
  } catch (const MachineFault& e) {
    hold(live, e.what());
  } catch (const LaunchRefused& e) {
    a.facts.setup_error = e.what();
    a.walk.current.reset();
    if (left_over(live, std::nullopt)) return advance(live);
    a.verdict = judge(a.facts, a.terms);
    settle(live);
  }
}

void Attempts::settle(LiveAttempt& live) {
  Attempt& a = live.attempt;
  const std::int64_t now_ms = runner_.now().wall_ms;
  a.verdict = judge_landing(*a.verdict, a.facts);
  const double random = std::uniform_real_distribution<double>(0, 1)(random_);
  const Settlement settlement =
      end_attempt(a, now_ms, random, live.project->paths.runs + "/" + std::to_string(a.run.id));
  store_.end_run(a.run, settlement, now_ms);
  spent_usd_ += a.run.cost_usd;
  ended_.push_back(a.run.id);
}

bool Attempts::forget_ended() {
  for (const std::int64_t id : ended_)
    live_.erase(id);
  return !std::exchange(ended_, {}).empty();
}

void Attempts::write_progress() {
  const std::int64_t now_ms = runner_.now().mono_ms;
  for (auto& [id, live] : live_) {
    if (live.dirty && now_ms - live.written_mono_ms >= kWriteEveryMs) write_row(live);
  }
}

void Attempts::write_row(LiveAttempt& live) {
  describe_progress(live.attempt);
  store_.runs.progress(live.attempt.run);
  live.dirty = false;
  live.written_mono_ms = runner_.now().mono_ms;
}

std::optional<std::int64_t> Attempts::next_write_mono_ms() const {
  std::optional<std::int64_t> next;
  for (const auto& [id, live] : live_) {
    const std::int64_t due = live.written_mono_ms + kWriteEveryMs;
    if (live.dirty) next = std::min(next.value_or(due), due);
  }
  return next;
}

std::vector<RunningView> Attempts::views() const {
  std::vector<RunningView> views;
  const std::int64_t now_ms = runner_.now().mono_ms;
  for (const auto& [id, live] : live_) {
    const Attempt& a = live.attempt;
    const auto& notes = a.facts.notes;
    views.push_back({a.task.id, a.run.id, a.task.title, a.run.agent_type,
                     a.walk.current ? step_name(a.walk.current->kind) : "", notes.last_activity,
                     now_ms - live.started_mono_ms, now_ms - live.last_line_mono_ms,
                     notes.tokens_in + notes.tokens_out, notes.cost_usd});
  }
  return views;
}

}  // namespace orchestrate
