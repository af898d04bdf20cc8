// What each step of an attempt is started with.
#include "orchestrator/attempt/steps/launches.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/orchestrator/attempt/sample.h"
#include "tests/orchestrator/fake_machine.h"

namespace orchestrate {
namespace {

// Every workspace lies where it must, and is what the test says.
class Anywhere : public test::FakeMachine {
 public:
  bool git_root = true;

  [[nodiscard]] std::string contained(const std::string& root, const std::string& path) const override {
    if (!path.starts_with(root)) throw workspaces::WorkspaceError(path + " is elsewhere");
    return path;
  }
  [[nodiscard]] bool exists(const std::string& path) const override {
    return git_root && path == "/w/task-7/.git";
  }
};

class Launches : public testing::Test {
 protected:
  Launches() {
    paths.project = "/p";
    paths.runs = "/p/runs";
    paths.homes = "/p/homes";
    paths.workspaces = "/w";
    paths.program = "/bin/orchestrate";
    a.terms.hooks.after_create = {{{"setup"}, "setup"}};
    a.terms.hooks.before_run = {{{"warm", "up"}, "warm up"}};
    a.terms.hooks.after_run = {{{"tidy"}, "tidy"}};
    a.terms.hooks.before_remove = {{{"save"}, "save"}};
    a.terms.check_wall_ms = 77;
    a.terms.agent.profile.command = {"claude"};
  }

  [[nodiscard]] LaunchContext context() const {
    return {&paths, &machine, {"PATH=/usr/bin", "HOME=/home/lead", "API_KEY=secret"}};
  }
  [[nodiscard]] spawners::Launch launch(StepKind kind, std::size_t index = 0) const {
    return launch_of(a, {kind, index}, context());
  }

