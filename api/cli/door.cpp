#include "api/cli/door.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "api/cli/pages/pages.h"
#include "api/operations/call.h"
#include "api/operations/rows/json.h"
#include "system/watch.h"
#include "text/display.h"
#include "text/time_text.h"

namespace orchestrate::api {
namespace {

using text::duration;
using text::printable;

using nlohmann::json;

constexpr int kLookAgain_ms = 200;  // for what no file tells: that a session has died

// What this door alone was told is no field of the operation.
json fields_of(const Operation& operation, const json& given) {
  json fields = json::object();
  for (const Field& field : operation.fields) {
    if (const auto found = given.find(field.name); found != given.end()) fields[field.name] = *found;
  }
  return fields;
}

bool told_this_door(const Page* page, const json& given) {
  return page != nullptr && std::any_of(page->also.begin(), page->also.end(),
                                        [&given](const Field& field) { return given.contains(field.name); });
}

// Who is waited for, whenever that changes.
void tell_waiting(const Context& context, const json& waiting_for) {
  for (const json& run : waiting_for) {
    *context.err << "  waiting for task " << run["task"] << " ("
                 << printable(run["agent_type"].get<std::string>()) << ", "
                 << duration(static_cast<std::int64_t>(run["age_s"].get<double>() * 1000)) << ")\n";
  }
  context.err->flush();
}

std::vector<std::int64_t> tasks_of(const json& waiting_for) {
  std::vector<std::int64_t> tasks;
  for (const json& run : waiting_for)
    tasks.push_back(run["task"]);
  return tasks;
}

// A commit of anybody wakes it.
json settled(const Context& context, const Operation& operation, const Opened& opened, const json& given,
             json answer) {
  const system::Watch watch;
  watch.directory(opened.project->paths.state);
  std::vector<std::int64_t> shown;
  for (;;) {
    Desk desk = opened.desk(context);
    json outcome = operation.outcome(desk, given);
    if (outcome["settled"]) return outcome["answer"].is_null() ? answer : outcome["answer"];
    if (auto tasks = tasks_of(outcome["waiting_for"]); tasks != shown) {
      tell_waiting(context, outcome["waiting_for"]);
      shown = std::move(tasks);
    }
    watch.wait(kLookAgain_ms);
  }
}

void print_json(const Context& context, const Operation& operation, const json& answer) {
  if (context.json_lines) {
    for (const json& each : answer)
      *context.out << line_of(each);
  } else {
    *context.out << (operation.effect == Effect::reads ? text_of(answer) : line_of(answer));
  }
}

}  // namespace

int call_from_terminal(const Context& context, const Verb& verb, const json& given) {
  const Operation& operation = *verb.operation;
  const Page* page = find_page(operation.name);
  const json fields = fields_of(operation, given);
  const Opened opened = open_project(context, operation.opens);
  Desk desk = opened.desk(context);
  json answer = call(operation, desk, fields);
  if (operation.outcome != nullptr)
    answer = settled(context, operation, opened, completed(operation.fields, fields, wall_ms()), answer);
  if ((context.json || context.json_lines) && !told_this_door(page, given)) {
    print_json(context, operation, answer);
  } else {
    print_answer(context, operation, answer, given);
  }
  if (page != nullptr && page->note != nullptr) page->note(context, answer);
  return page != nullptr && page->status != nullptr ? page->status(answer) : 0;
}

int told(const Context& context, const Refused& refused) {
  if (!refused.problems().empty()) *context.err << config::render(refused.problems(), false);
  *context.err << "orchestrate: " << printable(refused.what(), true) << "\n";
  if (!refused.fix().empty()) *context.err << "  " << printable(refused.fix(), true) << "\n";
  return refused.code() == Code::usage ? 2 : 1;
}

}  // namespace orchestrate::api
