#include "orchestrator/doctor/agent_findings.h"

#include <gtest/gtest.h>

namespace orchestrate {
namespace {

using spawners::Profile;
using spawners::RepositoryConfig;
using spawners::Traits;

bool says(const Finding& finding, const std::string& words) {
  return finding.text.find(words) != std::string::npos;
}

Profile coder(RepositoryConfig level = RepositoryConfig::text) {
  Profile profile;
  profile.name = "coder";
  profile.driver = "tool";
  profile.command = {"tool"};
  profile.repository_config = level;
  return profile;
}

Traits tool() {
  Traits traits;
  traits.command = "tool";
  traits.measured = "1.20.3";
  traits.install = "get tool 1.20.3";
  return traits;
}

Finding version(const std::string& said, const Traits& traits = tool()) {
  return version_finding(coder(), traits, {"/bin/tool", said, ""});
}

TEST(AgentFindings, TheMeasuredVersionIsSaidToBeTheMeasuredOne) {
  EXPECT_EQ(version("tool 1.20.3\n").health, Health::ok);
  EXPECT_EQ(version("tool 1.20.3\n").text, "tool: /bin/tool, 1.20.3, as measured");
}

TEST(AgentFindings, AnotherVersionIsToldWithTheMeasuredOne) {
  for (const char* other : {"1.20.4", "1.20.2", "1.21.0", "1.100"}) {
    EXPECT_EQ(version(other).health, Health::ok) << other;
    EXPECT_TRUE(says(version(other), std::string(other) + "; 1.20.3 was measured: look at docs/agents.md"));
  }
}

TEST(AgentFindings, AMuchOlderOrNewerVersionComesWithTheCommandThatInstallsTheMeasuredOne) {
  for (const char* other : {"1.19.9", "0.99.0", "1", "2.0.0", "99999999999999999999.1"}) {
    EXPECT_EQ(version(other).health, Health::warn) << other;
    EXPECT_EQ(version(other).fix, "get tool 1.20.3");
  }
}

TEST(AgentFindings, ACliThatSaysNoVersionIsAWarningUnlessWeKnowNothingOfIt) {
  EXPECT_EQ(version("").health, Health::warn);
  EXPECT_TRUE(says(version("hello\nyou"), "says no version, but: hello"));
  EXPECT_EQ(version("", {}).health, Health::ok);
  EXPECT_TRUE(says(version("newcli v3", {}), "newcli v3"));
}

TEST(AgentFindings, ASandboxThatCannotBeSetUpFailsAndSaysWhy) {
  EXPECT_EQ(sandbox_finding(coder(), {"/bin/tool", "", ""}).health, Health::ok);
  const Finding f = sandbox_finding(coder(), {"/bin/tool", "", "sandbox true exits 1: no namespaces"});
  EXPECT_EQ(f.health, Health::fail);
  EXPECT_EQ(f.subject, "coder: sandbox");
  EXPECT_TRUE(says(f, "every command of the agent would fail: sandbox true exits 1: no namespaces"));
  EXPECT_NE(f.fix.find("permissions = \"full\""), std::string::npos);
}

TEST(AgentFindings, ACliThatFailsToSayItsVersionFails) {
  const Finding f = version_finding(coder(), tool(), {"/bin/tool", "boom", "--version exits 3: boom"});
  EXPECT_EQ(f.health, Health::fail);
  EXPECT_TRUE(says(f, "exits 3: boom"));
  EXPECT_EQ(version_finding(coder(), {}, {"/bin/tool", "", "--version exits 3: "}).health, Health::ok);
}

TEST(AgentFindings, AMissingCliComesWithTheCommandThatInstallsIt) {
  config::AgentType agent_type;
  agent_type.profile = coder();
  EXPECT_EQ(missing_finding(agent_type, tool(), "/bin").health, Health::fail);
  EXPECT_TRUE(missing_finding(agent_type, tool(), "/bin").fix.starts_with("get tool 1.20.3, or set command"));
  agent_type.fallback = {"other"};
  EXPECT_EQ(missing_finding(agent_type, tool(), "/bin").health, Health::warn);
  agent_type.profile.command = {"wrapper", "tool"};
  EXPECT_TRUE(missing_finding(agent_type, tool(), "/bin").fix.starts_with("install it, or set command"));
}

TEST(AgentFindings, LimitsThatTheCliDoesNotKeepAreToldWithWhatDoes) {
  Profile profile = coder();
  profile.max_turns = 60;
  profile.max_cost_usd = 3;
  Traits traits = tool();
  EXPECT_TRUE(says(limit_findings(profile, traits).at(0), "wall_limit and silence_limit end a run"));
  EXPECT_TRUE(says(limit_findings(profile, traits).at(0), "only your provider's own limit"));
  traits.states_cost = true;
  EXPECT_TRUE(says(limit_findings(profile, traits).at(0), "session_cost_usd"));
  traits.takes_max_turns = true;
  EXPECT_FALSE(says(limit_findings(profile, traits).at(0), "max_turns"));
  traits.takes_max_cost = true;
  EXPECT_TRUE(limit_findings(profile, traits).empty());
  EXPECT_TRUE(limit_findings(profile, {}).empty());
}

const std::vector<std::string> kPlanted = {
    ".claude/settings.json", ".claude/skills/x/SKILL.md", ".mcp.json", "CLAUDE.md", ".goosehints",
    "src/main.cpp"};

Findings repository(RepositoryConfig level, const std::vector<std::string>& files,
                    const std::vector<std::string>& above = {}, const std::vector<std::string>& hidden = {},
                    workspaces::Kind kind = workspaces::Kind::clone) {
  return repository_findings(
      coder(level),
      {{".claude/**", ".mcp.json", "CLAUDE.md", ".goosehints"}, {".goosehints"}, hidden, files, above, kind});
}

TEST(AgentFindings, AtTextWhatSteersAnAgentIsListedAndDoesNotAct) {
  const Finding f = repository(RepositoryConfig::text, kPlanted).at(0);
  EXPECT_EQ(f.health, Health::ok);
  EXPECT_TRUE(
      says(f,
           "present, does not act: .claude/settings.json, .claude/skills/x/SKILL.md, .mcp.json; is read as "
           "text: CLAUDE.md, .goosehints"))
      << f.text;
  EXPECT_FALSE(says(f, "main.cpp"));
}

TEST(AgentFindings, AtIgnoreInstructionsAreNotRead) {
  EXPECT_TRUE(says(repository(RepositoryConfig::ignore, kPlanted).at(0), "is not read: CLAUDE.md"));
}

TEST(AgentFindings, AtTrustWhatActsIsAWarningThatNamesTheFiles) {
  const Finding f = repository(RepositoryConfig::trust, kPlanted).at(0);
  EXPECT_EQ(f.health, Health::warn);
  EXPECT_TRUE(says(f, "acts: .claude/settings.json, .claude/skills/x/SKILL.md, .mcp.json")) << f.text;
  EXPECT_NE(f.fix, "");
  EXPECT_EQ(repository(RepositoryConfig::trust, {"CLAUDE.md"}).at(0).health, Health::ok);
}

TEST(AgentFindings, WhatIsHiddenIsNamedOnceAndAsThat) {
  const Finding f = repository(RepositoryConfig::text, kPlanted, {}, {".claude/**", ".MCP.json"}).at(0);
  EXPECT_EQ(f.health, Health::ok);
  EXPECT_TRUE(says(f, "hidden while it works: .claude/settings.json, .claude/skills/x/SKILL.md, .mcp.json"))
      << f.text;
  EXPECT_FALSE(says(f, "does not act")) << f.text;
}

TEST(AgentFindings, InPlaceWhatWouldBeHiddenFailsWithTheWaysOut) {
  const auto in_place = workspaces::Kind::in_place;
  const Finding f = repository(RepositoryConfig::text, kPlanted, {}, {".mcp.json"}, in_place).at(0);
  EXPECT_EQ(f.health, Health::fail);
  EXPECT_TRUE(says(f, "is not started in place beside: .mcp.json")) << f.text;
  EXPECT_NE(f.fix.find("workspace = \"clone\" for coder"), std::string::npos);
  EXPECT_EQ(repository(RepositoryConfig::text, kPlanted, {}, {}, in_place).at(0).health, Health::ok);
}

TEST(AgentFindings, FilesInAFolderAboveAreToldUnlessNothingIsRead) {
  const std::vector<std::string> above = {"/home/x/CLAUDE.md"};
  EXPECT_EQ(repository(RepositoryConfig::text, {}, above).at(1).health, Health::warn);
  EXPECT_EQ(repository(RepositoryConfig::ignore, {}, above).size(), 1U);
  EXPECT_EQ(repository(RepositoryConfig::text, {}, above, {}, workspaces::Kind::scratch).size(), 1U);
}

Login login(const std::vector<std::string>& passed, const std::vector<std::string>& missing = {}) {
  Login login;
  login.accepted = {"TOOL_KEY", "CLOUD_KEY"};
  login.passed = passed;
  login.missing = missing;
  login.file = "/h/.tool/auth.json";
  login.home = "/h";
  return login;
}

TEST(AgentFindings, AnAgentWithoutKeyAndLoginFailsOnlyWhenItNeedsOne) {
  Login facts = login({});
  EXPECT_EQ(login_finding("coder", facts).health, Health::fail);
  EXPECT_NE(login_finding("coder", facts).fix.find("log in once with HOME=/h"), std::string::npos);
  facts.file.clear();
  EXPECT_EQ(login_finding("coder", facts).fix.find("log in"), std::string::npos);
  facts.needed = false;
  EXPECT_EQ(login_finding("coder", facts).health, Health::ok);
}

TEST(AgentFindings, AKeyThatTheCliAcceptsOrAStoredLoginWillDo) {
  EXPECT_EQ(login_finding("coder", login({"TOOL_KEY"})).health, Health::ok);
  Login stored = login({});
  stored.stored = true;
  EXPECT_EQ(login_finding("coder", stored).health, Health::ok);
  EXPECT_TRUE(says(login_finding("coder", stored), "/h/.tool/auth.json"));
}

TEST(AgentFindings, AKeyThatTheCliDoesNotLookAtIsAWarning) {
  const Finding f = login_finding("coder", login({"GH_TOKEN"}));
  EXPECT_EQ(f.health, Health::warn);
  EXPECT_TRUE(says(f, "none of what it looks at by itself: TOOL_KEY, CLOUD_KEY")) << f.text;
}

TEST(AgentFindings, AKeyThatIsPassedOnButNotSetIsNamedUnlessAnotherWillDo) {
  const Finding none = login_finding("coder", login({}, {"TOOL_KEY"}));
  EXPECT_EQ(none.health, Health::fail);
  EXPECT_NE(none.fix.find("export TOOL_KEY="), std::string::npos);
  EXPECT_EQ(login_finding("coder", login({"TOOL_KEY"}, {"CLOUD_KEY"})).health, Health::ok);
  EXPECT_EQ(login_finding("coder", login({"TOOL_KEY"}, {"OTHER"})).health, Health::warn);
}

TEST(AgentFindings, CredentialsAreKnownByTheirNames) {
  EXPECT_TRUE(is_credential_name("ANTHROPIC_API_KEY"));
  EXPECT_TRUE(is_credential_name("CLAUDE_CODE_OAUTH_TOKEN"));
  EXPECT_FALSE(is_credential_name("PATH"));
}

TEST(AgentFindings, EveryCliSaysHowItsMeasuredVersionIsInstalled) {
  for (const auto& name : spawners::driver_names()) {
    const Traits& traits = spawners::find_driver(name)->traits;
    if (traits.command.empty()) continue;
    EXPECT_NE(traits.install.find(traits.measured), std::string::npos) << name;
    EXPECT_NE(traits.levels.at(0), "") << name;
    EXPECT_NE(traits.levels.at(2), "") << name;
  }
}

}  // namespace
}  // namespace orchestrate
