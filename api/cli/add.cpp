#include <nlohmann/json.hpp>
#include <ostream>

#include "api/cli/task_words.h"

namespace orchestrate::api {
namespace {

std::string description_of(const Context& context, const AddOptions& o) {
  if (!o.description_file.empty() && !o.description.empty()) {
    throw UsageError("--description and --description-file exclude each other");
  }
  if (o.description == "-" || o.description_file == "-") return read_description(context, "-");
  return o.description_file.empty() ? o.description : read_description(context, o.description_file);
}

Task task_from(const Context& context, const AddOptions& o, const Project& project) {
  Task task;
  task.title = o.title;
  require_title(task.title);
  task.description = description_of(context, o);
  task.rank = rank_or_refuse(o.priority);
  task.type = !o.type.empty() ? o.type : o.run.empty() ? "IMPLEMENT" : "SCRIPT";
  require_known_agent(o.agent, project);
  if (!o.agent.empty()) task.agent_type = o.agent;
  task.manual = o.manual;
  task.needs = o.needs;
  task.labels = o.labels;
  task.acceptance = o.accept;
  task.checks = o.checks;
  task.specs = o.specs;
  task.run_command = o.run;
  task.key = o.key;
  task.depends_on = o.depends_on;
  if (!o.run.empty()) require_command("--run", o.run);
  for (const auto& check : o.checks)
    require_command("--check", check);
  if (!o.not_before.empty()) task.not_before_ms = time_or_refuse(o.not_before);
  return task;
}

}  // namespace

int add(const Context& context, const AddOptions& options) {
  auto opened = open_project(context, false);  // a file that is being edited must not keep work out
  Task task = task_from(context, options, opened.project);
  for (const std::int64_t id : task.depends_on)
    (void)task_or_refuse(*opened.store, id);
  std::int64_t id = 0;
  opened.store->write([&] { id = opened.store->tasks.add(task, wall_ms()); });
  if (context.json) {
    *context.out << nlohmann::json{{"id", id}}.dump() << "\n";
  } else {
    *context.out << id << "\n";
  }
  return 0;
}

}  // namespace orchestrate::api
