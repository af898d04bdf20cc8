// What each agent type stands on, with CLIs that are shell scripts.
#include <gtest/gtest.h>

#include <algorithm>

#include "orchestrator/doctor/examine.h"
#include "spawners/drivers/driver.h"
#include "tests/orchestrator/doctor/programs.h"
#include "tests/orchestrator/temp_project.h"

namespace orchestrate {
namespace {

namespace fs = std::filesystem;
using spawners::Permissions;
using workspaces::Kind;

class ExamineAgentTypes : public testing::Test {
 protected:
  ExamineAgentTypes() { temp.project.config.agent_types.clear(); }

  config::AgentType& coder(const std::string& driver = "claude") {
    auto& type = temp.project.config.agent_types["coder"];
    type.profile.name = "coder";
    type.profile.driver = driver;
    type.profile.command = {driver};
    return type;
  }
  // The CLI says the version that its driver was measured with.
  void install(const std::string& driver) const {
    programs.put(driver, "echo '" + spawners::find_driver(driver)->traits.measured + "'");
  }

  Findings all() { return examine_agent_types(temp.project, base, programs.environment(more)); }
  Finding only(const std::string& subject) {
    Findings found = all();
    std::erase_if(found, [&](const Finding& f) { return f.subject != subject; });
    EXPECT_EQ(found.size(), 1U) << subject;
    return found.empty() ? Finding{} : found.front();
  }
  [[nodiscard]] std::string home() const { return temp.project.paths.homes + "/coder"; }

  test::TempProject temp;
  test::Programs programs;
  Base base;
  std::vector<std::string> more;  // of the environment
};

TEST_F(ExamineAgentTypes, WithoutAnyEveryTaskGoesToAPerson) {
  const Findings found = all();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].health, Health::warn);
  EXPECT_EQ(found[0].text, "there is none: every task goes to a person");
}

TEST_F(ExamineAgentTypes, AScriptBringsItsOwnCommandAndNeedsNoLogin) {
  coder("script").profile.command.clear();
  EXPECT_EQ(only("coder").text, "script: each task brings its command");
  EXPECT_EQ(only("coder: login").health, Health::ok);
  EXPECT_EQ(only("coder: login").text, "gets no key");
  EXPECT_EQ(only("coder: permissions").text.find("none of ours: it may do what user "), 0U);
}

TEST_F(ExamineAgentTypes, TheVersionIsThatOfTheProgramOnItsPath) {
  coder();
  install("claude");
  EXPECT_EQ(only("coder").health, Health::ok);
  EXPECT_EQ(only("coder").text, "claude: " + programs.folder() + "/claude, " +
                                    spawners::find_driver("claude")->traits.measured + ", as measured");
}

TEST_F(ExamineAgentTypes, AProgramThatIsNowhereFailsUnlessAnotherStandsIn) {
  coder().profile.command = {"no-such-claude"};
  EXPECT_EQ(only("coder").health, Health::fail);
  EXPECT_NE(only("coder").text.find("`no-such-claude` is not on PATH (" + programs.folder()),
            std::string::npos);
  coder().fallback = {"other"};
  coder().profile.command = {"no-such-claude"};
  EXPECT_EQ(only("coder").health, Health::warn);
  EXPECT_NE(only("coder").text.find("its tasks go to other"), std::string::npos);
}

TEST_F(ExamineAgentTypes, PermissionsAreSaidInTheDriversWords) {
  coder();
  install("claude");
  const auto& levels = spawners::find_driver("claude")->traits.levels;
  coder().profile.permissions = Permissions::read;
  EXPECT_EQ(only("coder: permissions").text, "read: " + levels.at(0));
  coder().profile.permissions = Permissions::edit;
  EXPECT_EQ(only("coder: permissions").text, "edit: " + levels.at(1));
  coder().profile.permissions = Permissions::full;
  coder().profile.env["IS_SANDBOX"] = "1";
  EXPECT_EQ(only("coder: permissions").text.find("full: " + levels.at(2) + ", as user "), 0U);
}

TEST_F(ExamineAgentTypes, WhatTheDriverWouldNotStartFails) {
  coder("aider");
  install("aider");
  EXPECT_EQ(only("coder: permissions").health, Health::fail);
  EXPECT_NE(only("coder: permissions").text.find("set model in agents.toml"), std::string::npos);
  EXPECT_EQ(only("coder: permissions").fix, "change coder in agents.toml");
  coder("aider").profile.model = "some/model";
  EXPECT_EQ(only("coder: permissions").health, Health::ok);
}

