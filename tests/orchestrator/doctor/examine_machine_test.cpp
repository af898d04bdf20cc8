// What a night stands on, looked at on a real project with a real repository.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>

#include "orchestrator/doctor/examine.h"
#include "system/clock.h"
#include "tests/orchestrator/doctor/programs.h"
#include "tests/orchestrator/temp_project.h"

namespace orchestrate {
namespace {

class ExamineMachine : public testing::Test {
 protected:
  void sh(const std::string& script) const {
    const std::string whole = "export HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1; set -e; cd '" +
                              temp.project.paths.project + "'\n" + script;
    const std::string path = programs.put("do", whole);
    EXPECT_EQ(std::system(path.c_str()), 0) << script;
  }
  void make_repository() const {
    sh("git init -q -b main . && mkdir docs && echo a >README.md && echo b >'docs/two words.md' && "
       "git add README.md docs && git -c user.name=x -c user.email=x@example.org commit -qm first");
  }

  Findings all() { return examine_machine(temp.project, read_base(temp.project), programs.environment()); }
  // Those about it.
  Findings about(const std::string& subject) {
    Findings found = all();
    std::erase_if(found, [&](const Finding& f) { return f.subject != subject; });
    return found;
  }
  Finding only(const std::string& subject) {
    const Findings found = about(subject);
    EXPECT_EQ(found.size(), 1U) << subject;
    return found.empty() ? Finding{} : found.front();
  }
  void work_in(workspaces::Kind kind) {
    for (auto& [name, type] : temp.project.config.agent_types)
      type.workspace = kind;
  }

  test::TempProject temp;
  test::Programs programs;
};

TEST_F(ExamineMachine, EveryFindingThatIsNotOkSaysTheWayOut) {
  work_in(workspaces::Kind::clone);
  temp.project.paths.shim = "/no/such/shim";
  temp.project.config.checks.commands = {{{"no-such-program"}, "no-such-program"}};
  for (const Finding& finding : all()) {
    EXPECT_FALSE(finding.text.empty()) << finding.subject;
    EXPECT_EQ(finding.fix.empty(), finding.health == Health::ok) << finding.subject << ": " << finding.text;
  }
}

TEST_F(ExamineMachine, TheBaseIsNamedAndItsFilesAreListed) {
  make_repository();
  const Base base = read_base(temp.project);
  EXPECT_EQ(base.problem, "");
  EXPECT_EQ(base.name, "main");
  EXPECT_EQ(base.files, (std::vector<std::string>{"README.md", "docs/two words.md"}));
  EXPECT_GT(base.committed_ms, 1'600'000'000'000);
  work_in(workspaces::Kind::clone);
  EXPECT_EQ(only("base").text, "main, 2 files");
  EXPECT_EQ(only("base").health, Health::ok);
}

TEST_F(ExamineMachine, ABaseThatIsNotThereFailsOnlyWhereItIsNeeded) {
  EXPECT_NE(read_base(temp.project).problem, "");
  EXPECT_EQ(only("base").health, Health::ok);
  EXPECT_EQ(only("base").text, "no agent type works in a clone, so none is needed");
  temp.project.config.agent_types["beta"].workspace = workspaces::Kind::clone;
  EXPECT_EQ(only("base").health, Health::fail);
  make_repository();
  EXPECT_EQ(only("base").health, Health::ok);
  temp.project.config.base = "release";
  EXPECT_EQ(only("base").health, Health::fail);
  EXPECT_NE(only("base").text.find("release"), std::string::npos) << only("base").text;
}

TEST_F(ExamineMachine, WithoutAgentTypesTheProjectsOwnKindDecides) {
  temp.project.config.agent_types.clear();
  EXPECT_EQ(only("base").health, Health::fail);
  temp.project.config.workspace.kind = workspaces::Kind::scratch;
  EXPECT_EQ(only("base").health, Health::ok);
}

TEST_F(ExamineMachine, ARepositoryInWhichNobodyWorksIsAWarning) {
  make_repository();
  EXPECT_EQ(only("base").health, Health::warn);
  EXPECT_NE(only("base").text.find("nothing is published"), std::string::npos);
}

TEST_F(ExamineMachine, AStateThatOthersMayEnterIsAWarning) {
  for (const Finding& finding : about("state"))
    EXPECT_EQ(finding.health, Health::ok) << finding.text;
  ASSERT_EQ(::chmod(temp.project.paths.state.c_str(), 0755), 0);
  const Findings found = about("state");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].health, Health::warn);
  EXPECT_EQ(found[1].fix, "chmod 700 " + temp.project.paths.state);
  ASSERT_EQ(::chmod(temp.project.paths.state.c_str(), 0700), 0);
}

