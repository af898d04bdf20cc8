#include <nlohmann/json.hpp>
#include <ostream>

#include "api/cli/task_words.h"
#include "api/operations/json.h"

namespace orchestrate::api {
namespace {

template <typename T>
void replace(T& value, const std::optional<T>& given) {
  if (given) value = *given;
}

// `--needs ""` clears a list.
void replace(std::vector<std::string>& list, const std::optional<std::vector<std::string>>& given) {
  if (!given) return;
  list = *given;
  std::erase(list, "");
}

std::vector<std::int64_t> ids_of(const std::vector<std::string>& words) {
  std::vector<std::int64_t> ids;
  for (const auto& word : words) {
    if (word.empty()) continue;
    if (word.find_first_not_of("0123456789") != std::string::npos || word.size() > 18)
      throw UsageError("`" + word + "` is no task's id");
    ids.push_back(std::stoll(word));
  }
  return ids;
}

void apply_words(const Context& context, Task& task, const EditOptions& o, const Project& project) {
  if (o.description && o.description_file)
    throw UsageError("--description and --description-file exclude each other");
  replace(task.title, o.title);
  require_title(task.title);
  replace(task.description, o.description);
  if (o.description == "-") task.description = read_description(context, "-");
  if (o.description_file) task.description = read_description(context, *o.description_file);
  if (o.priority) task.rank = rank_or_refuse(*o.priority);
  replace(task.type, o.type);
  replace(task.run_command, o.run);
  if (o.run && !o.run->empty()) require_command("--run", *o.run);
  if (o.agent) {
    require_known_agent(*o.agent, project);
    task.agent_type = o.agent->empty() ? std::nullopt : o.agent;
  }
  if (o.manual && *o.manual != "yes" && *o.manual != "no")
    throw UsageError("`--manual " + *o.manual + "`: say yes or no");
  if (o.manual) task.manual = *o.manual == "yes";
  if (o.not_before)
    task.not_before_ms = o.not_before->empty() ? std::nullopt : std::optional(time_or_refuse(*o.not_before));
}

void apply_lists(Task& task, const EditOptions& o) {
  replace(task.needs, o.needs);
  replace(task.labels, o.labels);
  replace(task.acceptance, o.accept);
  replace(task.checks, o.checks);
  replace(task.specs, o.specs);
  for (const auto& check : task.checks)
    require_command("--check", check);
  if (o.depends_on) task.depends_on = ids_of(*o.depends_on);
}

bool changes_nothing(const EditOptions& o) {
  const bool words = o.title || o.description || o.description_file || o.priority || o.type || o.agent ||
                     o.run || o.not_before || o.manual;
  return !words && !o.needs && !o.labels && !o.accept && !o.checks && !o.specs && !o.depends_on;
}

}  // namespace

int edit(const Context& context, const EditOptions& options) {
  if (changes_nothing(options))
    throw UsageError("say what to change, like --priority P0: `orchestrate edit --help`");
  auto opened = open_project(context, false);
  Store& store = *opened.store;
  // Within the transaction: what another program changed a moment ago is kept.
  store.write([&] {
    Task task = task_or_refuse(store, options.id);
    apply_words(context, task, options, opened.project);
    apply_lists(task, options);
    for (const std::int64_t id : task.depends_on)
      (void)task_or_refuse(store, id);
    if (std::find(task.depends_on.begin(), task.depends_on.end(), task.id) != task.depends_on.end())
      throw UsageError("a task cannot depend on itself");
    if (!store.tasks.edit(task, wall_ms())) {
      throw Refused(
          "task " + std::to_string(task.id) + " is " + std::string(to_string(task.state)) +
          (task.state == TaskState::running ? ": cancel it first" : ": nothing can be changed any more"));
    }
    if (store.tasks.depends_on_itself(task.id))
      throw UsageError("the task would wait for itself through what it depends on");
  });
  if (context.json) {
    *context.out << nlohmann::json{{"id", options.id}}.dump() << "\n";
  } else {
    *context.out << "task " << options.id << " is changed\n";
  }
  return 0;
}

}  // namespace orchestrate::api
