#include "orchestrator/attempt/prompt/bundle.h"

#include <algorithm>

#include "text/priority.h"
#include "text/utf8.h"

namespace orchestrate {
namespace {

constexpr std::size_t kSpecBytes = 64 << 10;
constexpr std::size_t kAllSpecsBytes = 256 << 10;
constexpr std::size_t kResultBytes = 8 << 10;

std::vector<prompts::Excerpt> read_specs(const Task& task, const Project& project, const Machine& machine) {
  std::vector<prompts::Excerpt> specs;
  std::size_t room = kAllSpecsBytes;
  for (const auto& name : task.specs) {
    const ProjectFile file =
        machine.read_project_file(project.paths.project, name, std::min(room, kSpecBytes));
    prompts::Excerpt excerpt;
    excerpt.name = name;
    excerpt.text = file.problem.empty() ? file.text : "(" + file.problem + ")";
    excerpt.original_bytes = file.problem.empty() ? file.bytes : excerpt.text.size();
    room -= std::min(room, excerpt.text.size());
    specs.push_back(std::move(excerpt));
  }
  return specs;
}

std::vector<prompts::Excerpt> dependency_results(const Task& task, Store& store) {
  std::vector<prompts::Excerpt> results;
  for (const std::int64_t id : task.depends_on) {
    const auto dependency = store.tasks.find(id);
    const auto runs = store.runs.of_task(id);
    if (!dependency || runs.empty()) continue;
    prompts::Excerpt excerpt;
    excerpt.name = "task " + std::to_string(id) + ": " + dependency->title;
    const std::string& summary = runs.back().summary;
    excerpt.text = text::cut(summary, kResultBytes);
    const std::size_t left_out = summary.size() - excerpt.text.size();
    if (!runs.back().branch.empty()) excerpt.text += "\n(its work: branch " + runs.back().branch + ")";
    excerpt.original_bytes = excerpt.text.size() + left_out;
    results.push_back(std::move(excerpt));
  }
  return results;
}

}  // namespace

prompts::Bundle task_bundle(const Task& task, const Project& project, const Machine& machine, Store& store) {
  prompts::Bundle b;
  b.task_id = std::to_string(task.id);
  b.title = task.title;
  b.type = task.type;
  b.priority = text::priority_name(task.rank);
  b.description = task.description;
  b.acceptance = task.acceptance;
  b.specs = read_specs(task, project, machine);
  b.dependency_results = dependency_results(task, store);
  b.protected_paths = project.config.checks.protected_paths;
  b.attempt = task.ledger.attempts + 1;
  return b;
}

prompts::Bundle agent_bundle(const Attempt& a, const Project& project, const Machine& machine, Store& store) {
  prompts::Bundle b = task_bundle(a.task, project, machine, store);
  for (std::size_t i = 0; i < a.terms.checks.size(); ++i) {
    const std::string& command = a.terms.checks[i].command.text;
    b.checks.push_back(command);
    if (a.facts.red_on_base.at(i).value_or(false)) b.red_on_base.push_back(command);
  }
  b.attempt = a.terms.number;
  b.earlier_failure = a.terms.earlier_failure;
  b.workspace = a.facts.created ? a.facts.created->path : "";
  b.branch = a.terms.branch;
  b.agent_type = a.run.agent_type;
  b.expects_changes = a.terms.agent.expects_changes;
  return b;
}

std::string earlier_failure(const std::vector<Run>& runs) {
  const auto last =
      std::find_if(runs.rbegin(), runs.rend(), [](const Run& run) { return run.phase == RunPhase::ended; });
  if (last == runs.rend() || last->verdict == VerdictKind::accept) return {};
  std::string text = last->why;
  for (const auto& check : last->evidence.checks) {
    if (!check.passed) text += "\n\n$ " + check.command + "\n" + check.output_tail;
  }
  return text;
}

}  // namespace orchestrate