TEST_F(ExamineMachine, FoldersThatAreNotThereYetCanBeMade) {
  temp.project.paths.state = temp.root + "/later/state";
  const Findings found = about("state");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].text, temp.root + "/later/state can be made");
  EXPECT_EQ(only("workspaces").text, temp.project.paths.workspaces + " can be made");
}

TEST_F(ExamineMachine, WorkspacesWithinTheProjectFail) {
  EXPECT_EQ(only("workspaces").health, Health::ok);
  temp.project.paths.workspaces = temp.project.paths.project + "/workspaces";
  const Findings found = about("workspaces");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].health, Health::fail);
  temp.project.paths.workspaces = temp.project.paths.project + "-workspaces";
  EXPECT_EQ(only("workspaces").health, Health::ok) << "beside it, though the name begins alike";
}

TEST_F(ExamineMachine, TheFloorOfTheDiskHoldsForStateAndWorkspaces) {
  temp.project.config.retention.free_disk_floor_bytes = 1;
  for (const Finding& finding : about("disk"))
    EXPECT_EQ(finding.health, Health::ok) << finding.text;
  temp.project.config.retention.free_disk_floor_bytes = std::int64_t{1} << 60;
  const Findings found = about("disk");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].health, Health::fail);
  EXPECT_NE(found[0].text.find(temp.project.paths.state), std::string::npos);
  EXPECT_NE(found[1].text.find(temp.project.paths.workspaces), std::string::npos);
}

TEST_F(ExamineMachine, AShimMustSayHowItIsUsed) {
  temp.project.paths.shim = programs.put("shim", "exit 64");
  EXPECT_EQ(only("shim").health, Health::ok);
  programs.put("shim", "exit 0");
  EXPECT_EQ(only("shim").health, Health::fail);
  EXPECT_EQ(only("shim").text, temp.project.paths.shim + " exits 0 where it should say how it is used");
  temp.project.paths.shim = "/no/such/shim";
  EXPECT_EQ(only("shim").health, Health::fail);
  EXPECT_EQ(only("shim").fix, "install orchestrate again: ./dev install");
}

TEST_F(ExamineMachine, AClockThatStandsBeforeTheLastCommitIsAWarning) {
  Base base;
  base.committed_ms = system::wall_ms() + 3 * 86'400'000LL;
  const Findings found = examine_machine(temp.project, base, programs.environment());
  const auto clock =
      std::find_if(found.begin(), found.end(), [](const Finding& f) { return f.subject == "clock"; });
  ASSERT_NE(clock, found.end());
  EXPECT_EQ(clock->health, Health::warn);
  EXPECT_EQ(only("clock").health, Health::ok);
}

TEST_F(ExamineMachine, GitAndTheKernelAreLookedAt) {
  EXPECT_EQ(only("git").health, Health::ok) << only("git").text;
  EXPECT_NE(only("git").text.find("git version 2."), std::string::npos);
  EXPECT_EQ(only("kernel").health, Health::ok) << only("kernel").text;
  EXPECT_EQ(only("file system").subject, "file system");
}

TEST_F(ExamineMachine, AProgramOfAChecksOrAHookThatIsNowhereFails) {
  auto& config = temp.project.config;
  config.checks.commands = {{{"no-such-check", "-v"}, "no-such-check -v"}, {{"true"}, "true"}};
  config.hooks.after_create = {{{"/no/such/hook"}, "/no/such/hook"}};
  config.hooks.before_run = {{{"./setup.sh"}, "./setup.sh"}, {{"tools/setup"}, "tools/setup"}};
  config.hooks.after_run = {{{programs.put("own", "")}, "own"}};
  config.hooks.before_remove = {{{"no-such-end"}, "no-such-end"}};
  const Findings checks = about("checks");
  ASSERT_EQ(checks.size(), 1U);
  EXPECT_EQ(checks[0].health, Health::fail);
  EXPECT_EQ(checks[0].text, "`no-such-check` is not on PATH: `no-such-check -v` cannot run");
  const Findings hooks = about("hooks");
  ASSERT_EQ(hooks.size(), 2U) << "what lies in the workspace is not there yet";
  EXPECT_EQ(hooks[0].text, "`/no/such/hook` is not on PATH: `/no/such/hook` cannot run");
  EXPECT_EQ(hooks[1].text, "`no-such-end` is not on PATH: `no-such-end` cannot run");
}

}  // namespace
}  // namespace orchestrate
