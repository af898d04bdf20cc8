// Operations that hold, release, cancel and retry tasks: all of those named, or none.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/operations/operation.h"
#include "api/operations/orphans.h"
#include "api/operations/rows/task_values.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;
using Ids = std::vector<std::int64_t>;

json states_of(Store& store, const Ids& ids) {
  json list = json::array();
  for (const std::int64_t id : ids) {
    const Task task = task_or_refuse(store, id);
    list.push_back({{"id", id}, {"state", to_string(task.state)}, {"held", task.held}});
  }
  return list;
}

// All of them or none: a wrong id among several leaves nothing half done.
template <typename Change>
json change_all(Desk& desk, const json& given, const std::string& fix, Change change) {
  const Ids ids = given["ids"].get<Ids>();
  Store& store = *desk.store;
  store.write([&] {
    for (const std::int64_t id : ids) {
      const Task task = task_or_refuse(store, id);
      if (!change(id))
        throw Refused(Code::refused,
                      "task " + std::to_string(id) + " is " + std::string(to_string(task.state)), fix);
    }
  });
  return states_of(store, ids);
}

json hold(Desk& desk, const json& given) {
  return change_all(desk, given, "only a task that has not ended can be held",
                    [&](std::int64_t id) { return desk.store->tasks.hold(id, true, desk.now_ms); });
}

json release(Desk& desk, const json& given) {
  return change_all(desk, given, "only a task that has not ended can be released",
                    [&](std::int64_t id) { return desk.store->tasks.hold(id, false, desk.now_ms); });
}

json retry(Desk& desk, const json& given) {
  return change_all(desk, given, "cancel it first, or queue a new task",
                    [&](std::int64_t id) { return desk.store->tasks.retry(id, desk.now_ms); });
}

json cancel(Desk& desk, const json& given) {
  for (const std::int64_t id : given["ids"].get<Ids>())
    refuse_if_published(desk, id);
  change_all(desk, given, "only a task that has not ended can be cancelled",
             [&](std::int64_t id) { return desk.store->tasks.cancel(id, desk.now_ms); });
  end_orphans_of_cancelled(desk);
  return states_of(*desk.store, given["ids"].get<Ids>());
}

json cancelled(Desk& desk, const json& given) {
  end_orphans_of_cancelled(desk);
  const Ids ids = given["ids"].get<Ids>();
  json running = json::array();
  for (const auto& run : desk.store->runs.open()) {
    if (std::find(ids.begin(), ids.end(), run.task) != ids.end())
      running.push_back(waited_for(run, desk.now_ms));
  }
  json answer = states_of(*desk.store, ids);
  const bool settled =
      std::none_of(answer.begin(), answer.end(), [](const json& task) { return task["state"] == "running"; });
  return {{"settled", settled}, {"answer", std::move(answer)}, {"waiting_for", running}};
}

Operation of_tasks(const std::string& verb, const std::string& does, Handler handler) {
  using namespace shape;
  return {"tasks." + verb,
          verb,
          "POST /api/v1/tasks/" + verb,
          "Queue",
          does,
          "orchestrate " + verb + " 7 8",
          Effect::writes,
          Who::owner,
          Opens::store,
          {{"ids", list_of(id()), "The tasks' ids", true, "", {"ID..."}}},
          list_of(object({{"id", id()}, {"state", text()}, {"held", yes_no()}})),
          handler};
}

Operation cancel_operation() {
  Operation operation = of_tasks(
      "cancel", "Take tasks out of the queue; a running agent is stopped with all its processes", cancel);
  operation.effect = Effect::asks;
  operation.outcome = cancelled;
  return operation;
}

}  // namespace

std::vector<Operation> steering_operations() {
  return {of_tasks("hold", "Keep tasks from starting until they are released", hold),
          of_tasks("release", "Let held tasks start again", release), cancel_operation(),
          of_tasks("retry", "Queue tasks again, with attempts and budget reset", retry)};
}

}  // namespace orchestrate::api
