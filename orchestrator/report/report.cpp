#include "orchestrator/report/report.h"

#include <algorithm>
#include <map>
#include <set>

#include "orchestrator/queue/survey.h"

namespace orchestrate {
namespace {

using spawners::ExitReason;

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

std::vector<ReportLine>* list_for(Report& report, const ReportLine& line) {
  switch (line.task.state) {
    case TaskState::done:
      if (!line.run) return nullptr;  // done in an earlier night
      return line.task.verified.value_or(false) ? &report.done_verified : &report.done_unverified;
    case TaskState::failed:
      return line.run ? &report.failed : nullptr;
    case TaskState::waiting_human:
      return &report.waiting_human;
    case TaskState::queued:
    case TaskState::claimed:
    case TaskState::running:
      return &report.not_attempted;
    case TaskState::cancelled:
      break;
  }
  return nullptr;
}

}  // namespace

Report make_report(const Session& session, const Project& project, Store& store, std::int64_t now_ms,
                   const std::vector<std::string>& environment) {
  Report report;
  report.session = session;
  report.inbox = store.inbox.list("open");
  std::map<std::int64_t, Run> last;
  add_runs(report, store.runs.of_session(session.id), last);
  for (auto& task : store.tasks.list(std::nullopt, std::nullopt)) {
    ReportLine line{task, std::nullopt, ""};
    if (const auto run = last.find(task.id); run != last.end()) {
      line.run = run->second;
      line.why = run->second.why;
    }
    auto* list = list_for(report, line);
    if (list == nullptr) continue;
    if (list == &report.not_attempted) {
      line.why.clear();
      for (const auto& why : why_not(task, project, store, now_ms, environment)) {
        line.why += (line.why.empty() ? "" : "; ") + why;
      }
    }
    list->push_back(std::move(line));
  }
  const std::size_t done = report.done_verified.size() + report.done_unverified.size();
  const double hours =
      static_cast<double>(session.ended_ms.value_or(now_ms) - session.started_ms) / 3'600'000;
  if (hours > 0) report.throughput_per_hour = static_cast<double>(done) / hours;
  if (!last.empty()) report.success_rate = static_cast<double>(done) / static_cast<double>(last.size());
  return report;
}

}  // namespace orchestrate
