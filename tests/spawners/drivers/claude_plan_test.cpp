#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "spawners/drivers/driver.h"
#include "tests/spawners/drivers/planning.h"

namespace orchestrate::spawners {
namespace {

Profile profile() {
  Profile profile;
  profile.name = "backend-specialist";
  profile.driver = "claude";
  profile.command = {"claude"};
  return profile;
}

Job job() {
  Job job;
  job.bundle = "Task 7: add a test.";
  job.workspace = "/space/7";
  job.home = "/state/homes/backend-specialist";
  job.inherited_env = {"PATH=/usr/bin", "HOME=/home/lead", "ANTHROPIC_API_KEY=k", "SECRET=s"};
  return job;
}

Plan plan(const Profile& profile, const Job& job) {
  return find_driver("claude")->plan(profile, job);
}

TEST(ClaudePlan, ThePromptIsOnStdinAndNeverAnArgument) {
  const Launch launch = plan(profile(), job()).launch;
  ASSERT_EQ(launch.files.size(), 1U);
  EXPECT_EQ(launch.files[0].text, "Task 7: add a test.");
  EXPECT_EQ(launch.stdin_file, launch.files[0].name);
  for (const std::string& argument : launch.argv)
    EXPECT_EQ(argument.find("Task 7"), std::string::npos);
  EXPECT_EQ(launch.cwd, "/space/7");
}

TEST(ClaudePlan, RecordsAreAskedForInTheFormThatIsRead) {
  const auto argv = plan(profile(), job()).launch.argv;
  EXPECT_EQ(argv[0], "claude");
  EXPECT_TRUE(contains(argv, "-p"));
  EXPECT_EQ(word_after(argv, "--output-format"), "stream-json");
  EXPECT_TRUE(contains(argv, "--verbose"));
}

TEST(ClaudePlan, APromptThatBeginsWithASlashIsNotACommand) {
  Job slash = job();
  slash.bundle = "/clear";
  EXPECT_EQ(plan(profile(), slash).launch.files.at(0).text, "\n/clear");
}

TEST(ClaudePlan, LimitsAreAlwaysGiven) {
  Profile limited = profile();
  EXPECT_EQ(word_after(plan(limited, job()).launch.argv, "--max-turns"), "60");
  EXPECT_FALSE(contains(plan(limited, job()).launch.argv, "--max-budget-usd"));
  limited.max_turns = 5;
  limited.max_cost_usd = 2.5;
  limited.limits.wall_ms = 1234;
  const Launch launch = plan(limited, job()).launch;
  EXPECT_EQ(word_after(launch.argv, "--max-turns"), "5");
  EXPECT_EQ(word_after(launch.argv, "--max-budget-usd"), "2.5");
  EXPECT_EQ(launch.limits.wall_ms, 1234);
}

TEST(ClaudePlan, PermissionsBecomeItsModes) {
  Profile permitted = profile();
  permitted.permissions = Permissions::read;
  EXPECT_EQ(word_after(plan(permitted, job()).launch.argv, "--permission-mode"), "dontAsk");
  permitted.permissions = Permissions::edit;
  EXPECT_EQ(word_after(plan(permitted, job()).launch.argv, "--permission-mode"), "acceptEdits");
  permitted.permissions = Permissions::full;
  permitted.env = {{"IS_SANDBOX", "1"}};
  EXPECT_TRUE(contains(plan(permitted, job()).launch.argv, "--dangerously-skip-permissions"));
}

TEST(ClaudePlan, FullPermissionsAsRootAreRefusedInWordsUnlessItIsASandbox) {
  Profile full = profile();
  full.permissions = Permissions::full;
  const Plan refused = plan(full, job());
  EXPECT_EQ(refused.refused.find("IS_SANDBOX") != std::string::npos, geteuid() == 0);
  EXPECT_EQ(refused.launch.argv.empty(), geteuid() == 0);
  full.env = {{"IS_SANDBOX", "1"}};
  EXPECT_EQ(plan(full, job()).refused, "");
}

// A profile with a key of its own, at one level.
Launch launch_at(RepositoryConfig level) {
  Profile keyed = profile();
  keyed.repository_config = level;
  keyed.env_pass = {"ANTHROPIC_API_KEY"};
  // What a lead may set does not weaken the level.
  keyed.env = {{"CLAUDE_CODE_DISABLE_FILE_MENTIONS", "0"}, {"CLAUDE_CODE_IGNORE_PERSISTED_TRUST", "0"}};
  return plan(keyed, job()).launch;
}

TEST(ClaudePlan, TextIsReadAndNothingOfTheRepositoryActs) {
  const Launch launch = launch_at(RepositoryConfig::text);
  EXPECT_TRUE(contains(launch.env, "CLAUDE_CODE_IGNORE_PERSISTED_TRUST=1"));
  EXPECT_TRUE(contains(launch.env, "CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST=1"));
  EXPECT_TRUE(contains(launch.argv, "--strict-mcp-config"));
  EXPECT_EQ(word_after(launch.argv, "--settings"), R"({"disableSkillShellExecution":true})");
  EXPECT_FALSE(contains(launch.argv, "--disable-slash-commands"));
  EXPECT_FALSE(contains(launch.argv, "--setting-sources"));
}

TEST(ClaudePlan, IgnoredIsNotEvenText) {
  const Launch launch = launch_at(RepositoryConfig::ignore);
  EXPECT_TRUE(contains(launch.env, "CLAUDE_CODE_IGNORE_PERSISTED_TRUST=1"));
  EXPECT_TRUE(contains(launch.env, "CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST=1"));
  EXPECT_TRUE(contains(launch.argv, "--strict-mcp-config"));
  EXPECT_TRUE(contains(launch.argv, "--disable-slash-commands"));
  EXPECT_EQ(word_after(launch.argv, "--setting-sources"), "user");
}

TEST(ClaudePlan, ATrustedRepositoryActs) {
  const Launch launch = launch_at(RepositoryConfig::trust);
  EXPECT_FALSE(contains(launch.env, "CLAUDE_CODE_IGNORE_PERSISTED_TRUST=1"));
  EXPECT_FALSE(contains(launch.env, "CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST=1"));
  for (const char* flag :
       {"--strict-mcp-config", "--settings", "--disable-slash-commands", "--setting-sources"})
    EXPECT_FALSE(contains(launch.argv, flag)) << flag;
}

TEST(ClaudePlan, TheRepositoryChoosesNoModelUnlessItIsTrusted) {
  Profile chosen = profile();
  EXPECT_EQ(word_after(plan(chosen, job()).launch.argv, "--model"), "default");
  chosen.env = {{"ANTHROPIC_MODEL", "haiku"}};
  EXPECT_FALSE(contains(plan(chosen, job()).launch.argv, "--model"));
  chosen.model = "sonnet";
  EXPECT_EQ(word_after(plan(chosen, job()).launch.argv, "--model"), "sonnet");
  EXPECT_FALSE(contains(launch_at(RepositoryConfig::trust).argv, "--model"));
}

TEST(ClaudePlan, AtEveryLevelNoFileIsSentForAMention) {
  for (const auto level : {RepositoryConfig::text, RepositoryConfig::ignore, RepositoryConfig::trust})
    EXPECT_TRUE(contains(launch_at(level).env, "CLAUDE_CODE_DISABLE_FILE_MENTIONS=1"));
}

TEST(ClaudePlan, WhatSteersItIsNamedInEveryFolder) {
  const auto globs = find_driver("claude")->control_files(profile());
  for (const char* glob : {".claude/**", "**/.claude/**", ".mcp.json", "CLAUDE.md", "**/CLAUDE.md"})
    EXPECT_TRUE(contains(globs, glob)) << glob;
}

TEST(ClaudePlan, AStoredLoginStillWorks) {
  EXPECT_FALSE(contains(plan(profile(), job()).launch.env, "CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST=1"));
}

TEST(ClaudePlan, FewRetriesAndNoOtherTrafficUnlessTheLeadSaysSo) {
  Profile chatty = profile();
  EXPECT_TRUE(contains(plan(chatty, job()).launch.env, "CLAUDE_CODE_MAX_RETRIES=2"));
  EXPECT_TRUE(contains(plan(chatty, job()).launch.env, "DISABLE_AUTOUPDATER=1"));
  EXPECT_TRUE(contains(plan(chatty, job()).launch.env, "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1"));
  chatty.env = {{"CLAUDE_CODE_MAX_RETRIES", "7"}};
  EXPECT_TRUE(contains(plan(chatty, job()).launch.env, "CLAUDE_CODE_MAX_RETRIES=7"));
}

TEST(ClaudePlan, AnIsolatedAgentHasItsOwnHomeAndConfiguration) {
  Profile home = profile();
  Launch launch = plan(home, job()).launch;
  EXPECT_TRUE(contains(launch.env, "HOME=/state/homes/backend-specialist"));
  EXPECT_TRUE(contains(launch.env, "CLAUDE_CONFIG_DIR=/state/homes/backend-specialist/.claude"));
  home.home = Home::inherit;
  launch = plan(home, job()).launch;
  EXPECT_TRUE(contains(launch.env, "HOME=/home/lead"));
  EXPECT_EQ(std::count_if(launch.env.begin(), launch.env.end(),
                          [](const std::string& entry) { return entry.rfind("CLAUDE_CONFIG_DIR=", 0) == 0; }),
            0);
}

TEST(ClaudePlan, TheLeadsArgumentsComeLastWhereVariadicFlagsSwallowNothingOfOurs) {
  Profile extra = profile();
  extra.command = {"nice", "claude"};
  extra.model = "sonnet";
  extra.args = {"--allowedTools", "Bash(ctest:*)"};
  Job resumed = job();
  resumed.resume_session = "11111111-2222-4333-8444-555555555555";
  const auto argv = plan(extra, resumed).launch.argv;
  EXPECT_EQ(argv[0], "nice");
  EXPECT_EQ(argv[2], "-p");
  EXPECT_EQ(word_after(argv, "--model"), "sonnet");
  EXPECT_EQ(word_after(argv, "--resume"), resumed.resume_session);
  EXPECT_EQ(argv[argv.size() - 2], "--allowedTools");
  EXPECT_EQ(argv.back(), "Bash(ctest:*)");
}

TEST(ClaudePlan, ASessionIdThatCouldBeAFlagIsRefused) {
  for (const std::string id : {"--dangerously-skip-permissions", "a b", "../x", "x\n"}) {
    Job resumed = job();
    resumed.resume_session = id;
    EXPECT_NE(plan(profile(), resumed).refused, "") << id;
  }
}

TEST(ClaudePlan, AnEmptyPromptIsRefused) {
  Job empty = job();
  empty.bundle.clear();
  EXPECT_NE(plan(profile(), empty).refused, "");
}

}  // namespace
}  // namespace orchestrate::spawners
