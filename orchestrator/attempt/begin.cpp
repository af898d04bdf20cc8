#include "orchestrator/attempt/begin.h"

#include "orchestrator/attempt/launch_refused.h"
#include "orchestrator/attempt/machine_fault.h"
#include "orchestrator/attempt/prompt/bundle.h"
#include "orchestrator/attempt/prompt/continuation.h"
#include "orchestrator/attempt/steps/requests.h"
#include "orchestrator/project/agent_program.h"

namespace orchestrate {
namespace {

std::string publish_branch(const std::string& pattern, const Task& task) {
  std::string branch = pattern;
  const auto at = branch.find("{id}");
  if (at != std::string::npos) branch.replace(at, 4, std::to_string(task.id));
  return branch;
}

std::vector<DueCheck> due_checks(const Task& task, const config::Config& config) {
  std::vector<DueCheck> checks;
  for (const auto& text : task.checks) {
    std::string why;
    const auto argv = config::split_command(text, why);
    if (!argv) throw LaunchRefused("its check `" + text + "` cannot be split into arguments: " + why);
    checks.push_back({{*argv, text}, false});
  }
  for (const auto& command : config.checks.commands)
    checks.push_back({command, true});
  return checks;
}

const config::AgentType& agent_type_of(const Run& run, const config::Config& config) {
  const auto found = config.agent_types.find(run.agent_type);
  if (found == config.agent_types.end())
    throw LaunchRefused("the agent type `" + run.agent_type + "` is no longer in agents.toml");
  return found->second;
}

Terms terms_of(const Run& run, const Task& task, const config::Config& config) {
  Terms t;
  t.agent = agent_type_of(run, config);
  t.driver = spawners::find_driver(t.agent.profile.driver);
  if (t.driver == nullptr) throw LaunchRefused("no driver is called `" + t.agent.profile.driver + "`");
  t.kind = workspace_kind(config, t.agent);
  t.hooks = config.hooks;
  t.checks = due_checks(task, config);
  t.check_wall_ms = config.checks.wall_ms;
  t.baseline = config.checks.baseline;
  t.fresh = config.checks.fresh;
  t.number = task.ledger.attempts + 1;
  t.allowed = config.limits.task_attempts;
  t.base = config.base;
  t.branch = publish_branch(config.workspace.branch, task);
  t.publish = config.workspace.publish;
  t.author = config.workspace.author;
  t.gates = config.checks.protected_paths;
  const auto control = t.driver->control_files(t.agent.profile);
  t.gates.insert(t.gates.end(), control.begin(), control.end());
  t.hidden = t.driver->hidden_files(t.agent.profile);
  return t;
}

// The version is asked once for each file that is the CLI, and then known.
void know_program(Attempt& a, const BeginContext& c) {
  const auto& traits = a.terms.driver->traits;
  if (traits.states_version || traits.command.empty()) return;
  const std::string program = program_identity(a.terms.agent.profile, c.environment, c.machine);
  if (program.empty()) return;
  a.run.evidence.cli_version = c.store.values.get(program);
  if (a.run.evidence.cli_version.empty()) a.terms.program = program;
}

void go_on_in_session(Attempt& a, std::vector<Run> earlier) {
  std::erase_if(earlier, [&a](const Run& run) { return run.id >= a.run.id; });
  const Continuation c = continuation(earlier, a.terms.agent, *a.terms.driver);
  a.terms.resume_session = c.session;
  a.terms.charged = c.charged;
}

// Of a plain job in an empty folder nothing is read afterwards: no repository, no step of its own. But what
// an attempt left there to steer its CLI must be put away before the next one.
bool needs_only_a_folder(const Terms& t) {
  const bool restores = t.agent.profile.repository_config == spawners::RepositoryConfig::trust &&
                        !t.driver->control_files(t.agent.profile).empty();
  return t.kind == workspaces::Kind::scratch && !wants_snapshot(t) && t.hidden.empty() && !restores;
}

}  // namespace

Attempt begin_attempt(const Run& run, const Task& task, const BeginContext& c) {
  Attempt a;
  a.run = run;
  a.task = task;
  a.terms = terms_of(run, task, c.project.config);
  a.facts.red_on_base.resize(a.terms.checks.size());
  const auto runs = c.store.runs.of_task(task.id);
  a.terms.earlier_failure = earlier_failure(runs);
  know_program(a, c);
  go_on_in_session(a, runs);
  if (needs_only_a_folder(a.terms)) {
    try {
      a.facts.created = c.machine.make_scratch(c.project.paths.workspaces, task_key(a));
    } catch (const workspaces::WorkspaceError& e) {
      const std::string fault = c.machine.fault(c.project.paths);
      if (!fault.empty()) throw MachineFault(fault);
      throw LaunchRefused(e.what());
    }
  }
  return a;
}

}  // namespace orchestrate
