#include <csignal>
#include <ostream>
#include <random>
#include <sstream>

#include "api/cli/progress.h"
#include "api/cli/report_text.h"
#include "api/cli/verbs.h"
#include "orchestrator/session/scheduler.h"
#include "orchestrator/session/service_notice.h"
#include "orchestrator/session/session_lock.h"
#include "orchestrator/session/session_log.h"
#include "spawners/local/local_runner.h"
#include "text/display.h"
#include "text/time_text.h"

namespace orchestrate::api {
namespace {

constexpr int kHeldByAnother = 5;

std::vector<int> ranks_of(const std::string& priorities) {
  std::vector<int> ranks;
  std::stringstream list(priorities);
  for (std::string word; std::getline(list, word, ',');) {
    const auto rank = priority_rank(word);
    if (!rank) throw UsageError("`" + word + "` is no priority: use P0, P1, P2 or P3, separated by commas");
    ranks.push_back(*rank);
  }
  return ranks;
}

int minutes_of(const std::string& text) {
  int hours = 0;
  int minutes = 0;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%2d:%2d%c", &hours, &minutes, &rest) != 2 || hours > 23 || minutes > 59 ||
      hours < 0 || minutes < 0) {
    throw UsageError("`" + text + "` is no time of day: write --until 06:30");
  }
  return hours * 60 + minutes;
}

SessionOptions session_options(const Context& context, const RunOptions& o, ProgressStyle style) {
  SessionOptions s;
  s.max_parallel = o.max_parallel;
  s.max_cost_usd = o.max_cost_usd;
  s.max_tasks = o.max_tasks;
  if (!o.until.empty()) s.until = minutes_of(o.until);
  s.only = o.only;
  if (!o.priorities.empty()) s.ranks = ranks_of(o.priorities);
  s.watch = o.watch;
  s.refresh_ms = style == ProgressStyle::live ? 1000 : 0;
  s.alive_ms = watchdog_interval_ms(context.environment);
  s.seed = std::random_device{}();
  s.environment = context.environment;
  return s;
}

ProgressStyle style_of(const Context& context, const RunOptions& o) {
  if (context.json) return ProgressStyle::json;
  if (o.quiet) return ProgressStyle::quiet;
  return context.terminal ? ProgressStyle::live : ProgressStyle::plain;
}

}  // namespace

int run(const Context& context, const RunOptions& options) {
  const ProgressStyle style = style_of(context, options);
  const SessionOptions session = session_options(context, options, style);
  auto opened = open_project(context);
  const Paths& paths = opened.project.paths;
  const SessionLock lock(paths.state);
  if (!lock.held()) {
    *context.err << "orchestrate: another orchestrator works on this project: " << lock.holder()
                 << "\n  `orchestrate status` shows what it does\n";
    return kHeldByAnother;
  }
  if (const std::string paused = opened.store->sessions.paused(); !paused.empty())
    *context.err << "orchestrate: nothing is started: " << printable(paused) << "\n";
  ::signal(SIGPIPE, SIG_IGN);  // a closed terminal must not end the night
  // Before anything that may start a thread.
  const system::StopSignals signals;
  const auto runner = spawners::make_local_runner(
      {paths.shim,
       paths.runs,
       {paths.state + "/state.db-wal", paths.config_dir + "/", paths.config_dir + "/prompts/"},
       &signals});
  SessionEnd end{};
  {
    const auto progress = make_progress(context, style, *opened.store);
    const auto log = make_session_log(paths.state, *progress);
    const auto notice = make_service_notice(context.environment, *log);
    Scheduler scheduler(opened.project, *opened.store, *runner, this_machine(), session, notice.get());
    end = scheduler.run();
  }
  if (style == ProgressStyle::plain || style == ProgressStyle::live) {
    const auto last = opened.store->sessions.find(std::nullopt);
    const Report report = make_report(*last, opened.project, *opened.store, wall_ms(), context.environment);
    *context.out << "\n" << summary_line(report) << "\n";
  }
  return static_cast<int>(end);
}

}  // namespace orchestrate::api
