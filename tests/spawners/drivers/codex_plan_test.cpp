#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "spawners/drivers/driver.h"
#include "tests/spawners/drivers/planning.h"

namespace orchestrate::spawners {
namespace {

const std::string untrusted = R"(projects={"/space/7"={trust_level="untrusted"}})";
const std::string trusted = R"(projects={"/space/7"={trust_level="trusted"}})";

Profile profile() {
  Profile profile;
  profile.name = "backend-specialist";
  profile.driver = "codex";
  profile.command = {"codex"};
  return profile;
}

Job job() {
  Job job;
  job.bundle = "/Task 7: add a test.";
  job.workspace = "/space/7";
  job.home = "/state/homes/backend-specialist";
  job.inherited_env = {"PATH=/usr/bin", "HOME=/home/lead", "CODEX_API_KEY=k", "TZ=Asia/Tokyo", "SECRET=s"};
  return job;
}

Plan plan(const Profile& profile, const Job& job) {
  return find_driver("codex")->plan(profile, job);
}

std::vector<std::string> argv_at(RepositoryConfig level, Home home = Home::isolated) {
  Profile levelled = profile();
  levelled.repository_config = level;
  levelled.home = home;
  return plan(levelled, job()).launch.argv;
}

std::vector<std::string> hidden_at(RepositoryConfig level, Home home = Home::isolated) {
  Profile levelled = profile();
  levelled.repository_config = level;
  levelled.home = home;
  return find_driver("codex")->hidden_files(levelled);
}

TEST(CodexPlan, ThePromptIsOnStdinWordForWordAndNeverAnArgument) {
  const Launch launch = plan(profile(), job()).launch;
  ASSERT_EQ(launch.files.size(), 1U);
  EXPECT_EQ(launch.files[0].text, job().bundle);
  EXPECT_EQ(launch.stdin_file, launch.files[0].name);
  EXPECT_EQ(launch.argv.back(), "-");
  for (const std::string& argument : launch.argv)
    EXPECT_EQ(argument.find("Task 7"), std::string::npos);
  EXPECT_EQ(launch.cwd, "/space/7");
}

TEST(CodexPlan, RecordsAreAskedForAndBothFilesAreRead) {
  const Launch launch = plan(profile(), job()).launch;
  EXPECT_EQ(launch.argv[0], "codex");
  EXPECT_EQ(launch.argv[1], "exec");
  EXPECT_TRUE(contains(launch.argv, "--json"));
  EXPECT_TRUE(contains(launch.argv, "--skip-git-repo-check"));
  EXPECT_EQ(launch.record_files, std::vector<std::string>{"stderr"});
}

TEST(CodexPlan, PermissionsBecomeItsSandbox) {
  Profile permitted = profile();
  permitted.permissions = Permissions::read;
  EXPECT_EQ(word_after(plan(permitted, job()).launch.argv, "-s"), "read-only");
  permitted.permissions = Permissions::edit;
  EXPECT_EQ(word_after(plan(permitted, job()).launch.argv, "-s"), "workspace-write");
  EXPECT_FALSE(contains(plan(permitted, job()).launch.argv, "--dangerously-bypass-approvals-and-sandbox"));
  permitted.permissions = Permissions::full;
  EXPECT_TRUE(contains(plan(permitted, job()).launch.argv, "--dangerously-bypass-approvals-and-sandbox"));
}

TEST(CodexPlan, TextIsReadWhateverHomeHasOnRecord) {
  const auto argv = argv_at(RepositoryConfig::text);
  EXPECT_TRUE(contains(argv, "--ignore-user-config"));
  EXPECT_TRUE(contains(argv, "--ignore-rules"));
  // A project that is said to be untrusted loses its AGENTS.md.
  EXPECT_FALSE(contains(argv, untrusted));
  EXPECT_FALSE(contains(argv, trusted));
  EXPECT_TRUE(hidden_at(RepositoryConfig::text).empty());
}

TEST(CodexPlan, IgnoredIsNotEvenText) {
  const auto argv = argv_at(RepositoryConfig::ignore);
  EXPECT_TRUE(contains(argv, untrusted));
  EXPECT_TRUE(contains(argv, "project_doc_max_bytes=0"));
  EXPECT_TRUE(contains(argv, "--ignore-user-config"));
  for (const char* glob : {".codex/skills", ".codex/skills/**", ".agents/skills", ".agents/skills/**"})
    EXPECT_TRUE(contains(hidden_at(RepositoryConfig::ignore), glob)) << glob;
}

TEST(CodexPlan, ATrustedRepositoryActsForThisRunAlone) {
  const auto argv = argv_at(RepositoryConfig::trust);
  EXPECT_TRUE(contains(argv, trusted));
  for (const char* flag :
       {"--trust", "--ignore-user-config", "--ignore-rules", "--dangerously-bypass-hook-trust"})
    EXPECT_FALSE(contains(argv, flag)) << flag;
  EXPECT_TRUE(hidden_at(RepositoryConfig::trust).empty());
}

TEST(CodexPlan, AnOwnConfigurationThatIsInheritedCountsButNotItsTrust) {
  EXPECT_FALSE(contains(argv_at(RepositoryConfig::text, Home::inherit), "--ignore-user-config"));
  EXPECT_TRUE(contains(hidden_at(RepositoryConfig::text, Home::inherit), ".codex/config.toml"));
  EXPECT_FALSE(contains(argv_at(RepositoryConfig::ignore, Home::inherit), "--ignore-user-config"));
  EXPECT_TRUE(contains(argv_at(RepositoryConfig::ignore, Home::inherit), untrusted));
}

TEST(CodexPlan, AFolderWithQuotesIsStillOneName) {
  Profile trusting = profile();
  trusting.repository_config = RepositoryConfig::trust;
  Job quoted = job();
  quoted.workspace = R"(/a "b" \c)";
  EXPECT_TRUE(
      contains(plan(trusting, quoted).launch.argv, R"(projects={"/a \"b\" \\c"={trust_level="trusted"}})"));
}

TEST(CodexPlan, AnIsolatedAgentHasItsOwnHomeAndNothingIsWrittenThere) {
  Profile home = profile();
  Launch launch = plan(home, job()).launch;
  EXPECT_TRUE(contains(launch.env, "HOME=/state/homes/backend-specialist"));
  EXPECT_TRUE(launch.home_files.empty());
  home.home = Home::inherit;
  launch = plan(home, job()).launch;
  EXPECT_TRUE(contains(launch.env, "HOME=/home/lead"));
  EXPECT_TRUE(launch.home_files.empty());
}

TEST(CodexPlan, OnlyWhatIsPassedIsInTheEnvironment) {
  Profile keyed = profile();
  EXPECT_FALSE(contains(plan(keyed, job()).launch.env, "CODEX_API_KEY=k"));
  keyed.env_pass = {"CODEX_API_KEY"};
  EXPECT_TRUE(contains(plan(keyed, job()).launch.env, "CODEX_API_KEY=k"));
  EXPECT_FALSE(contains(plan(keyed, job()).launch.env, "SECRET=s"));
}

TEST(CodexPlan, TimesAreStatedInUtcUnlessTheLeadChoseAZone) {
  Profile zoned = profile();
  EXPECT_TRUE(contains(plan(zoned, job()).launch.env, "TZ=UTC"));
  zoned.env = {{"TZ", "Europe/Berlin"}};
  EXPECT_TRUE(contains(plan(zoned, job()).launch.env, "TZ=Europe/Berlin"));
  zoned.env.clear();
  zoned.env_pass = {"TZ"};
  EXPECT_TRUE(contains(plan(zoned, job()).launch.env, "TZ=Asia/Tokyo"));
}

TEST(CodexPlan, TheLeadsArgumentsOverrideOursAndStandBeforeResume) {
  Profile extra = profile();
  extra.command = {"nice", "codex"};
  extra.model = "gpt-5.1-codex";
  extra.args = {"-c", "analytics.enabled=true"};
  Job resumed = job();
  resumed.resume_session = "01a1fb46-81e0-70b3-9ce4-fda316378ce8";
  const auto argv = plan(extra, resumed).launch.argv;
  EXPECT_EQ(argv[0], "nice");
  EXPECT_EQ(argv[2], "exec");
  EXPECT_EQ(word_after(argv, "-m"), "gpt-5.1-codex");
  EXPECT_TRUE(contains(argv, "analytics.enabled=false"));
  const std::vector<std::string> last(argv.end() - 5, argv.end());
  EXPECT_EQ(last, (std::vector<std::string>{"-c", "analytics.enabled=true", "resume", resumed.resume_session,
                                            "-"}));
}

TEST(CodexPlan, ASilentStartIsGivenTime) {
  Profile limited = profile();
  limited.limits.wall_ms = 1234;
  const Limits limits = plan(limited, job()).launch.limits;
  EXPECT_EQ(limits.wall_ms, 1234);
  EXPECT_EQ(limits.startup_ms, find_driver("codex")->traits.startup_ms);
}

TEST(CodexPlan, APromptLongerThanCodexTakesIsRefusedInWords) {
  Job longest = job();
  longest.bundle.clear();
  for (int i = 0; i < 1'048'576; ++i)
    longest.bundle += "\xC3\xA9";  // a character counts, not its bytes
  EXPECT_EQ(plan(profile(), longest).refused, "");
  longest.bundle += "x";
  EXPECT_NE(plan(profile(), longest).refused.find("1048576"), std::string::npos);
  EXPECT_TRUE(plan(profile(), longest).launch.argv.empty());
}

TEST(CodexPlan, ASessionIdThatCouldBeAFlagIsRefused) {
  for (const std::string id : {"--last", "a b", "../x", "x\n"}) {
    Job resumed = job();
    resumed.resume_session = id;
    EXPECT_NE(plan(profile(), resumed).refused, "") << id;
  }
}

TEST(CodexPlan, AnEmptyPromptIsRefused) {
  Job empty = job();
  empty.bundle.clear();
  EXPECT_NE(plan(profile(), empty).refused, "");
}

TEST(CodexPlan, ALoginIsLookedForWhereCodexKeepsIt) {
  const Driver& codex = *find_driver("codex");
  EXPECT_EQ(codex.stored_login({{"HOME", "/home/lead"}}), "/home/lead/.codex/auth.json");
  EXPECT_EQ(codex.stored_login({{"HOME", "/home/lead"}, {"CODEX_HOME", "/c"}}), "/c/auth.json");
  EXPECT_EQ(codex.stored_login({}), "");
}

TEST(CodexPlan, WhatSteersItIsNamedInEveryFolder) {
  const auto globs = find_driver("codex")->control_files(profile());
  for (const char* glob : {".codex/**", "**/.codex/**", ".agents/**", "AGENTS.md", "**/AGENTS.md"})
    EXPECT_TRUE(contains(globs, glob)) << glob;
}

}  // namespace
}  // namespace orchestrate::spawners
