#include "tests/orchestrator/temp_project.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "workspaces/workspace.h"

namespace orchestrate::test {
namespace {

config::AgentType agent_type(const std::string& name, const std::string& provider) {
  config::AgentType p;
  p.profile.name = name;
  p.profile.driver = "script";
  p.capabilities = {name};
  p.max_parallel = 4;
  p.provider = provider;
  p.workspace = workspaces::Kind::scratch;
  p.expects_changes = false;
  return p;
}

}  // namespace

TempProject::TempProject() {
  std::string pattern = testing::TempDir() + "orchestrate-XXXXXX";
  root = ::mkdtemp(pattern.data());
  ::mkdir((root + "/project").c_str(), 0700);
  ::mkdir((root + "/project/.orchestrate").c_str(), 0700);
  auto& config = project.config;
  config.agent_types["alpha"] = agent_type("alpha", "p1");
  config.agent_types["alpha"].fallback = {"beta"};
  config.agent_types["beta"] = agent_type("beta", "p2");
  config.rules.capabilities = {{"a", "alpha", 1}, {"b", "beta", 2}};
  config.rules.fallback = "alpha";
  config.workspace.root = root + "/workspaces";
  project.paths = paths_of(root + "/project", config);
  make_state_dirs(project.paths);
  store = std::make_unique<Store>(project.paths.state);
}

TempProject::~TempProject() {
  store.reset();
  workspaces::remove_tree(root);
}

std::int64_t TempProject::add(const std::string& title, int rank,
                              const std::vector<std::int64_t>& depends_on) {
  Task task;
  task.title = title;
  task.rank = rank;
  task.run_command = title;
  task.depends_on = depends_on;
  std::int64_t id = 0;
  store->write([&] { id = store->tasks.add(task, kCreatedMs); });
  return id;
}

}  // namespace orchestrate::test
