// Operations that look: at tasks as they are, at what would happen, and why something does not.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/operations/operation.h"
#include "api/operations/rows/json.h"
#include "api/operations/rows/shapes.h"
#include "api/operations/rows/task_values.h"
#include "orchestrator/queue/explain.h"
#include "orchestrator/queue/hand_over.h"
#include "orchestrator/session/process/session_lock.h"
#include "text/display.h"
#include "text/list.h"
#include "text/priority.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;
using namespace shape;

const char* const kGroup = "Look";
constexpr std::size_t kPlanned = 200;

std::string last_agent(const std::vector<Run>& runs, const Task& task) {
  return runs.empty() ? task.agent_type.value_or("") : runs.back().agent_type;
}

SchedulingContext context_of(const Desk& desk) {
  return read_context(*desk.project, *desk.store, desk.now_ms, desk.environment, this_machine(),
                      session_runs(desk.project->paths.state));
}

std::string reason_of(const Desk& desk, WhyNot& why_not, const Task& task) {
  if (task.state == TaskState::waiting_human) return text::join(why_not.reasons(task), "; ");
  if (task.state != TaskState::queued) return {};
  // What a broken rule says of it is no reason.
  if (!desk.project->errors.empty()) return "the configuration has errors: see `orchestrate config check`";
  return text::join(why_not.reasons(task), "; ");
}

// As `list` shows it. A task that was never tried has no runs to look for.
json listed_json(const Desk& desk, WhyNot& why_not, const Task& task) {
  const bool tried = task.ledger.attempts + task.ledger.waits > 0 || task.state != TaskState::queued;
  const auto runs = tried ? desk.store->runs.of_task(task.id) : std::vector<Run>{};
  return task_json(task, last_agent(runs, task), reason_of(desk, why_not, task));
}

json list(Desk& desk, const json& given) {
  const auto state =
      given.contains("state") ? task_state_from(given["state"].get<std::string>()) : std::nullopt;
  const auto rank =
      given.contains("priority") ? text::priority_rank(given["priority"].get<std::string>()) : std::nullopt;
  const std::string label = given.value("label", std::string());
  const std::int64_t after = given.value("after", std::int64_t{0});
  const std::size_t most = given.value("limit", kAllTasks);
  const SchedulingContext context = context_of(desk);
  WhyNot why_not(context, *desk.store);
  json all = json::array();
  for (const auto& task : desk.store->tasks.list(state, rank, after, most, label))
    all.push_back(listed_json(desk, why_not, task));
  return all;
}

