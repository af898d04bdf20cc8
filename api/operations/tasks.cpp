// Operations that put tasks into the queue and change what is written on them.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/operations/operation.h"
#include "api/operations/rows/task_values.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

const char* const kGroup = "Queue";

void require_tasks(Store& store, const std::vector<std::int64_t>& ids) {
  for (const std::int64_t id : ids)
    (void)task_or_refuse(store, id);
}

json add(Desk& desk, const json& given) {
  Task task;
  task.source = desk.caller.source;
  write_fields(task, given, desk);
  if (!given.contains("type") && !task.run_command.empty()) task.type = "SCRIPT";
  require_tasks(*desk.store, task.depends_on);
  std::int64_t id = 0;
  desk.store->write([&] { id = desk.store->tasks.add(task, desk.now_ms); });
  return {{"id", id}};
}

void require_no_cycle(Store& store, const Task& task) {
  require_tasks(store, task.depends_on);
  if (std::find(task.depends_on.begin(), task.depends_on.end(), task.id) != task.depends_on.end())
    throw wrong_usage("a task cannot depend on itself");
}

json edit(Desk& desk, const json& given) {
  if (given.size() == 1)
    throw wrong_usage("say what to change, like --priority P0",
                      "`orchestrate edit --help` lists what can be changed");
  const auto id = given["id"].get<std::int64_t>();
  Store& store = *desk.store;
  // Within the transaction: what another program changed a moment ago is kept.
  store.write([&] {
    Task task = task_or_refuse(store, id);
    write_fields(task, given, desk);
    require_no_cycle(store, task);
    if (!store.tasks.edit(task, desk.now_ms)) {
      throw Refused(Code::refused, "task " + std::to_string(id) + " is " + std::string(to_string(task.state)),
                    task.state == TaskState::running ? "cancel it first" : "it cannot be changed any more");
    }
    if (store.tasks.depends_on_itself(id))
      throw wrong_usage("the task would wait for itself through what it depends on");
  });
  return {{"id", id}};
}

Operation add_operation() {
  return {"tasks.add",
          "add",
          "POST /api/v1/tasks",
          kGroup,
          "Queue a task and print its id",
          "orchestrate add \"Fix the login bug\" --priority P1 --needs backend --check \"make test\"",
          Effect::writes,
          Who::agent,
          Opens::store,
          written_fields(Writing::added),
          shape::object({{"id", shape::id()}}),
          add};
}

Operation edit_operation() {
  std::vector<Field> fields = {{"id", shape::id(), "The task's id", true, "", {"ID"}}};
  for (Field& field : written_fields(Writing::edited))
    fields.push_back(std::move(field));
  return {"tasks.edit",
          "edit",
          "PATCH /api/v1/tasks/{id}",
          kGroup,
          "Change a task that is not running; what is not named stays, an empty value clears",
          "orchestrate edit 7 --priority P0 --needs backend --depends-on \"\"",
          Effect::writes,
          Who::owner,
          Opens::store,
          std::move(fields),
          shape::object({{"id", shape::id()}}),
          edit};
}

}  // namespace

std::vector<Operation> task_operations() {
  return {add_operation(), import_operation(), edit_operation()};
}

}  // namespace orchestrate::api
