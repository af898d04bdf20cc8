// What runs, step by step, as the runner sees it.
#include "tests/orchestrator/session/night.h"

#include <cstdlib>

#include "spawners/local/leftovers.h"

namespace orchestrate {
namespace {

using test::exits;

class AttemptSteps : public test::Night {};

TEST_F(AttemptSteps, WhatNobodyWaitsForChangesNothing) {
  const auto id = temp.add("true");
  runner.at(50, spawners::Exited{"99/01-agent", exits(1)});
  runner.at(50, spawners::Exited{"1/07-agent", exits(1)});
  runner.at(60, spawners::Lost{"99/01-agent", "killed"});
  runner.at(70, spawners::Started{"99/01-agent", 1});
  runner.at(70, spawners::Lines{"99/01-agent", "stdout", {"x"}, 0});
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(id).state, TaskState::done);
  EXPECT_EQ(temp.store->runs.of_task(id).size(), 1U);
}

TEST_F(AttemptSteps, AnAgentThatIsRefusedSaysWhyInItsRun) {
  const auto id = temp.add("make 'all");
  run();
  const auto runs = temp.store->runs.of_task(id);
  ASSERT_FALSE(runs.empty());
  EXPECT_EQ(runs[0].why.find("the task's command cannot be split into arguments: "), 0U) << runs[0].why;
  EXPECT_TRUE(agents_started().empty());
}

TEST_F(AttemptSteps, WhatWasCheckedOutIsRemovedThoughAHookFailed) {
  const std::string repository =
      "cd '" + temp.project.paths.project +
      "' && git init -q -b main && git -c user.name=x -c user.email=x@example.org commit -q --allow-empty -m x";
  ASSERT_EQ(std::system(repository.c_str()), 0);
  auto& config = temp.project.config;
  config.agent_types["alpha"].workspace = workspaces::Kind::clone;
  config.checks.commands = {{{"true"}, "true"}};
  config.hooks.before_run = {{{"false"}, "false"}};
  const auto id = temp.add("work");
  run();
  EXPECT_TRUE(runner.cancelled.empty()) << runner.cancelled[0];
  EXPECT_TRUE(runner.history.back().ends_with("-remove")) << runner.history.back();
  EXPECT_EQ(temp.store->runs.of_task(id).at(0).why, "the hook: exit 1");
  EXPECT_TRUE(temp.store->runs.of_task(id)[0].evidence.flags.empty());
}

TEST_F(AttemptSteps, AWorkspaceWhoseHooksDidNotSucceedIsPreparedAgain) {
  temp.project.config.hooks.after_create = {{{"fetch"}, "fetch"}, {{"build"}, "build"}};
  std::vector<std::string> hooks;
  runner.act = [&](const std::string& command, int nth) {
    if (command != "work") hooks.push_back(command);
    test::Act act;
    act.exit = exits(command == "build" && nth == 0 ? 1 : 0);
    return act;
  };
  const auto id = temp.add("work");
  EXPECT_EQ(run(), SessionEnd::decisions);
  EXPECT_EQ(hooks, (std::vector<std::string>{"fetch", "build"}));
  for (int again = 0; again < 2; ++again) {
    temp.store->write([&] { (void)temp.store->tasks.retry(id, 1); });
    EXPECT_EQ(run(), SessionEnd::done);
    EXPECT_EQ(hooks, (std::vector<std::string>{"fetch", "build", "fetch", "build"})) << "once they succeeded";
  }
}

}  // namespace
}  // namespace orchestrate