json show(Desk& desk, const json& given) {
  const Task task = task_or_refuse(*desk.store, given["id"]);
  const auto runs = desk.store->runs.of_task(task.id);
  const SchedulingContext context = context_of(desk);
  WhyNot why_not(context, *desk.store);
  json j = task_json(task, last_agent(runs, task), reason_of(desk, why_not, task));
  for (const TaskField& field : task_fields()) {
    if (!j.contains(field.name)) j[std::string(field.name)] = field_value(task, field);
  }
  j["held"] = task.held;
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

json planned_json(const Planned& p, std::size_t order) {
  json j = route_json(p.decision.route);
  j["id"] = p.task.id;
  j["title"] = p.task.title;
  j["priority"] = text::priority_name(p.task.rank);
  j["starts_now"] = p.decision.kind == Decision::Kind::start;
  j["holds"] = p.decision.holds;
  j["order"] = order;
  if (p.decision.kind == Decision::Kind::human) {
    j["to"] = routing::kHuman;
    j["agent_type"] = nullptr;
    j["inbox_kind"] = to_string(*p.decision.inbox_kind);
  }
  return j;
}

json plan(Desk& desk, const json& given) {
  json all = json::array();
  for (const auto& p : make_plan(*desk.store, context_of(desk), given.value("limit", kPlanned)).tasks)
    all.push_back(planned_json(p, all.size() + 1));
  return all;
}

json why(Desk& desk, const json& given) {
  const Task task = task_or_refuse(*desk.store, given["id"]);
  const auto runs = desk.store->runs.of_task(task.id);
  const std::string last = runs.empty()              ? ""
                           : runs.back().why.empty() ? runs.back().phase.text()
                                                     : runs.back().why;
  const SchedulingContext context = context_of(desk);
  return {{"id", task.id},
          {"state", to_string(task.state)},
          {"reasons", WhyNot(context, *desk.store).reasons(task)},
          {"last_run", runs.empty() ? json() : json(last)},
          {"route", route_json(decide_by_rows(task, *desk.store, context).route)}};
}

json route(Desk& desk, const json& given) {
  Task task;
  if (given.contains("id")) {
    task = task_or_refuse(*desk.store, given["id"]);
  } else {
    json described = given;
    if (!described.contains("title")) described["title"] = "a task";
    write_fields(task, described, desk);
    if (!given.contains("title")) task.title.clear();
  }
  return route_json(decide_by_rows(task, *desk.store, context_of(desk)).route);
}

json prompt(Desk& desk, const json& given) {
  const Task task = task_or_refuse(*desk.store, given["id"]);
  Decision d = decide_by_rows(task, *desk.store, context_of(desk));
  if (const std::string agent = given.value("agent_type", std::string()); !agent.empty()) {
    (void)agent_type_or_refuse(agent, *desk.project);
    d.route.to = agent;
  } else if (d.route.to.empty() && !d.route.waits_for.empty()) {
    d.route.to = d.route.waits_for.front();
  }
  const std::string text = prompt_for_person(task, d, *desk.project, this_machine(), *desk.store);
  return {{"id", task.id}, {"agent_type", d.route.to}, {"prompt", text}};
}

Field task_id() {
  return {"id", id(), "The task's id", true, "", {"ID"}};
}

Operation look(const std::string& verb, const std::string& route, const std::string& does,
               std::vector<Field> fields, Shape gives, Handler handler, Opens opens = Opens::configuration) {
  Operation operation;
  operation.name = "tasks." + verb;
  operation.verb = verb;
  operation.route = "GET /api/v1/" + route;
  operation.group = kGroup;
  operation.does = does;
  operation.example = "orchestrate " + verb + (fields.empty() ? "" : " 7");
  operation.opens = opens;
  operation.fields = std::move(fields);
  operation.gives = std::move(gives);
  operation.handler = handler;
  return operation;
}

Operation plan_operation() {
  Operation operation = look(
      "plan", "plan", "Show what a run would do now: each task, its route, order and what it waits for",
      {{"limit", whole(1, 1'000'000), "At most so many: the first tasks (else 200)", false, "", {"", "N"}}},
      list_of(planned_shape()), plan);
  operation.example = "orchestrate plan --limit 20";
  return operation;
}

Operation list_operation() {
  Operation operation = look(
      "list", "tasks", "List tasks, with the reason why each is not running",
      {{"state", state_shape(), "Only tasks in this state", false, "", {"", "STATE"}},
       {"priority", priority(), "Only tasks of this priority: P0, P1, P2 or P3", false, "", {"", "P0..P3"}},
       {"label", text(), "Only tasks with this label"},
       {"limit", whole(1, 1'000'000), "At most so many", false, "", {"", "N"}},
       {"after", whole(0), "Only tasks with a greater id: the next page", false, "", {"", "ID"}}},
      list_of(task_shape()), list, Opens::store);
  operation.example = "orchestrate list --state queued --priority P0";
  return operation;
}

// Those that a rule looks at, of a task that need not be there.
Operation route_operation() {
  std::vector<Field> fields = {{"id", id(), "The task's id", false, "", {"[ID]"}}};
  for (Field& field : written_fields(Writing::added)) {
    const bool wanted = field.name == "needs" || field.name == "priority" || field.name == "type" ||
                        field.name == "title" || field.name == "labels" || field.name == "touches";
    if (!wanted) continue;
    if (field.name == "title") field.typed = {};
    field.needed = false;
    fields.push_back(std::move(field));
  }
  Operation operation = look("route", "route", "Explain the routing of a task, or of what you describe",
                             std::move(fields), route_shape(), route);
  operation.example = "orchestrate route --needs backend --priority P1";
  return operation;
}

Operation prompt_operation() {
  Operation operation = look(
      "prompt", "tasks/{id}/prompt", "Show the prompt exactly as an agent would get it",
      {task_id(), {"agent_type", text(), "As this agent type would get it", false, "", {"--agent", "TYPE"}}},
      object({{"id", id()}, {"agent_type", text()}, {"prompt", text()}}), prompt);
  operation.example = "orchestrate prompt 7 | claude";
  return operation;
}

Shape why_shape() {
  return object({{"id", id()},
                 {"state", text()},
                 {"reasons", texts_shape()},
                 {"last_run", or_null(text())},
                 {"route", route_shape()}});
}

}  // namespace

std::vector<Operation> look_operations() {
  return {plan_operation(),
          list_operation(),
          look("show", "tasks/{id}", "Show a task with its runs, verdicts and evidence", {task_id()},
               whole_task_shape(), show, Opens::store),
          look("why", "tasks/{id}/why", "Show why a task is not running", {task_id()}, why_shape(), why),
          route_operation(),
          prompt_operation()};
}

}  // namespace orchestrate::api
