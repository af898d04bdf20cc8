#include "api/cli/pages/show.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/cli/pages/report_text.h"
#include "text/display.h"
#include "text/time_text.h"
#include "text/words.h"

namespace orchestrate::api {
namespace {

using text::Colour;
using text::coloured;
using text::counted;
using text::duration;
using text::indented;
using text::money;
using text::printable;
using text::table;

using nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t kMostDescription = 4000;

std::string text_in(const json& object, const char* name) {
  return object[name].get<std::string>();
}

void add_row(Rows& rows, const std::string& name, const std::string& value) {
  if (!value.empty()) rows.push_back({"  " + name, value});
}

void add_each(Rows& rows, const std::string& name, const json& list) {
  for (const json& value : list)
    add_row(rows, name, value.is_string() ? value.get<std::string>() : value.dump());
}

std::string seconds(const json& value) {
  return duration(static_cast<std::int64_t>(value.get<double>() * 1000));
}

// It used tokens, and its CLI stated no cost.
bool unpriced(const json& run) {
  return run["tokens_in"].get<std::int64_t>() + run["tokens_out"].get<std::int64_t>() > 0 &&
         run["cost_usd"] == 0;
}

std::string process_text(const json& e) {
  const auto printed = e["stdout_bytes"].get<std::int64_t>() + e["stderr_bytes"].get<std::int64_t>();
  return seconds(e["wall_s"]) + ", cpu " + seconds(e["cpu_s"]) + ", " + std::to_string(printed) +
         " bytes printed, " + e["dropped_bytes"].dump() + " dropped, " + e["swept"].dump() +
         " processes swept";
}

void add_work(Rows& rows, const json& run) {
  for (const char* name : {"branch", "commit", "tree", "workspace"})
    add_row(rows, name, text_in(run, name));
  if (!text_in(run, "tree").empty()) {
    add_row(rows, "changed",
            counted(run["changed_files"], "file", "files") + ", +" + run["insertions"].dump() + " -" +
                run["deletions"].dump());
  }
  for (const json& c : run["checks"])
    add_row(rows, "check",
            (c["passed"] == true ? "passed  " : "FAILED  ") + text_in(c, "command") + "  (" +
                text_in(c, "how") + ")");
  add_each(rows, "left out", run["left_out"]);
  add_each(rows, "look at", run["flags"]);
}

std::string run_text(const json& run) {
  Rows rows;
  const std::string version = text_in(run, "cli_version");
  add_row(rows, "agent type",
          text_in(run, "agent_type") + " (" + text_in(run, "driver") +
              (version.empty() ? "" : " " + version) + "), by rule: " + text_in(run, "rule"));
  add_row(rows, "outcome", text_in(run, "outcome"));
  if (!run["exit"].is_null()) add_row(rows, "process", process_text(run["exit"]));
  add_row(rows, "verdict", text_in(run, "verdict"));
  add_row(rows, "why", text_in(run, "why"));
  add_row(rows, "session", text_in(run, "session_id"));
  if (run["tokens_in"] > 0 || run["tokens_out"] > 0) {
    add_row(rows, "tokens", run["tokens_in"].dump() + " in, " + run["tokens_out"].dump() + " out");
    add_row(rows, "cost", unpriced(run) ? "not stated" : money(run["cost_usd"]));
  }
  add_work(rows, run);
  return table(rows);
}

std::string state_words(const json& task) {
  if (task["state"] != "done") return task["state"];
  if (task["verified"].is_null()) return "done (by a person)";
  return task["verified"] == true ? "done (verified)" : "done (unverified)";
}

std::string facts(const json& task) {
  Rows rows;
  add_row(rows, "state", state_words(task));
  add_row(rows, "why not now", text_in(task, "reason"));
  add_row(rows, "priority", text_in(task, "priority") + ", type " + text_in(task, "type"));
  for (const char* list : {"needs", "labels", "touches", "specs"})
    add_each(rows, list, task[list]);
  add_row(rows, "run", text_in(task, "run"));
  add_each(rows, "check", task["checks"]);
  add_each(rows, "accept", task["acceptance"]);
  add_each(rows, "depends on", task["depends_on"]);
  const json& ledger = task["ledger"];
  const auto without_cost = std::count_if(task["runs"].begin(), task["runs"].end(), unpriced);
  add_row(rows, "used up",
          counted(ledger["attempts"], "attempt", "attempts") + ", " + seconds(ledger["wall_s"]) + ", " +
              cost_text(ledger["cost_usd"], without_cost));
  return table(rows);
}

void print_run(const Context& context, const json& run) {
  auto& out = *context.out;
  const std::string heading = "Run " + run["id"].dump() + ", attempt " + run["n"].dump();
  out << "\n"
      << coloured(heading, Colour::bold, context.colour) << "  " << text_in(run, "started_at") << "  "
      << text_in(run, "phase") << "\n"
      << run_text(run);
  for (const json& c : run["checks"]) {
    if (c["passed"] == true || text_in(c, "output_tail").empty()) continue;
    out << "\n  $ " << printable(text_in(c, "command")) << "\n"
        << indented(printable(text_in(c, "output_tail"), true), "  | ");
  }
}

}  // namespace

void print_task(const Context& context, const json& task, const json&) {
  auto& out = *context.out;
  out << coloured("Task " + task["id"].dump() + "  " + printable(text_in(task, "title")), Colour::bold,
                  context.colour)
      << "\n"
      << facts(task);
  const std::string description = text_in(task, "description");
  if (!description.empty())
    out << "\n" << indented(printable(description.substr(0, kMostDescription), true), "  ");
  for (const json& run : task["runs"])
    print_run(context, run);
}

}  // namespace orchestrate::api
