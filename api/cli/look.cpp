#include <sys/stat.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/cli/report_text.h"
#include "api/cli/verbs.h"
#include "api/operations/json.h"
#include "orchestrator/queue/survey.h"
#include "orchestrator/session/session_lock.h"
#include "spawners/step/step_id.h"
#include "text/display.h"
#include "text/time_text.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

// Sign of life of a running step, from the only place that cannot lie: the file it writes to.
std::int64_t silent_ms(const std::string& runs_dir, const Run& run, int step) {
  const std::string file = runs_dir + "/" + spawners::step_id(run.id, step, spawners::kAgentStep) + "/stdout";
  struct stat st {};
  if (::stat(file.c_str(), &st) != 0) return wall_ms() - run.started_ms;
  return wall_ms() - (static_cast<std::int64_t>(st.st_mtim.tv_sec) * 1000 + st.st_mtim.tv_nsec / 1'000'000);
}

json status_json(Opened& opened) {
  auto& store = *opened.store;
  json running = json::array();
  for (const auto& run : store.runs.open()) {
    running.push_back(
        {{"task", run.task},
         {"run", run.id},
         {"agent_type", run.agent_type},
         {"phase", run.phase},
         {"pid", run.pid ? json(*run.pid) : json(nullptr)},
         {"age_s", (wall_ms() - run.started_ms) / 1000},
         {"silent_s", silent_ms(opened.project.paths.runs, run, store.steps.agent_of(run.id)) / 1000},
         {"tokens", run.tokens_in + run.tokens_out},
         {"cost_usd", run.cost_usd}});
  }
  json parks = json::array();
  for (const auto& park : store.parks.in_force(wall_ms())) {
    parks.push_back({{"provider", park.provider},
                     {"until", park.until_ms ? json(utc_time(*park.until_ms)) : json(nullptr)},
                     {"why", park.why}});
  }
  const auto counts = store.tasks.counts();
  const auto session = store.sessions.find(std::nullopt);
  // A session that died has written no end: its lock says it.
  const bool runs = session && !session->ended_ms && session_runs(opened.project.paths.state);
  const std::string paused = store.sessions.paused();
  return {{"session", runs ? json(session->id) : json(nullptr)},
          {"paused", paused.empty() ? json(nullptr) : json(paused)},
          {"running", running},
          {"queued",
           {{"P0", counts.by_rank[0]},
            {"P1", counts.by_rank[1]},
            {"P2", counts.by_rank[2]},
            {"P3", counts.by_rank[3]}}},
          {"parks", parks},
          {"inbox", store.inbox.list("open").size()},
          {"config_error",
           opened.project.errors.empty() ? json(nullptr) : json(opened.project.errors.front().message)}};
}

void print_status(std::ostream& out, const json& s) {
  out << "session  " << (s["session"].is_null() ? "none runs" : s["session"].dump()) << "\n";
  if (!s["paused"].is_null()) out << "PAUSED   " << printable(s["paused"].get<std::string>()) << "\n";
  out << "queued   P0 " << s["queued"]["P0"] << "   P1 " << s["queued"]["P1"] << "   P2 " << s["queued"]["P2"]
      << "   P3 " << s["queued"]["P3"] << "\n";
  out << "inbox    " << s["inbox"] << " open\n";
  if (!s["config_error"].is_null())
    out << "CONFIG   broken: " << printable(s["config_error"].get<std::string>()) << "\n";
  for (const auto& p : s["parks"]) {
    out << "parked   " << printable(p["provider"].get<std::string>()) << " until "
        << (p["until"].is_null() ? "a person has answered" : p["until"].get<std::string>()) << ": "
        << printable(p["why"].get<std::string>()) << "\n";
  }
  if (s["running"].empty()) return;
  std::vector<std::vector<std::string>> rows = {
      {"TASK", "RUN", "AGENT TYPE", "PHASE", "PID", "AGE", "SILENT", "TOKENS", "COST"}};
  for (const auto& r : s["running"]) {
    rows.push_back(
        {r["task"].dump(), r["run"].dump(), r["agent_type"], r["phase"],
         r["pid"].is_null() ? "-" : r["pid"].dump(), duration(r["age_s"].get<std::int64_t>() * 1000),
         duration(r["silent_s"].get<std::int64_t>() * 1000), r["tokens"].dump(), money(r["cost_usd"])});
  }
  out << "\n" << table(rows);
}

