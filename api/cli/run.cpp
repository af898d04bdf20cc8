// `run`: the session, in the foreground.
#include <csignal>
#include <nlohmann/json.hpp>
#include <ostream>
#include <random>
#include <sstream>

#include "api/cli/outlet.h"
#include "api/cli/pages/progress.h"
#include "api/cli/pages/report_text.h"
#include "api/cli/verb.h"
#include "api/operations/rows/json.h"
#include "api/operations/rows/task_values.h"
#include "orchestrator/session/process/keep_going.h"
#include "orchestrator/session/process/service_notice.h"
#include "orchestrator/session/process/session_lock.h"
#include "orchestrator/session/process/session_log.h"
#include "spawners/local/local_runner.h"
#include "system/resources.h"
#include "text/display.h"
#include "text/priority.h"
#include "text/words.h"

namespace orchestrate::api {
namespace {

using text::printable;

using nlohmann::json;

constexpr int kHeldByAnother = 5;

std::vector<int> ranks_of(const std::string& priorities) {
  std::vector<int> ranks;
  std::stringstream list(priorities);
  for (std::string word; std::getline(list, word, ',');) {
    const auto rank = text::priority_rank(word);
    if (!rank)
      throw wrong_usage("invalid priority `" + word + "`: use P0, P1, P2 or P3, separated by commas");
    ranks.push_back(*rank);
  }
  if (ranks.empty())
    throw wrong_usage("an empty list of priorities: use P0, P1, P2 or P3, separated by commas");
  return ranks;
}

int minutes_of(const std::string& text) {
  int hours = 0;
  int minutes = 0;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%2d:%2d%c", &hours, &minutes, &rest) != 2 || hours > 23 || minutes > 59 ||
      hours < 0 || minutes < 0) {
    throw wrong_usage("invalid time of day `" + text + "`: use HH:MM, like 06:30");
  }
  return hours * 60 + minutes;
}

template <typename T>
std::optional<T> maybe(const json& given, const char* name) {
  return given.contains(name) ? std::optional(given[name].get<T>()) : std::nullopt;
}

SessionOptions session_options(const Context& context, const json& given, ProgressStyle style) {
  SessionOptions s;
  s.max_parallel = maybe<int>(given, "max_parallel");
  s.max_cost_usd = maybe<double>(given, "max_cost");
  s.max_tasks = maybe<int>(given, "max_tasks");
  if (const auto until = maybe<std::string>(given, "until")) s.until = minutes_of(*until);
  s.only = given.value("only", std::vector<std::int64_t>{});
  if (const auto ranks = maybe<std::string>(given, "priority")) s.ranks = ranks_of(*ranks);
  s.watch = given["watch"];
  s.refresh_ms = style == ProgressStyle::live ? 1000 : 0;
  s.alive_ms = watchdog_interval_ms(context.environment);
  s.seed = std::random_device{}();
  s.environment = context.environment;
  return s;
}

ProgressStyle style_of(const Context& context, bool quiet) {
  if (context.json) return ProgressStyle::json;
  if (quiet) return ProgressStyle::quiet;
  return context.terminal ? ProgressStyle::live : ProgressStyle::plain;
}

SessionEnd drain(const Context& context, ProgressStyle style, const SessionOptions& session,
                 const Opened& opened, const system::StopSignals& signals) {
  const Paths& paths = opened.project->paths;
  spawners::LocalRunnerOptions runner{
      paths.shim,
      paths.runs,
      {paths.state + "/state.db-wal", paths.config_dir + "/", paths.config_dir + "/prompts/"},
      &signals};
  runner.open_files = system::raise_open_files();  // each agent takes two of ours
  const auto tell = [&context](const std::string& news) {
    *context.err << "orchestrate: " << printable(news) << std::endl;
  };
  opened.store->be_patient({.waits_on = [tell](const std::string& who) {
    tell(who + " keeps the database, the session waits");
    return true;
  }});
  const auto progress = make_progress(context, style, *opened.store);
  const auto log = make_session_log(paths.state, *progress);
  const auto notice = make_service_notice(context.environment, *log);
  return run_session({*opened.project, *opened.store, this_machine(), session, *notice,
                      [&runner] { return spawners::make_local_runner(runner); }, tell});
}

void print_summary(const Context& context, const Opened& opened) {
  const auto last = opened.store->sessions.find(std::nullopt);
  const Report report =
      make_report(*last, *opened.project, *opened.store, wall_ms(), context.environment, false);
  *context.out << "\n" << summary_line(report_json(report)) << "\n";
}

int run(Context& context, const json& given) {
  const ProgressStyle style = style_of(context, given["quiet"]);
  const SessionOptions session = session_options(context, given, style);
  const Opened opened = open_project(context, Opens::configuration);
  // A night that names nothing would be green. With --watch the task may come later.
  if (!given["watch"]) {
    for (const auto id : given.value("only", std::vector<std::int64_t>{}))
      (void)task_or_refuse(*opened.store, id);
  }
  const SessionLock lock(opened.project->paths.state);
  if (!lock.held()) {
    *context.err << "orchestrate: another session is running in this project: " << lock.holder()
                 << "\n  `orchestrate status` shows what it does\n";
    return kHeldByAnother;
  }
  if (const std::string paused = opened.store->sessions.paused(); !paused.empty())
    *context.err << "orchestrate: nothing is started: " << printable(paused) << "\n";
  ::signal(SIGPIPE, SIG_IGN);  // a closed terminal must not end the night
  ::signal(SIGXFSZ, SIG_IGN);  // nor a file that may not grow
  // Before anything that may start a thread.
  const system::StopSignals signals;
  const auto dropped = [style](int times) {
    if (style == ProgressStyle::json) return std::string();  // the events' numbers tell
    return "orchestrate: " + text::counted(times, "piece", "pieces") +
           " of progress are left out: nobody read them\n";
  };
  Outlet out(sink_of(*context.out), dropped);
  Outlet err(sink_of(*context.err), dropped);
  Context told = context;
  told.out = &out;
  told.err = &err;
  const SessionEnd end = drain(told, style, session, opened, signals);
  if (style == ProgressStyle::plain || style == ProgressStyle::live) print_summary(told, opened);
  return static_cast<int>(end);
}

}  // namespace

