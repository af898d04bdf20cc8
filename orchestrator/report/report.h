// The morning page of one session: what happened, what it cost, what waits for a decision. Values from rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/project/machine.h"
#include "orchestrator/project/project.h"
#include "orchestrator/store/store.h"

namespace orchestrate {

// A task as the report lists it: with the last run of the session, if it had one.
struct ReportLine {
  Task task;
  std::optional<Run> run;
  std::string why;
};

struct Report {
  Session session;
  std::vector<ReportLine> done_verified, done_unverified, failed;  // what this session worked on
  // Of the whole project, the first of them, and how many there are.
  std::vector<ReportLine> waiting_human, not_attempted;
  std::int64_t waiting_human_count = 0, not_attempted_count = 0;
  std::vector<InboxItem> inbox;  // open
  double cost_usd = 0;
  std::int64_t tokens = 0;
  int runs = 0;
  int unpriced = 0;                // of them (run.h)
  double throughput_per_hour = 0;  // done tasks per hour of session
  double success_rate = 0;         // done of those attempted
  double average_s = 0;            // of a run that was accepted
  std::vector<std::string> agents_used;
  // Cause, milliseconds of runs that led to nothing.
  std::vector<std::pair<std::string, std::int64_t>> lost_time;
};

// `session_runs`: whether one does, by its lock. Reads what the session worked on, and of everything else
// counts and the first 200: it costs no more however much is queued.
[[nodiscard]] Report make_report(const Session& session, const Project& project, Store& store,
                                 std::int64_t now_ms, const std::vector<std::string>& environment,
                                 bool session_runs, const Machine& machine = this_machine());

}  // namespace orchestrate
