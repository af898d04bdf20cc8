// Tasks and the queue, for people.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/cli/pages/pages.h"
#include "api/cli/pages/show.h"
#include "orchestrator/store/rows/task.h"
#include "routing/route.h"
#include "text/display.h"
#include "text/list.h"

namespace orchestrate::api {
namespace {

using text::printable;
using text::shortened;
using text::table;

using nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

std::string text_in(const json& object, const char* name) {
  return object[name].get<std::string>();
}

std::string short_priority(const json& object) {
  return text_in(object, "priority").substr(0, 2);
}

std::string joined_texts(const json& list, const std::string& separator) {
  return text::join(list.get<std::vector<std::string>>(), separator);
}

// ---- what changes tasks

void print_id(const Context& context, const json& answer, const json&) {
  *context.out << answer["id"] << "\n";
}

void print_edited(const Context& context, const json& answer, const json&) {
  *context.out << "task " << answer["id"] << " changed\n";
}

void print_import(const Context& context, const json& answer, const json&) {
  if (!answer.contains("tasks")) {
    for (const json& id : answer["ids"])
      *context.out << id << "\n";
    return;
  }
  Rows rows = {{"#", "PRI", "TYPE", "TITLE", "NEEDS", "DEPENDS ON"}};
  for (const json& task : answer["tasks"]) {
    const std::string existing =
        task["existing"].is_null() ? "" : "  (is task " + task["existing"].dump() + ")";
    rows.push_back({task["n"].dump(), short_priority(task), task["type"],
                    shortened(printable(text_in(task, "title")), 64) + existing,
                    joined_texts(task["needs"], ", "), joined_texts(task["depends_on"], ", ")});
  }
  *context.out << table(rows);
}

// Beside the ids, which scripts read.
void note_import(const Context& context, const json& answer) {
  for (const json& task : answer["kept"]) {
    *context.err << "task " << task["id"] << " has the key " << printable(text_in(task, "key"))
                 << " already: it stays as it is\n";
  }
  if (answer["skipped"] > 0)
    *context.err << answer["skipped"] << (answer["skipped"] == 1 ? " ticked item" : " ticked items")
                 << " skipped\n";
}

void print_states(const Context& context, const json& answer, const std::string& what) {
  for (const json& task : answer)
    *context.out << "task " << task["id"] << " " << what << "\n";
}

void print_held(const Context& context, const json& answer, const json&) {
  print_states(context, answer, "is on hold: nothing starts it until it is released");
}

void print_released(const Context& context, const json& answer, const json&) {
  print_states(context, answer, "released");
}

void print_retried(const Context& context, const json& answer, const json&) {
  print_states(context, answer, "queued again (attempts and budget reset)");
}

void print_cancelled(const Context& context, const json& answer, const json&) {
  for (const json& task : answer) {
    if (task["state"] == "cancelled") *context.out << "task " << task["id"] << " cancelled\n";
  }
}

void note_late(const Context& context, const json& answer) {
  for (const json& task : answer) {
    if (task["state"] != "cancelled")
      *context.err << "orchestrate: too late: task " << task["id"] << " is already " << text_in(task, "state")
                   << "\n";
  }
}

int late(const json& answer) {
  return std::all_of(answer.begin(), answer.end(),
                     [](const json& task) { return task["state"] == "cancelled"; })
             ? 0
             : 1;
}

// ---- what looks at them

std::string state_words(const json& task) {
  if (task["state"] != "done") return task["state"];
  if (task["verified"].is_null()) return "done (by a person)";
  return task["verified"] == true ? "done (verified)" : "done (unverified)";
}

void print_list(const Context& context, const json& answer, const json&) {
  Rows rows = {{"TASK", "PRI", "STATE", "TRIES", "TITLE", "WHY NOT NOW"}};
  for (const json& task : answer) {
    rows.push_back({task["id"].dump(), short_priority(task), state_words(task), task["attempts"].dump(),
                    shortened(printable(text_in(task, "title")), 50),
                    shortened(printable(text_in(task, "reason")), 80)});
  }
  *context.out << (answer.empty() ? "no tasks\n" : table(rows));
}

std::string target(const json& planned) {
  if (planned["to"] == routing::kHuman && planned.contains("inbox_kind"))
    return std::string(routing::kHuman) + " (" + text_in(planned, "inbox_kind") + ")";
  return text_in(planned, "to").empty() ? "-" : text_in(planned, "to");
}

std::string when(const json& planned) {
  if (planned["starts_now"] == true) return "now";
  if (planned.contains("inbox_kind")) return "inbox";
  return "waits: " + joined_texts(planned["holds"], "; ");
}

void print_plan(const Context& context, const json& answer, const json&) {
  if (answer.empty()) {
    *context.out << "the queue is empty\n";
    return;
  }
  Rows rows = {{"#", "TASK", "PRI", "TITLE", "TO", "RULE", "WHEN"}};
  for (const json& p : answer) {
    rows.push_back({p["order"].dump(), p["id"].dump(), short_priority(p),
                    shortened(printable(text_in(p, "title")), 40), target(p), p["rule"], when(p)});
  }
  *context.out << table(rows) << "\n";
  for (const json& p : answer)
    *context.out << p["id"] << ": " << printable(text_in(p, "why")) << "\n";
}

void print_why(const Context& context, const json& answer, const json&) {
  if (answer["reasons"].empty())
    *context.out << "nothing holds it back: the running session starts it next\n";
  for (const json& reason : answer["reasons"])
    *context.out << printable(reason.get<std::string>()) << "\n";
  if (!answer["last_run"].is_null())
    *context.out << "its last run: " << printable(text_in(answer, "last_run")) << "\n";
}

void print_route(const Context& context, const json& route, const json&) {
  auto& out = *context.out;
  const bool nobody = route["agent_type"].is_null() && route["to"] != routing::kHuman;
  out << "to    " << (nobody ? "nobody now" : printable(text_in(route, "to"))) << "\n";
  out << "rule  " << printable(text_in(route, "rule")) << "\n";
  out << "why   " << printable(text_in(route, "why")) << "\n";
  for (const json& name : route["waits_for"])
    out << "waits for " << printable(name.get<std::string>()) << "\n";
  out << "\n";
  Rows rows;
  for (const json& r : route["reasons"])
    rows.push_back({r["matched"] == true ? "  *" : "  -", r["rule"], r["text"]});
  out << table(rows);
}

void print_prompt(const Context& context, const json& answer, const json&) {
  *context.out << text_in(answer, "prompt");
}

}  // namespace

std::vector<Page> task_pages() {
  return {{"tasks.add", print_id},           {"tasks.import", print_import, nullptr, {}, note_import},
          {"tasks.edit", print_edited},      {"tasks.hold", print_held},
          {"tasks.release", print_released}, {"tasks.cancel", print_cancelled, late, {}, note_late},
          {"tasks.retry", print_retried},    {"tasks.list", print_list},
          {"tasks.show", print_task},        {"tasks.plan", print_plan},
          {"tasks.why", print_why},          {"tasks.route", print_route},
          {"tasks.prompt", print_prompt}};
}

}  // namespace orchestrate::api