std::string last_agent(const std::vector<Run>& runs, const Task& task) {
  return runs.empty() ? task.agent_type.value_or("") : runs.back().agent_type;
}

std::string reason_of(const Context& context, Opened& opened, const Task& task) {
  if (task.state != TaskState::queued) return {};
  return joined(why_not(task, opened.project, *opened.store, wall_ms(), context.environment), "; ");
}

json whole_task_json(const Context& context, Opened& opened, const Task& task) {
  const auto runs = opened.store->runs.of_task(task.id);
  json j = task_json(task, last_agent(runs, task), reason_of(context, opened, task));
  j["description"] = task.description;
  j["acceptance"] = task.acceptance;
  j["checks"] = task.checks;
  j["specs"] = task.specs;
  j["depends_on"] = task.depends_on;
  j["run"] = task.run_command;
  j["manual"] = task.manual;
  j["ledger"] = {{"attempts", task.ledger.attempts},
                 {"waits", task.ledger.waits},
                 {"wall_s", static_cast<double>(task.ledger.wall_ms) / 1000},
                 {"tokens", task.ledger.tokens},
                 {"cost_usd", task.ledger.cost_usd}};
  j["runs"] = json::array();
  for (const auto& run : runs)
    j["runs"].push_back(run_json(run));
  return j;
}

std::string state_words(const Task& task) {
  if (task.state != TaskState::done) return std::string(to_string(task.state));
  if (!task.verified) return "done (by a person)";
  return *task.verified ? "done (verified)" : "done (unverified)";
}

using Rows = std::vector<std::vector<std::string>>;

void add_row(Rows& rows, const std::string& name, const std::string& value) {
  if (!value.empty()) rows.push_back({"  " + name, value});
}

std::string run_text(const Run& run) {
  Rows rows;
  add_row(rows, "agent type",
          run.agent_type + " (" + run.driver +
              (run.evidence.cli_version.empty() ? "" : " " + run.evidence.cli_version) +
              "), by rule: " + run.rule);
  add_row(rows, "outcome", run.outcome);
  if (run.exit) {
    const auto& e = *run.exit;
    add_row(rows, "process",
            duration(e.wall_ms) + ", cpu " + duration(e.user_ms + e.system_ms) + ", " +
                std::to_string(e.stdout_bytes + e.stderr_bytes) + " bytes printed, " +
                std::to_string(e.dropped_bytes) + " dropped, " + std::to_string(e.swept) +
                " processes swept");
  }
  add_row(rows, "verdict", run.verdict);
  add_row(rows, "why", run.why);
  add_row(rows, "session", run.session_id);
  if (run.tokens_in + run.tokens_out > 0) {
    add_row(rows, "tokens",
            std::to_string(run.tokens_in) + " in, " + std::to_string(run.tokens_out) + " out");
    add_row(rows, "cost", unpriced(run) ? "not stated" : money(run.cost_usd));
  }
  add_row(rows, "branch", run.branch);
  add_row(rows, "commit", run.commit);
  add_row(rows, "tree", run.tree);
  add_row(rows, "workspace", run.workspace);
  if (!run.tree.empty()) {
    add_row(rows, "changed",
            std::to_string(run.evidence.changed_files) + " files, +" +
                std::to_string(run.evidence.insertions) + " -" + std::to_string(run.evidence.deletions));
  }
  for (const auto& c : run.evidence.checks)
    add_row(rows, "check", (c.passed ? "passed  " : "FAILED  ") + c.command + "  (" + c.how + ")");
  for (const auto& left : run.evidence.left_out)
    add_row(rows, "left out", left);
  for (const auto& flag : run.evidence.flags)
    add_row(rows, "look at", flag);
  return table(rows);
}

}  // namespace

