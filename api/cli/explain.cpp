#include <nlohmann/json.hpp>
#include <ostream>

#include "api/cli/task_words.h"
#include "api/cli/verbs.h"
#include "api/operations/json.h"
#include "orchestrator/attempt/bundle.h"
#include "orchestrator/queue/survey.h"
#include "text/display.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

std::string target(const Decision& d) {
  if (d.kind == Decision::Kind::human) return std::string(routing::kHuman) + " (" + d.inbox_kind + ")";
  if (!d.route.to.empty()) return d.route.to;
  return d.route.waits_for.empty() ? "-" : d.route.waits_for.front();
}

std::string when(const Decision& d) {
  if (d.kind == Decision::Kind::start) return "now";
  if (d.kind == Decision::Kind::human) return "inbox";
  return "waits: " + joined(d.holds, "; ");
}

json planned_json(const Planned& p, int order) {
  json j = route_json(p.decision.route);
  j["id"] = p.task.id;
  j["title"] = p.task.title;
  j["priority"] = priority_name(p.task.rank);
  j["starts_now"] = p.decision.kind == Decision::Kind::start;
  j["holds"] = p.decision.holds;
  j["order"] = order;
  if (p.decision.kind == Decision::Kind::human) {
    j["to"] = routing::kHuman;
    j["agent_type"] = nullptr;
    j["inbox_kind"] = p.decision.inbox_kind;
  }
  return j;
}

void explain(std::ostream& out, const routing::Route& route) {
  out << "to    " << (route.to.empty() ? "nobody now" : printable(route.to)) << "\n";
  out << "rule  " << printable(route.rule) << "\n";
  out << "why   " << printable(route.why) << "\n";
  for (const auto& name : route.waits_for)
    out << "waits for " << printable(name) << "\n";
  out << "\n";
  std::vector<std::vector<std::string>> rows;
  for (const auto& r : route.reasons)
    rows.push_back({r.matched ? "  *" : "  -", r.rule, r.text});
  out << table(rows);
}

Decision decide_now(const Context& context, const Project& project, Store& store, const Task& task) {
  Situation s = survey(project.config, store, wall_ms());
  s.unusable = unusable_agent_types(project.config, context.environment);
  return decide(task, task.id == 0 ? std::vector<Task>{} : store.tasks.unmet_dependencies(task.id), s);
}

}  // namespace

int plan(const Context& context) {
  auto opened = open_project(context);
  const auto plan = make_plan(opened.project, *opened.store, wall_ms(), context.environment);
  if (context.json) {
    json list = json::array();
    for (const auto& p : plan)
      list.push_back(planned_json(p, static_cast<int>(list.size()) + 1));
    *context.out << text_of(list);
    return 0;
  }
  if (plan.empty()) {
    *context.out << "the queue is empty: nothing would be done\n";
    return 0;
  }
  std::vector<std::vector<std::string>> rows = {{"#", "TASK", "PRI", "TITLE", "TO", "RULE", "WHEN"}};
  for (const auto& p : plan) {
    rows.push_back({std::to_string(rows.size()), std::to_string(p.task.id), priority_short(p.task.rank),
                    shortened(printable(p.task.title), 40), target(p.decision), p.decision.route.rule,
                    when(p.decision)});
  }
  *context.out << table(rows) << "\n";
  for (const auto& p : plan) {
    *context.out << std::to_string(p.task.id) << ": " << printable(p.decision.route.why) << "\n";
  }
  return 0;
}

int why(const Context& context, std::int64_t id) {
  auto opened = open_project(context);
  const Task task = task_or_refuse(*opened.store, id);
  const auto reasons = why_not(task, opened.project, *opened.store, wall_ms(), context.environment);
  if (context.json) {
    const Decision d = decide_now(context, opened.project, *opened.store, task);
    *context.out << text_of(
        {{"id", id}, {"state", to_string(task.state)}, {"reasons", reasons}, {"route", route_json(d.route)}});
    return 0;
  }
  if (reasons.empty()) *context.out << "nothing holds it back: the running session starts it next\n";
  for (const auto& reason : reasons)
    *context.out << printable(reason) << "\n";
  const auto runs = opened.store->runs.of_task(id);
  if (!runs.empty())
    *context.out << "its last run: "
                 << printable(runs.back().why.empty() ? runs.back().phase : runs.back().why) << "\n";
  return 0;
}

int route(const Context& context, const RouteOptions& options) {
  auto opened = open_project(context);
  Task task;
  if (options.id) {
    task = task_or_refuse(*opened.store, *options.id);
  } else {
    const auto rank = priority_rank(options.priority);
    if (!rank) throw UsageError("`" + options.priority + "` is no priority: use P0, P1, P2 or P3");
    task.rank = *rank;
    task.needs = options.needs;
    task.type = options.type;
    task.title = options.title;
  }
  const Decision d = decide_now(context, opened.project, *opened.store, task);
  if (context.json) {
    *context.out << text_of(route_json(d.route));
  } else {
    explain(*context.out, d.route);
  }
  return 0;
}

int prompt(const Context& context, std::int64_t id, const std::string& agent) {
  auto opened = open_project(context);
  const Task task = task_or_refuse(*opened.store, id);
  Decision d = decide_now(context, opened.project, *opened.store, task);
  if (!agent.empty()) {
    (void)agent_type_or_refuse(agent, opened.project);
    d.route.to = agent;
  } else if (d.route.to.empty() && !d.route.waits_for.empty()) {
    d.route.to = d.route.waits_for.front();
  }
  const std::string text = prompt_for_person(task, d, opened.project, *opened.store);
  if (context.json) {
    *context.out << text_of({{"id", id}, {"agent_type", d.route.to}, {"prompt", text}});
  } else {
    *context.out << text;
  }
  return 0;
}

int config_check(const Context& context) {
  const std::string directory = find_project(context.directory);
  if (directory.empty()) throw UsageError("no project here: run `orchestrate init` first");
  const Project project = load_project(directory);
  if (context.json) {
    json list = json::array();
    for (const auto& e : project.errors) {
      list.push_back({{"file", e.file},
                      {"line", e.line},
                      {"column", e.column},
                      {"message", e.message},
                      {"hint", e.hint}});
    }
    *context.out << text_of({{"ok", project.errors.empty()}, {"errors", list}});
  } else if (project.errors.empty()) {
    *context.out << "the configuration is clean: " << project.config.agent_types.size() << " agent types, "
                 << project.config.rules.rules.size() << " rules\n";
  } else {
    *context.out << config::render(project.errors, context.colour);
    *context.out << project.errors.size() << (project.errors.size() == 1 ? " problem\n" : " problems\n");
  }
  return project.errors.empty() ? 0 : 2;
}

}  // namespace orchestrate::api