Verb run_verb() {
  using namespace shape;
  Verb verb{
      "run",
      "Session",
      "Run the queued tasks; print progress and a summary",
      "orchestrate run --until 06:30 --max-cost 20",
      {{"until", text(), "End at this local time", false, "", {"", "HH:MM"}},
       {"max_parallel", whole(1, 10'000), "Runs at once", false, "", {"", "N"}},
       {"max_cost", money(), "What the whole session may spend", false, "", {"", "USD"}},
       {"max_tasks", whole(1, 1'000'000), "Start at most so many", false, "", {"", "N"}},
       {"only", list_of(id()), "Only this task (repeatable)", false, "", {"", "ID"}},
       {"priority", text(), "Only these, e.g. P0,P1", false, "", {"", "LIST"}},
       {"watch", yes_no(), "Stay when the queue is empty", false, "no"},
       {"quiet", yes_no(), "Print nothing", false, "no"},
       {"json", yes_no(), "The session's events, one JSON object a line", false, "no"}},
      "Exit status: 0 every task that was due is done, 1 some failed, 3 decisions wait in the inbox, 4 stopped "
      "by a limit with work left, 2 wrong usage or configuration, 5 another session is running, 70 internal "
      "error.\n\n"
      "SIGINT or SIGTERM once: start nothing new and end when the running agents have; twice: stop them now."};
  verb.effect = Effect::writes;
  verb.run = run;
  return verb;
}

}  // namespace orchestrate::api
