#include "orchestrator/queue/survey.h"

#include <algorithm>

#include "orchestrator/attempt/bundle.h"
#include "orchestrator/project/agent_program.h"

namespace orchestrate {

Situation surroundings(const config::Config& config, Store& store, std::int64_t now_ms) {
  Situation s;
  s.config = &config;
  s.now_ms = now_ms;
  s.max_parallel = config.dispatch.max_parallel;
  s.max_session_cost_usd = config.limits.session_cost_usd;
  s.closed = store.sessions.paused();
  for (auto& park : store.parks.in_force(now_ms))
    s.parks.emplace(park.provider, park);
  return s;
}

Situation survey(const config::Config& config, Store& store, std::int64_t now_ms) {
  Situation s = surroundings(config, store, now_ms);
  for (const auto& run : store.runs.open()) {
    ++s.running;
    ++s.running_by_type[run.agent_type];
    const auto found = config.agent_types.find(run.agent_type);
    if (found == config.agent_types.end()) continue;
    s.reserved_cost_usd += std::max(0.0, found->second.profile.max_cost_usd - run.cost_usd);
    s.in_place_busy |= workspace_kind(config, found->second) == workspaces::Kind::in_place;
  }
  return s;
}

std::map<std::string, std::string> unusable_agent_types(const config::Config& config,
                                                        const std::vector<std::string>& environment) {
  std::map<std::string, std::string> unusable;
  for (const auto& [name, agent_type] : config.agent_types) {
    const spawners::Profile& profile = agent_type.profile;
    if (profile.command.empty()) continue;
    if (agent_program(profile, environment).empty()) {
      unusable[name] = "its program `" + profile.command.front() + "` is not on PATH";
    }
  }
  return unusable;
}

std::string prompt_for_person(const Task& task, const Decision& decision, const Project& project,
                              Store& store) {
  prompts::Bundle b = task_bundle(task, project, this_machine(), store);
  b.workspace = project.paths.project;
  b.checks = task.checks;
  for (const auto& command : project.config.checks.commands)
    b.checks.push_back(command.text);
  b.earlier_failure = earlier_failure(store.runs.of_task(task.id));
  std::string name = "implement";
  const auto found = project.config.agent_types.find(decision.route.to);
  if (found != project.config.agent_types.end()) {
    b.agent_type = found->first;
    b.expects_changes = found->second.expects_changes;
    name = found->second.prompt;
  }
  return project.prompts.render(name, b);
}

std::vector<Planned> make_plan(const Project& project, Store& store, std::int64_t now_ms,
                               const std::vector<std::string>& environment) {
  Situation s = survey(project.config, store, now_ms);
  s.unusable = unusable_agent_types(project.config, environment);
  std::vector<Task> queue = store.tasks.list(TaskState::queued, std::nullopt);
  std::sort(queue.begin(), queue.end(), [&](const Task& a, const Task& b) {
    return earlier(a, b, now_ms, project.config.dispatch.aging_ms);
  });
  std::vector<Planned> plan;
  for (auto& task : queue) {
    Decision decision = decide(task, store.tasks.unmet_dependencies(task.id), s);
    if (decision.kind == Decision::Kind::start) {
      // Those before it take their slots first.
      const auto& agent_type = project.config.agent_types.at(decision.route.to);
      ++s.running;
      ++s.running_by_type[decision.route.to];
      s.reserved_cost_usd += agent_type.profile.max_cost_usd;
      s.in_place_busy |= workspace_kind(project.config, agent_type) == workspaces::Kind::in_place;
    }
    plan.push_back({std::move(task), std::move(decision)});
  }
  return plan;
}

std::vector<std::string> why_not(const Task& task, const Project& project, Store& store, std::int64_t now_ms,
                                 const std::vector<std::string>& environment) {
  if (task.state != TaskState::queued) return {"it is " + std::string(to_string(task.state))};
  Situation s = survey(project.config, store, now_ms);
  s.unusable = unusable_agent_types(project.config, environment);
  const Decision d = decide(task, store.tasks.unmet_dependencies(task.id), s);
  if (d.kind == Decision::Kind::human)
    return {"it goes to a person (" + std::string(to_string(*d.inbox_kind)) + "): " + d.route.why};
  if (d.kind == Decision::Kind::start) {
    const auto session = store.sessions.find(std::nullopt);
    if (!session || session->ended_ms) return {"no session runs: start one with `orchestrate run`"};
  }
  return d.holds;
}

}  // namespace orchestrate
