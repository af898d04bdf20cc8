// The terms of an attempt: decided when it begins, of the task and of the configuration of that moment.
#include "orchestrator/attempt/begin.h"

#include <filesystem>

#include "orchestrator/attempt/launch_refused.h"
#include "tests/orchestrator/fake_machine.h"
#include "tests/orchestrator/store/with_store.h"

namespace orchestrate {
namespace {

class Begin : public test::WithStore {
 protected:
  Begin() {
    task.id = temp.add("Fix it");
    run.id = 41;
    run.task = task.id;
    run.agent_type = "alpha";
    run.started_ms = 1'795'000'000'000;
  }

  config::Config& config() { return temp.project.config; }
  config::AgentType& alpha() { return config().agent_types["alpha"]; }
  Attempt begin() { return begin_attempt(run, task, {temp.project, machine, store, environment}); }
  std::string refusal() {
    try {
      (void)begin();
    } catch (const LaunchRefused& e) {
      return e.what();
    }
    return "";
  }
  // The CLI that writes nothing of its version into its records.
  void use(const std::string& driver) {
    alpha().profile.driver = driver;
    alpha().profile.command = {driver};
    alpha().workspace = workspaces::Kind::clone;
  }

  orchestrate::Run run;
  Task task;
  test::FakeMachine machine;
  std::vector<std::string> environment = {"PATH=/usr/bin"};
};

TEST_F(Begin, HasTheConfigurationOfThatMoment) {
  config().hooks.before_run = {{{"warm"}, "warm"}};
  config().checks.commands = {{{"make"}, "make"}};
  config().checks.wall_ms = 77;
  config().checks.baseline = false;
  config().checks.fresh = true;
  config().checks.protected_paths = {"tests/**"};
  config().limits.task_attempts = 5;
  config().base = "develop";
  config().workspace.branch = "agents/{id}/work";
  config().workspace.publish = config::Publish::merge_ff;
  config().workspace.author = "Lead <lead@example.org>";
  use("aider");
  task.checks = {"grep -q 'a b' file"};
  task.ledger.attempts = 2;
  const Terms t = begin().terms;
  EXPECT_EQ(t.agent.profile.name, "alpha");
  EXPECT_EQ(t.driver, spawners::find_driver("aider"));
  EXPECT_EQ(t.kind, workspaces::Kind::clone);
  EXPECT_EQ(t.hooks.before_run.at(0).text, "warm");
  ASSERT_EQ(t.checks.size(), 2U);
  EXPECT_EQ(t.checks[0].command.argv, (std::vector<std::string>{"grep", "-q", "a b", "file"}));
  EXPECT_EQ(t.checks[0].command.text, "grep -q 'a b' file");
  EXPECT_FALSE(t.checks[0].of_project);
  EXPECT_EQ(t.checks[1].command.text, "make");
  EXPECT_TRUE(t.checks[1].of_project);
  EXPECT_EQ(t.check_wall_ms, 77);
  EXPECT_FALSE(t.baseline);
  EXPECT_TRUE(t.fresh);
  EXPECT_EQ(t.number, 3);
  EXPECT_EQ(t.allowed, 5);
  EXPECT_EQ(t.base, "develop");
  EXPECT_EQ(t.branch, "agents/" + std::to_string(task.id) + "/work");
  EXPECT_EQ(t.publish, config::Publish::merge_ff);
  EXPECT_EQ(t.author, "Lead <lead@example.org>");
}

TEST_F(Begin, WhatJudgesAndWhatSteersTheAgentAreGates) {
  config().checks.protected_paths = {"tests/**"};
  use("aider");
  auto gates = std::vector<std::string>{"tests/**"};
  for (const auto& glob : spawners::find_driver("aider")->control_files(alpha().profile))
    gates.push_back(glob);
  EXPECT_EQ(begin().terms.gates, gates);
  EXPECT_EQ(begin().terms.hidden, spawners::find_driver("aider")->hidden_files(alpha().profile));
}

TEST_F(Begin, NothingIsKnownOfAnyCheckYet) {
  config().checks.commands = {{{"make"}, "make"}};
  task.checks = {"true"};
  EXPECT_EQ(begin().facts.red_on_base, (std::vector<std::optional<bool>>{std::nullopt, std::nullopt}));
}

TEST_F(Begin, WhatAPersonMustPutRightIsSaid) {
  task.checks = {"grep 'a"};
  EXPECT_EQ(refusal().find("its check `grep 'a` cannot be split into arguments: "), 0U) << refusal();
  task.checks.clear();
  alpha().profile.driver = "gone";
  EXPECT_EQ(refusal(), "no driver is called `gone`");
  config().agent_types.erase("alpha");
  EXPECT_EQ(refusal(), "the agent type `alpha` is no longer in agents.toml");
}

TEST_F(Begin, APlainJobHasItsFolderAtOnce) {
  const Attempt a = begin();
  ASSERT_TRUE(a.facts.created.has_value());
  EXPECT_TRUE(std::filesystem::is_directory(a.facts.created->path));
  alpha().expects_changes = true;
  EXPECT_FALSE(begin().facts.created.has_value()) << "its changes are looked at: a step makes its workspace";
}

TEST_F(Begin, WhatSteersATrustedAgentIsPutBackByAStep) {
  alpha().profile.driver = "aider";
  alpha().profile.repository_config = spawners::RepositoryConfig::trust;
  EXPECT_FALSE(begin().facts.created.has_value());
  alpha().profile.driver = "script";
  EXPECT_TRUE(begin().facts.created.has_value());
}

TEST_F(Begin, TheVersionIsAskedOnceForEachFileThatIsTheProgram) {
  use("aider");
  const Attempt first = begin();
  EXPECT_NE(first.terms.program, "");
  EXPECT_EQ(first.run.evidence.cli_version, "");
  store.write([&] { store.values.set(first.terms.program, "0.86.2"); });
  EXPECT_EQ(begin().terms.program, "");
  EXPECT_EQ(begin().run.evidence.cli_version, "0.86.2");
  machine.identities["/fake/bin/aider"] = "another file";
  EXPECT_NE(begin().terms.program, "");
}

TEST_F(Begin, TheVersionIsNotAskedOfWhoeverSaysItOrIsNowhere) {
  use("claude");
  EXPECT_EQ(begin().terms.program, "") << "it stands in its records";
  use("aider");
  machine.missing = {"aider"};
  EXPECT_EQ(begin().terms.program, "");
}

TEST_F(Begin, OnlyRunsBeforeThisOneAreGoneOnFrom) {
  use("claude");
  const auto earlier_id = start(task.id);
  auto earlier = store.runs.find(earlier_id).value();
  earlier.session_id = "11111111-2222-4333-8444-555555555555";
  earlier.why = "exit 1";
  earlier.tokens_in = 400;
  earlier.cost_usd = 0.5;
  earlier.evidence.resumable = true;
  shell("UPDATE runs SET driver = 'claude' WHERE id = 1");
  earlier.driver = "claude";
  earlier.verdict = VerdictKind::retry;
  store.write([&] { store.end_run(earlier, Settlement(), 10); });
  EXPECT_EQ(begin().terms.earlier_failure, "exit 1");
  EXPECT_EQ(begin().terms.resume_session, earlier.session_id);
  EXPECT_EQ(begin().terms.charged.tokens_in, 400);
  EXPECT_DOUBLE_EQ(begin().terms.charged.cost_usd, 0.5);
  run.id = earlier_id;
  EXPECT_EQ(begin().terms.resume_session, "") << "it is taken up again itself";
}

}  // namespace
}  // namespace orchestrate
