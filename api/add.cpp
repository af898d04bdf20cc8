#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/verbs.h"
#include "orchestrator/time_text.h"

namespace orchestrate::api {
namespace {

constexpr std::size_t kMaxDescription = 4 << 20;

std::string read_all(std::istream& in, const std::string& name) {
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (in.bad()) throw UsageError("cannot read " + name);
  if (text.size() > kMaxDescription)
    throw UsageError(name +
                     " is larger than 4 MiB: put it into a file of the project and name it with --spec");
  return text;
}

std::string description_of(const Context& context, const AddOptions& o) {
  if (!o.description_file.empty() && !o.description.empty()) {
    throw UsageError("--description and --description-file exclude each other");
  }
  if (o.description == "-" || o.description_file == "-") return read_all(*context.in, "standard input");
  if (o.description_file.empty()) return o.description;
  std::ifstream in(o.description_file, std::ios::binary);
  if (!in) throw UsageError("cannot read " + o.description_file);
  return read_all(in, o.description_file);
}

void require_command(const std::string& what, const std::string& text) {
  std::string why;
  if (!config::split_command(text, why)) {
    throw UsageError(what + " `" + text + "` cannot be split into arguments: " + why +
                     "\n  commands are never given to a shell; ask for one with: sh -c '...'");
  }
}

// "no agent type `bakend`: did you mean `backend`?"
void require_known_agent(const std::string& agent, const config::Config& config) {
  if (agent.empty() || config.agent_types.contains(agent)) return;
  std::vector<std::string> names;
  for (const auto& [name, profile] : config.agent_types)
    names.push_back(name);
  const std::string nearest = config::nearest(agent, names);
  throw UsageError("there is no agent type `" + agent + "`" +
                   (nearest.empty() ? "" : ": did you mean `" + nearest + "`?") +
                   "\n  agent types are written in .orchestrate/agents.toml");
}

Task task_from(const Context& context, const AddOptions& o, const config::Config& config) {
  Task task;
  task.title = o.title;
  if (task.title.find_first_not_of(" \t\r\n") == std::string::npos) throw UsageError("a task needs a title");
  task.description = description_of(context, o);
  const auto rank = priority_rank(o.priority);
  if (!rank) throw UsageError("`" + o.priority + "` is no priority: use P0, P1, P2 or P3");
  task.rank = *rank;
  task.type = !o.type.empty() ? o.type : o.run.empty() ? "IMPLEMENT" : "SCRIPT";
  require_known_agent(o.agent, config);
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
  if (!o.not_before.empty()) {
    task.not_before_ms = parse_time_ms(o.not_before, wall_ms());
    if (!task.not_before_ms) {
      throw UsageError("`" + o.not_before +
                       "` is no time: write 23:30, 2026-11-22 03:10 or 2026-11-22T03:10:00Z");
    }
  }
  return task;
}

}  // namespace

int add(const Context& context, const AddOptions& options) {
  auto opened = open_project(context);
  Task task = task_from(context, options, opened.project.config);
  for (const std::int64_t id : task.depends_on)
    (void)task_or_refuse(*opened.store, id);
  std::int64_t id = 0;
  opened.store->write([&] { id = opened.store->add_task(task, wall_ms()); });
  if (context.json) {
    *context.out << nlohmann::json{{"id", id}}.dump() << "\n";
  } else {
    *context.out << id << "\n";
  }
  return 0;
}

}  // namespace orchestrate::api
