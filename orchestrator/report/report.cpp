#include "orchestrator/report/report.h"

#include <algorithm>
#include <map>
#include <set>

#include "orchestrator/queue/explain.h"

namespace orchestrate {
namespace {

using spawners::ExitReason;

constexpr std::size_t kMostListed = 200;

// Why the time of a run was lost, in few words, so that causes can be added up.
std::string cause_of(const Run& run) {
  if (run.verdict == VerdictKind::park) return "provider's limit";
  if (!run.exit) return "could not start";
  switch (run.exit->reason) {
    case ExitReason::silence_limit:
      return "hung (silence limit)";
    case ExitReason::wall_limit:
      return "ran too long (wall limit)";
    case ExitReason::output_limit:
      return "flooded its output";
    case ExitReason::cancelled:
      return "stopped";
    case ExitReason::spawn_failed:
    case ExitReason::not_started:
      return "could not start";
    case ExitReason::signalled:
      return "crashed";
    case ExitReason::exited:
      break;
  }
  const auto& checks = run.evidence.checks;
  const bool red = std::any_of(checks.begin(), checks.end(), [](const CheckResult& c) { return !c.passed; });
  if (red) return "checks failed";
  return run.exit->code != 0 ? "the program failed" : "nothing usable was done";
}

void add_runs(Report& report, const std::vector<Run>& runs, std::map<std::int64_t, Run>& last) {
  std::set<std::string> agents;
  std::map<std::string, std::int64_t> lost;
  std::int64_t accepted_ms = 0;
  int accepted = 0;
  for (const auto& run : runs) {
    last[run.task] = run;
    agents.insert(run.agent_type);
    report.cost_usd += run.cost_usd;
    report.tokens += run.tokens_in + run.tokens_out;
    if (unpriced(run)) ++report.unpriced;
    if (!run.ended_ms) continue;
    const std::int64_t took_ms = *run.ended_ms - run.started_ms;
    if (run.verdict == VerdictKind::accept) {
      ++accepted;
      accepted_ms += took_ms;
    } else {
      lost[cause_of(run)] += took_ms;
    }
  }
  report.runs = static_cast<int>(runs.size());
  report.agents_used.assign(agents.begin(), agents.end());
  report.lost_time.assign(lost.begin(), lost.end());
  std::sort(report.lost_time.begin(), report.lost_time.end(),
            [](const auto& a, const auto& b) { return a.second > b.second; });
  if (accepted > 0) report.average_s = static_cast<double>(accepted_ms) / 1000 / accepted;
}

// Whether the session's work on a task came to an end, and which.
std::vector<ReportLine>* list_of(Report& report, const Task& task) {
  if (task.state == TaskState::failed) return &report.failed;
  if (task.state != TaskState::done) return nullptr;
  return task.verified.value_or(false) ? &report.done_verified : &report.done_unverified;
}

void add_worked_on(Report& report, Store& store, const std::map<std::int64_t, Run>& last) {
  for (const auto& [id, run] : last) {
    const auto task = store.tasks.find(id);
    if (!task) continue;
    if (auto* list = list_of(report, *task)) list->push_back({*task, run, run.why});
  }
}

std::int64_t count_of(const QueueCounts& counts, TaskState state) {
  return counts.by_state[static_cast<std::size_t>(state)];
}

void add_waiting_for_people(Report& report, Store& store, const std::map<std::int64_t, Run>& last) {
  for (Task& task : store.tasks.list(TaskState::waiting_human, std::nullopt, 0, kMostListed)) {
    const auto run = last.find(task.id);
    ReportLine line{std::move(task), std::nullopt, ""};
    if (run != last.end()) {
      line.run = run->second;
      line.why = run->second.why;
    }
    report.waiting_human.push_back(std::move(line));
  }
}

void add_not_attempted(Report& report, Store& store, const std::map<std::int64_t, Run>& last,
                       const SchedulingContext& context) {
  WhyNot why_not(context, store);
  auto& lines = report.not_attempted;
  for (const TaskState state : {TaskState::running, TaskState::claimed, TaskState::queued}) {
    for (Task& task : store.tasks.list(state, std::nullopt, 0, kMostListed - lines.size())) {
      const auto run = last.find(task.id);
      ReportLine line{std::move(task), std::nullopt, ""};
      if (run != last.end()) line.run = run->second;
      for (const auto& reason : why_not.reasons(line.task))
        line.why += (line.why.empty() ? "" : "; ") + reason;
      lines.push_back(std::move(line));
    }
  }
  std::sort(lines.begin(), lines.end(),
            [](const ReportLine& a, const ReportLine& b) { return a.task.id < b.task.id; });
}

}  // namespace

Report make_report(const Session& session, const Project& project, Store& store, std::int64_t now_ms,
                   const std::vector<std::string>& environment, bool session_runs, const Machine& machine) {
  Report report;
  report.session = session;
  report.inbox = store.inbox.list("open");
  std::map<std::int64_t, Run> last;
  add_runs(report, store.runs.of_session(session.id), last);
  add_worked_on(report, store, last);
  add_waiting_for_people(report, store, last);
  add_not_attempted(report, store, last,
                    read_context(project, store, now_ms, environment, machine, session_runs));
  const QueueCounts counts = store.tasks.counts();
  report.waiting_human_count = count_of(counts, TaskState::waiting_human);
  for (const TaskState state : {TaskState::queued, TaskState::claimed, TaskState::running})
    report.not_attempted_count += count_of(counts, state);
  const std::size_t done = report.done_verified.size() + report.done_unverified.size();
  const double hours =
      static_cast<double>(session.ended_ms.value_or(now_ms) - session.started_ms) / 3'600'000;
  if (hours > 0) report.throughput_per_hour = static_cast<double>(done) / hours;
  if (!last.empty()) report.success_rate = static_cast<double>(done) / static_cast<double>(last.size());
  return report;
}

}  // namespace orchestrate