  Paths paths;
  Anywhere machine;
  Attempt a = test::good_attempt();
};

TEST_F(Launches, OfOurOwnStepsAreThisProgramWithARequest) {
  a.verdict = Verdict{};
  for (const StepKind kind : {StepKind::create, StepKind::base_checkout, StepKind::hide, StepKind::snapshot,
                              StepKind::fresh_checkout, StepKind::land, StepKind::remove}) {
    const spawners::Launch own = launch(kind);
    EXPECT_EQ(own.argv, (std::vector<std::string>{"/bin/orchestrate", "step", "."})) << step_name(kind);
    EXPECT_EQ(own.cwd, "") << "the step's own directory";
    ASSERT_EQ(own.files.size(), 1U);
    EXPECT_EQ(own.files[0].name, "request.json");
    EXPECT_EQ(own.limits.wall_ms, 15 * 60'000);
    EXPECT_EQ(own.limits.silence_ms, 15 * 60'000);
    EXPECT_FALSE(own.limits.stop_on_output_limit);
  }
}

TEST_F(Launches, OfCommandsAreThoseThatAPersonWroteInTheWorkspace) {
  const std::vector<std::pair<StepRef, std::vector<std::string>>> commands = {
      {{StepKind::after_create, 0}, {"setup"}}, {{StepKind::before_run, 0}, {"warm", "up"}},
      {{StepKind::after_run, 0}, {"tidy"}},     {{StepKind::before_remove, 0}, {"save"}},
      {{StepKind::check, 0}, {"own"}},          {{StepKind::check, 1}, {"make", "test"}}};
  for (const auto& [step, argv] : commands) {
    const spawners::Launch started = launch(step.kind, step.index);
    EXPECT_EQ(started.argv, argv);
    EXPECT_EQ(started.cwd, "/w/task-7");
    EXPECT_EQ(started.limits.wall_ms, step.kind == StepKind::check ? 77 : 60'000);
    EXPECT_EQ(started.limits.silence_ms, started.limits.wall_ms) << "a command may be silent";
    EXPECT_FALSE(started.limits.stop_on_output_limit);
  }
}

TEST_F(Launches, OfCommandsHandOnNoKeys) {
  EXPECT_EQ(launch(StepKind::check).env,
            (std::vector<std::string>{"HOME=/home/lead", "PATH=/usr/bin", "ORCHESTRATE_TASK=7",
                                      "ORCHESTRATE_WORKSPACE=/w/task-7"}));
  EXPECT_EQ(launch(StepKind::snapshot).env, (std::vector<std::string>{"HOME=/home/lead", "PATH=/usr/bin"}));
}

TEST_F(Launches, OfChecksAreInTheCheckoutThatTheyAreOf) {
  a.walk.base_checked_out = true;
  EXPECT_EQ(launch(StepKind::baseline, 1).cwd, "/w/task-7-base-41");
  EXPECT_EQ(launch(StepKind::baseline, 1).argv, (std::vector<std::string>{"make", "test"}));
  EXPECT_EQ(launch(StepKind::baseline, 1).limits.wall_ms, 77);
  a.walk.fresh_checked_out = true;
  EXPECT_EQ(launch(StepKind::check).cwd, "/w/task-7-fresh-41");
  EXPECT_EQ(launch(StepKind::after_run).cwd, "/w/task-7");
}

TEST_F(Launches, AStepIsNamedByItsNumberItsKindAndItsCommand) {
  EXPECT_EQ(step_id(a, 3, {StepKind::agent}), "41/03-agent");
  EXPECT_EQ(step_id(a, 1, {StepKind::create}), "41/01-create");
  const std::string before = step_id(a, 2, {StepKind::before_run});
  EXPECT_EQ(before.substr(0, 11), "41/02-hook-");
  EXPECT_EQ(before, step_id(a, 2, {StepKind::before_run}));
  a.terms.hooks.before_run = {{{"warmup"}, "warmup"}};
  EXPECT_NE(before, step_id(a, 2, {StepKind::before_run})) << "another command is another step";
}

TEST_F(Launches, OfTheAgentKnowTheFolderOfTheStepThatIsNext) {
  a.terms.driver = spawners::find_driver("aider");
  a.terms.agent.profile.model = "maker/model";
  a.walk.steps_begun = 4;
  const auto argv = agent_launch(a, "Task 7.", context()).launch.argv;
  EXPECT_NE(std::find(argv.begin(), argv.end(), "/p/runs/41/05-agent/bundle.md"), argv.end());
  machine.git_root = false;
  EXPECT_NE(agent_launch(a, "Task 7.", context()).refused.find("its workspace is none"), std::string::npos);
}

TEST_F(Launches, OfTheAgentAreRefusedInAWorkspaceThatLiesElsewhere) {
  a.facts.created->path = "/elsewhere";
  EXPECT_EQ(agent_launch(a, "Task 7.", context()).refused, "/elsewhere is elsewhere");
  EXPECT_TRUE(agent_launch(a, "Task 7.", context()).launch.argv.empty());
  a.terms.kind = workspaces::Kind::in_place;
  EXPECT_EQ(agent_launch(a, "Task 7.", context()).launch.cwd, "/elsewhere") << "the project's own folder";
}

TEST_F(Launches, OfTheAgentGoOnInTheSessionThatWasBegun) {
  a.terms.resume_session = "11111111-2222-4333-8444-555555555555";
  const auto argv = agent_launch(a, "Task 7.", context()).launch.argv;
  const auto flag = std::find(argv.begin(), argv.end(), "--resume");
  ASSERT_NE(flag, argv.end());
  EXPECT_EQ(*(flag + 1), a.terms.resume_session);
}

TEST_F(Launches, OfTheAgentBeginASessionOfTheRunsOwnNumber) {
  a.terms.driver = spawners::find_driver("gemini");
  EXPECT_EQ(agent_launch(a, "Task 7.", context()).session_id, "01a1ee56-5e00-8000-8000-000000000029");
  a.run.id = 42;
  EXPECT_EQ(agent_launch(a, "Task 7.", context()).session_id, "01a1ee56-5e00-8000-8000-00000000002a");
}

TEST_F(Launches, OfATasksOwnCommandRunIt) {
  a.terms.driver = spawners::find_driver("script");
  a.terms.agent.profile.command.clear();
  a.task.run_command = "make 'a b'";
  EXPECT_EQ(agent_launch(a, "Task 7.", context()).launch.argv, (std::vector<std::string>{"make", "a b"}));
  a.task.run_command = "make 'a b";
  EXPECT_EQ(agent_launch(a, "Task 7.", context()).refused.find("the task's command cannot be split"), 0U);
}

TEST_F(Launches, OfTheAgentHaveAHomeOfItsOwnAndTemporaryFilesInIt) {
  const auto env = spawners::environment_from(agent_launch(a, "Task 7.", context()).launch.env);
  EXPECT_EQ(env.at("HOME"), "/p/homes/coder");
  EXPECT_EQ(env.at("TMPDIR"), "/p/homes/coder/tmp");
  EXPECT_FALSE(env.contains("API_KEY"));
}

TEST_F(Launches, OfTheVersionAskInTheAgentsEnvironmentAndHandOverNothing) {
  const spawners::Launch version = version_launch(a, context()).launch;
  EXPECT_EQ(version.argv, (std::vector<std::string>{"claude", "--version"}));
  EXPECT_EQ(version.env, agent_launch(a, "Task 7.", context()).launch.env);
  EXPECT_EQ(version.cwd, "");
  EXPECT_EQ(version.stdin_file, "");
  EXPECT_TRUE(version.files.empty());
  EXPECT_TRUE(version.record_files.empty());
  EXPECT_EQ(version.limits.wall_ms, 60'000);
}

}  // namespace
}  // namespace orchestrate
