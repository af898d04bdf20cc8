#include "orchestrator/attempt/bundle.h"

#include <filesystem>

#include "system/files.h"

namespace orchestrate {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSpecBytes = 64 << 10;
constexpr std::size_t kAllSpecsBytes = 256 << 10;
constexpr std::size_t kResultBytes = 8 << 10;

// A spec is a file of the project: a path that leaves it, by dots or by a symlink, is named and not read.
prompts::Excerpt read_spec(const std::string& name, const std::string& project, std::size_t room) {
  prompts::Excerpt excerpt;
  excerpt.name = name;
  std::error_code error;
  const fs::path path = fs::canonical(fs::path(project) / name, error);
  const fs::path relative = path.lexically_relative(project);
  if (error || relative.empty() || *relative.begin() == "..") {
    excerpt.text =
        error ? "(this file does not exist)" : "(this file lies outside the project and was not read)";
    excerpt.original_bytes = excerpt.text.size();
    return excerpt;
  }
  const auto file = system::read_start(path.string(), std::min(room, kSpecBytes));
  excerpt.text = file ? file.text : "(this file cannot be read)";
  excerpt.original_bytes = file ? fs::file_size(path, error) : excerpt.text.size();
  return excerpt;
}

std::vector<prompts::Excerpt> read_specs(const Task& task, const std::string& project) {
  std::vector<prompts::Excerpt> specs;
  std::size_t room = kAllSpecsBytes;
  for (const auto& name : task.specs) {
    specs.push_back(read_spec(name, project, room));
    room -= std::min(room, specs.back().text.size());
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
    excerpt.text = runs.back().summary.substr(0, kResultBytes);
    if (!runs.back().branch.empty()) excerpt.text += "\n(its work: branch " + runs.back().branch + ")";
    excerpt.original_bytes = excerpt.text.size();
    results.push_back(std::move(excerpt));
  }
  return results;
}

}  // namespace

prompts::Bundle make_bundle(const Task& task, const BundleContext& context, const Project& project,
                            Store& store) {
  prompts::Bundle b;
  b.task_id = std::to_string(task.id);
  b.title = task.title;
  b.type = task.type;
  b.priority = priority_name(task.rank);
  b.description = task.description;
  b.acceptance = task.acceptance;
  b.specs = read_specs(task, project.paths.project);
  b.dependency_results = dependency_results(task, store);
  b.checks = context.checks;
  b.red_on_base = context.red_on_base;
  b.protected_paths = project.config.checks.protected_paths;
  b.attempt = task.ledger.attempts + 1;
  b.earlier_failure = context.earlier_failure;
  b.workspace = context.workspace;
  b.branch = context.branch;
  b.agent_type = context.agent_type;
  b.expects_changes = context.expects_changes;
  return b;
}

std::string earlier_failure(const Task& task, Store& store) {
  const auto runs = store.runs.of_task(task.id);
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    if (run->phase != "ended") continue;
    if (run->verdict == "accept") return {};
    std::string text = run->why;
    for (const auto& check : run->evidence.checks) {
      if (!check.passed) text += "\n\n$ " + check.command + "\n" + check.output_tail;
    }
    return text;
  }
  return {};
}

}  // namespace orchestrate