int status(const Context& context) {
  auto opened = open_project(context, false);
  const json s = status_json(opened);
  if (context.json) {
    *context.out << text_of(s);
  } else {
    print_status(*context.out, s);
  }
  return 0;
}

int list(const Context& context, const ListOptions& options) {
  auto opened = open_project(context, false);
  std::optional<TaskState> state;
  if (!options.state.empty()) {
    state = task_state_from(options.state);
    if (!state)
      throw UsageError("`" + options.state +
                       "` is no state: queued, claimed, running, waiting_human, done, failed, cancelled");
  }
  std::optional<int> rank;
  if (!options.priority.empty()) {
    rank = priority_rank(options.priority);
    if (!rank) throw UsageError("`" + options.priority + "` is no priority: use P0, P1, P2 or P3");
  }
  json all = json::array();
  Rows rows = {{"TASK", "PRI", "STATE", "TRIES", "TITLE", "WHY NOT NOW"}};
  for (const auto& task : opened.store->tasks.list(state, rank)) {
    const std::string reason = reason_of(context, opened, task);
    if (options.json_lines) {
      *context.out << line_of(task_json(task, last_agent(opened.store->runs.of_task(task.id), task), reason));
    } else if (context.json) {
      all.push_back(task_json(task, last_agent(opened.store->runs.of_task(task.id), task), reason));
    } else {
      rows.push_back({std::to_string(task.id), priority_short(task.rank), state_words(task),
                      std::to_string(task.ledger.attempts), shortened(printable(task.title), 50),
                      shortened(printable(reason), 80)});
    }
  }
  if (options.json_lines) return 0;
  *context.out << (context.json ? text_of(all) : rows.size() == 1 ? "no tasks\n" : table(rows));
  return 0;
}

int show(const Context& context, std::int64_t id) {
  auto opened = open_project(context, false);
  const Task task = task_or_refuse(*opened.store, id);
  if (context.json) {
    *context.out << text_of(whole_task_json(context, opened, task));
    return 0;
  }
  auto& out = *context.out;
  out << coloured("Task " + std::to_string(id) + "  " + printable(task.title), Colour::bold, context.colour)
      << "\n";
  Rows rows;
  add_row(rows, "state", state_words(task));
  add_row(rows, "why not now", reason_of(context, opened, task));
  add_row(rows, "priority", priority_name(task.rank) + ", type " + task.type);
  for (const auto& need : task.needs)
    add_row(rows, "needs", need);
  add_row(rows, "run", task.run_command);
  for (const auto& check : task.checks)
    add_row(rows, "check", check);
  for (const auto& criterion : task.acceptance)
    add_row(rows, "accept", criterion);
  for (const auto dependency : task.depends_on)
    add_row(rows, "depends on", std::to_string(dependency));
  const auto runs = opened.store->runs.of_task(id);
  add_row(rows, "used up",
          std::to_string(task.ledger.attempts) + " attempts, " + duration(task.ledger.wall_ms) + ", " +
              cost_text(task.ledger.cost_usd, std::count_if(runs.begin(), runs.end(), unpriced)));
  out << table(rows);
  if (!task.description.empty())
    out << "\n" << indented(printable(task.description.substr(0, 4000), true), "  ");
  for (const auto& run : runs) {
    out << "\n"
        << coloured("Run " + std::to_string(run.id) + ", attempt " + std::to_string(run.n), Colour::bold,
                    context.colour)
        << "  " << utc_time(run.started_ms) << "  " << run.phase << "\n"
        << run_text(run);
    for (const auto& c : run.evidence.checks) {
      if (!c.passed && !c.output_tail.empty())
        out << "\n  $ " << printable(c.command) << "\n" << indented(printable(c.output_tail, true), "  | ");
    }
  }
  return 0;
}

}  // namespace orchestrate::api
