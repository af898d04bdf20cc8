#include <algorithm>

#include "orchestrator/attempt/backoff.h"
#include "orchestrator/attempt/continuation.h"
#include "orchestrator/attempt/packet.h"
#include "orchestrator/session/scheduler.h"
#include "orchestrator/store/json.h"

namespace orchestrate {
namespace {

constexpr std::size_t kSummaryBytes = 16 << 10;
constexpr std::size_t kListed = 200;

std::int64_t run_of(const std::string& step_id) {
  return std::stoll(step_id);
}

// The state a verdict gives to its task.
TaskState state_for(const Verdict& verdict) {
  switch (verdict.kind) {
    case VerdictKind::accept:
      return TaskState::done;
    case VerdictKind::retry:
    case VerdictKind::park:
      return TaskState::queued;
    case VerdictKind::escalate:
      break;
  }
  if (verdict.inbox_kind.empty()) return TaskState::cancelled;
  if (verdict.inbox_kind == "attempts_exhausted") return TaskState::failed;
  // Not the task's fault: it is tried again once the person has answered for the provider.
  if (verdict.inbox_kind == "auth_required" || verdict.inbox_kind == "budget") return TaskState::queued;
  return TaskState::waiting_human;
}

// What another run has learnt of the same base is not asked again.
void recall_baselines(LiveRun& live, Store& store) {
  for (auto& check : live.checks) {
    if (!check.of_project) continue;
    const auto passed =
        store.baselines.find(live.created->base_commit, check.command.text, live.run.started_ms);
    if (passed) check.red_on_base = !*passed;
  }
}

void describe_work(Run& run, const LiveRun& live) {
  const auto& snapshot = *live.snapshot;
  run.commit = snapshot.commit;
  run.tree = snapshot.tree;
  run.evidence.changed_files = snapshot.changed_files;
  run.evidence.insertions = snapshot.insertions;
  run.evidence.deletions = snapshot.deletions;
  run.evidence.left_out_count = snapshot.left_out_count;
  run.evidence.history = snapshot.history;
  for (const auto& change : snapshot.changes) {
    if (run.evidence.changed.size() >= kListed) break;
    run.evidence.changed.push_back(std::string(1, change.status) + " " + change.path);
  }
  for (const auto& left : snapshot.left_out)
    run.evidence.left_out.push_back(left.path + ": " + left.why);
  if (!snapshot.history_note.empty()) run.evidence.flags.push_back("history: " + snapshot.history_note);
  if (snapshot.left_out_count > 0) {
    run.evidence.flags.push_back(std::to_string(snapshot.left_out_count) +
                                 " things in the workspace are not in the result");
  }
}

// What is known while it still runs.
void describe_progress(Run& run, const LiveRun& live) {
  run.session_id = live.notes.session_id;
  run.model = live.notes.model;
  const Charged used = used_by(live);
  run.tokens_in = used.tokens_in;
  run.tokens_out = used.tokens_out;
  run.cost_usd = used.cost_usd;
  if (!live.created) return;
  run.workspace = live.created->path;
  run.base = live.created->base_commit;
}

// Everything learnt, written into the row.
void describe_run(LiveRun& live, const Verdict& verdict) {
  Run& run = live.run;
  run.verdict = to_string(verdict.kind);
  run.why = verdict.why;
  run.outcome = live.exit ? spawners::describe(*live.exit) : "not started";
  if (live.lost) run.outcome = "unknown";
  run.exit = live.exit;
  describe_progress(run, live);
  if (live.notes.finished) run.summary = live.notes.finished->text.substr(0, kSummaryBytes);
  if (live.removed) run.workspace.clear();
  run.evidence.checks = live.results;
  if (!live.notes.version.empty()) run.evidence.cli_version = live.notes.version;
  run.evidence.resumable = may_be_continued(live.exit, live.notes, live.resume_session.empty());
  run.evidence.unknown_lines = live.notes.unknown_lines;
  run.evidence.flags.insert(run.evidence.flags.end(), verdict.flags.begin(), verdict.flags.end());
  if (live.snapshot) describe_work(run, live);
  if (live.landed) run.branch = live.landed->branch;
}

}  // namespace

void Scheduler::apply(const spawners::Event& event) {
  if (const auto* started = std::get_if<spawners::Started>(&event)) {
    const auto it = live_.find(run_of(started->step));
    if (it == live_.end() || it->second.step_id != started->step) return;
    const auto& current = it->second.run.current;
    if (current && current->kind == StepKind::agent) store_.runs.set_pid(it->first, started->pid);
  } else if (const auto* lines = std::get_if<spawners::Lines>(&event)) {
    const auto it = live_.find(run_of(lines->step));
    if (it != live_.end() && it->second.step_id == lines->step) on_lines(it->second, *lines);
  } else if (const auto* exited = std::get_if<spawners::Exited>(&event)) {
    on_ended(exited->step, exited->record);
  } else if (const auto* lost = std::get_if<spawners::Lost>(&event)) {
    on_ended(lost->step, std::nullopt);
  } else if (const auto* signal = std::get_if<spawners::Signal>(&event)) {
    on_signal(signal->number);
  }
}

void Scheduler::on_lines(Live& live, const spawners::Lines& lines) {
  auto& notes = live.run.notes;
  for (const auto& line : lines.lines)
    spawners::fold(notes, live.run.driver->read(live.run.agent.profile, lines.file, line));
  if (notes.rate_limit && !notes.rate_limit->until_ms && notes.rate_limit->until_of_day_ms) {
    notes.rate_limit->until_ms =
        spawners::next_of_day(*notes.rate_limit->until_of_day_ms, runner_.now().wall_ms);
  }
  live.last_line_mono_ms = runner_.now().mono_ms;
  live.dirty = true;
}

void Scheduler::on_ended(const std::string& step_id, const std::optional<spawners::ExitRecord>& record) {
  const auto it = live_.find(run_of(step_id));
  if (it == live_.end() || it->second.step_id != step_id || !it->second.run.current) return;
  Live& live = it->second;
  const std::int64_t now_ms = runner_.now().wall_ms;
  if (record) store_.steps.ended(it->first, live.run.steps_begun, *record, now_ms);
  const StepRef step = *live.run.current;
  live.run.current.reset();
  // By us, by a verb while no session ran, or by a machine that is shut down: never for a fault of its own.
  const bool cut_short = record && record->reason == spawners::ExitReason::cancelled;
  apply_step(live.run, step, project_->paths.runs + "/" + step_id, record);
  if (cut_short || live.run.cancelled) live.run.interrupted = true;
  if (step.kind == StepKind::create && live.run.created) recall_baselines(live.run, store_);
  if (step.kind == StepKind::baseline) {
    const auto& check = live.run.checks.at(step.index);
    store_.baselines.put(live.run.created->base_commit, check.command.text, !*check.red_on_base, now_ms);
  }
  if (step.kind == StepKind::version && !live.run.run.evidence.cli_version.empty())
    store_.values.set(live.run.program, live.run.run.evidence.cli_version);
  write_progress(live, true);
  advance(live);
}

// On to the next step, or to the verdict and then to what the verdict asks for.
void Scheduler::advance(Live& live) {
  auto step = next_step(live.run);
  if (step && live.run.stopping && !live.run.exit) {
    live.run.interrupted = true;
    step.reset();
  }
  if (!step && !live.run.verdict) {
    live.run.verdict = judge(outcome_of(live.run));
    step = next_step(live.run);
  }
  if (!step) return settle(live);
  try {
    ready_.push_back(step_for(live, *step));
  } catch (const std::exception& e) {  // the agent's launch was refused, in words for a person
    live.run.setup_error = e.what();
    live.run.current.reset();
    live.run.verdict = judge(outcome_of(live.run));
    settle(live);
  }
}

void Scheduler::settle(Live& live) {
  LiveRun& run = live.run;
  Verdict& verdict = *run.verdict;
  const std::int64_t now_ms = runner_.now().wall_ms;
  if (verdict.kind == VerdictKind::accept && !run.land_error.empty()) {
    verdict.kind = VerdictKind::escalate;
    verdict.inbox_kind = "unverified";
    verdict.why = "the work was accepted but could not be published: " + run.land_error;
  }
  describe_run(run, verdict);
  Settlement s;
  s.state = state_for(verdict);
  s.counts = verdict.counts;
  if (verdict.kind == VerdictKind::accept) s.verified = verdict.verified;
  if (verdict.kind == VerdictKind::retry && verdict.counts) {
    const double random = std::uniform_real_distribution<double>(0, 1)(random_);
    s.next_attempt_ms = now_ms + retry_delay_ms(run.task.ledger.attempts + 1, random);
  }
  if (verdict.kind == VerdictKind::escalate && !verdict.inbox_kind.empty()) {
    s.item = packet_for(run, verdict, project_->paths.runs + "/" + std::to_string(run.run.id));
  }
  const bool provider_rests = verdict.kind == VerdictKind::park || verdict.inbox_kind == "auth_required" ||
                              verdict.inbox_kind == "budget";
  if (provider_rests && !run.agent.provider.empty()) {
    Park park{run.agent.provider, std::nullopt, verdict.why, 1};
    if (verdict.kind == VerdictKind::park) {
      park.until_ms = verdict.park_until_ms ? *verdict.park_until_ms + kResetMarginMs
                                            : now_ms + cool_down_ms(run.task.ledger.waits + 1);
    }
    s.park = park;
  }
  store_.end_run(run.run, s, now_ms);
  spent_usd_ += run.run.cost_usd;
  finished_.push_back(run.run.id);
}

void Scheduler::write_progress(Live& live, bool force) {
  const std::int64_t now_ms = runner_.now().mono_ms;
  if (!live.dirty && !force) return;
  if (!force && now_ms - live.written_mono_ms < 2'000) return;
  Run& run = live.run.run;
  describe_progress(run, live.run);
  store_.runs.progress(run);
  live.dirty = false;
  live.written_mono_ms = now_ms;
}

}  // namespace orchestrate