TEST_F(ExamineAgentTypes, AKeyIsNamedAndItsValueIsNowhere) {
  coder().profile.env_pass = {"ANTHROPIC_API_KEY"};
  install("claude");
  more = {"ANTHROPIC_API_KEY=sk-very-secret"};
  EXPECT_EQ(only("coder: login").health, Health::ok);
  EXPECT_EQ(only("coder: login").text, "gets ANTHROPIC_API_KEY");
  for (const Finding& finding : all())
    EXPECT_EQ((finding.text + finding.fix).find("very-secret"), std::string::npos) << finding.subject;
}

TEST_F(ExamineAgentTypes, AKeyThatIsNotSetHereFails) {
  coder().profile.env_pass = {"ANTHROPIC_API_KEY"};
  install("claude");
  EXPECT_EQ(only("coder: login").health, Health::fail);
  EXPECT_NE(only("coder: login").text.find("env_pass names ANTHROPIC_API_KEY, not set here"),
            std::string::npos);
  more = {"ANTHROPIC_API_KEY="};
  EXPECT_EQ(only("coder: login").health, Health::fail) << "an empty one is no key";
}

TEST_F(ExamineAgentTypes, ALoginThatIsStoredInItsHomeWillDo) {
  coder();
  install("claude");
  EXPECT_EQ(only("coder: login").health, Health::fail);
  EXPECT_NE(only("coder: login").fix.find("log in once with HOME=" + home()), std::string::npos);
  fs::create_directories(home() + "/.claude");
  std::ofstream(home() + "/.claude/.credentials.json") << "{}";
  EXPECT_EQ(only("coder: login").health, Health::ok);
  EXPECT_EQ(only("coder: login").text, "a login is stored in " + home() + "/.claude/.credentials.json");
}

TEST_F(ExamineAgentTypes, ACloudThatHostsTheModelJudgesItsOwnLogin) {
  coder().profile.env["CLAUDE_CODE_USE_BEDROCK"] = "1";
  install("claude");
  EXPECT_EQ(only("coder: login").health, Health::ok);
}

TEST_F(ExamineAgentTypes, FilesOfTheBaseThatSteerItAreNamed) {
  base.files = {".claude/settings.json", "CLAUDE.md", "src/main.cpp"};
  coder();
  install("claude");
  EXPECT_EQ(
      only("coder: repository").text,
      "repository_config = \"text\": present, does not act: .claude/settings.json; is read as text: CLAUDE.md");
  coder().profile.repository_config = spawners::RepositoryConfig::trust;
  EXPECT_EQ(only("coder: repository").health, Health::warn);
  base.files = {"src/main.cpp"};
  EXPECT_NE(only("coder: repository").text.find("the base holds nothing that steers its CLI"),
            std::string::npos);
}

TEST_F(ExamineAgentTypes, FilesAboveTheWorkspacesThatItsCliMayFindAreAWarning) {
  coder();
  install("claude");
  ASSERT_EQ(only("coder: repository").health, Health::ok);
  std::ofstream(temp.root + "/CLAUDE.md") << "be bold";
  Findings found = all();
  std::erase_if(found,
                [](const Finding& f) { return f.subject != "coder: repository" || f.health == Health::ok; });
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].text.find(temp.root + "/CLAUDE.md"), std::string::npos) << found[0].text;
}

TEST_F(ExamineAgentTypes, InPlaceTheProjectsOwnFilesAreLookedAt) {
  base.files = {};
  coder().workspace = Kind::in_place;
  install("claude");
  EXPECT_NE(only("coder: repository").text.find("the project holds nothing"), std::string::npos);
  std::ofstream(temp.project.paths.project + "/CLAUDE.md") << "be bold";
  EXPECT_NE(only("coder: repository").text.find("is read as text: CLAUDE.md"), std::string::npos);
}

TEST_F(ExamineAgentTypes, ASandboxThatCannotBeSetUpFails) {
  coder("codex");
  const std::string version = spawners::find_driver("codex")->traits.measured;
  programs.put("codex",
               "[ \"$1\" = --version ] && { echo " + version + "; exit 0; }\necho no namespaces >&2; exit 1");
  EXPECT_EQ(only("coder: sandbox").health, Health::fail);
  EXPECT_NE(only("coder: sandbox").text.find("no namespaces"), std::string::npos);
}

TEST_F(ExamineAgentTypes, LimitsThatNobodyKeepsAreSaid) {
  coder("codex").profile.max_turns = 60;
  install("codex");
  EXPECT_NE(only("coder: limits").text.find("max_turns: codex takes none"), std::string::npos);
}

}  // namespace
}  // namespace orchestrate
