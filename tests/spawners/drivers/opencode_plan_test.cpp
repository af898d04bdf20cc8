#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "spawners/drivers/driver.h"
#include "tests/spawners/drivers/planning.h"

namespace orchestrate::spawners {
namespace {

using json = nlohmann::ordered_json;

Profile profile() {
  Profile profile;
  profile.name = "backend-specialist";
  profile.driver = "opencode";
  profile.command = {"opencode"};
  return profile;
}

Job job() {
  Job job;
  job.bundle = "Task 7: add a test.";
  job.task_key = "task-7";
  job.workspace = "/space/7";
  job.home = "/state/homes/backend-specialist";
  job.inherited_env = {"PATH=/usr/bin", "HOME=/home/lead", "OPENAI_API_KEY=k", "SECRET=s"};
  return job;
}

Plan plan(const Profile& profile, const Job& job) {
  return find_driver("opencode")->plan(profile, job);
}

json configuration(const Profile& profile) {
  return json::parse(variable(plan(profile, job()).launch, "OPENCODE_CONFIG_CONTENT"));
}

TEST(OpencodePlan, ThePromptIsOnStdinAsItIsAndNeverAnArgument) {
  Job slash = job();
  slash.bundle = "/clear !ls @/etc/passwd";
  const Launch launch = plan(profile(), slash).launch;
  ASSERT_EQ(launch.files.size(), 1U);
  EXPECT_EQ(launch.files[0].text, slash.bundle);
  EXPECT_EQ(launch.stdin_file, launch.files[0].name);
  for (const std::string& argument : launch.argv)
    EXPECT_EQ(argument.find("/clear"), std::string::npos);
  EXPECT_EQ(launch.cwd, "/space/7");
}

TEST(OpencodePlan, RecordsAreAskedForAndTheLogOfRetriesIsReadToo) {
  const Launch launch = plan(profile(), job()).launch;
  EXPECT_EQ(launch.argv.at(1), "run");
  EXPECT_EQ(word_after(launch.argv, "--format"), "json");
  EXPECT_TRUE(contains(launch.argv, "--print-logs"));
  EXPECT_EQ(word_after(launch.argv, "--log-level"), "ERROR");
  EXPECT_EQ(launch.record_files, std::vector<std::string>{"stderr"});
}

TEST(OpencodePlan, NoModelIsAskedForATitle) {
  EXPECT_NE(word_after(plan(profile(), job()).launch.argv, "--title"), "");
}

TEST(OpencodePlan, ItMayStartSlowly) {
  Profile limited = profile();
  limited.limits.wall_ms = 1234;
  const Launch launch = plan(limited, job()).launch;
  EXPECT_EQ(launch.limits.wall_ms, 1234);
  EXPECT_EQ(launch.limits.startup_ms, find_driver("opencode")->traits.startup_ms);
}

TEST(OpencodePlan, ReadChangesNothingAndRunsNothing) {
  Profile reading = profile();
  reading.permissions = Permissions::read;
  const json rules = configuration(reading)["permission"];
  EXPECT_EQ(rules.begin().key(), "*");  // the last rule that matches counts
  EXPECT_EQ(rules["*"], "deny");
  EXPECT_EQ(rules["read"]["*"], "allow");
  EXPECT_EQ(rules["read"]["*.env"], "deny");
  for (const char* name : {"edit", "bash", "webfetch", "websearch", "external_directory", "task"})
    EXPECT_EQ(rules[name], "deny") << name;
}

TEST(OpencodePlan, EditChangesFilesAndRunsNothing) {
  const json rules = configuration(profile())["permission"];
  EXPECT_EQ(rules["*"], "deny");
  EXPECT_EQ(rules["edit"], "allow");
  for (const char* name : {"bash", "webfetch", "websearch", "external_directory", "task"})
    EXPECT_EQ(rules[name], "deny") << name;
}

TEST(OpencodePlan, FullAllowsEverythingButQuestionsAndEndlessRepetition) {
  Profile full = profile();
  full.permissions = Permissions::full;
  const json rules = configuration(full)["permission"];
  EXPECT_EQ(rules.begin().key(), "*");
  EXPECT_EQ(rules, json::parse(R"({"*":"allow","doom_loop":"deny","question":"deny","task":"deny"})"));
}

TEST(OpencodePlan, WhereOtherRulesAreMergedWithOursNoneOfOursTakesBackAnotherOfOurs) {
  Profile trusting = profile();
  trusting.repository_config = RepositoryConfig::trust;
  Profile inheriting = profile();
  inheriting.home = Home::inherit;
  for (const Profile& merged : {trusting, inheriting}) {
    const json config = configuration(merged);
    EXPECT_FALSE(config["permission"].contains("*"));
    EXPECT_EQ(config["permission"]["bash"], "deny");
  }
}

TEST(OpencodePlan, AnotherConfigurationsAgentDoesNotWidenPermissions) {
  Profile trusting = profile();
  trusting.repository_config = RepositoryConfig::trust;
  const json config = configuration(trusting);
  EXPECT_EQ(config["agent"]["build"]["permission"], config["permission"]);
  EXPECT_EQ(config["default_agent"], "build");
  EXPECT_FALSE(configuration(profile()).contains("agent"));
}

TEST(OpencodePlan, WhatTheLeadAllowsComesAfterOurRules) {
  Profile wider = profile();
  wider.env = {{"OPENCODE_PERMISSION", R"({"bash":{"ctest *":"allow"},"tasks_*":"allow"})"}};
  const json rules = configuration(wider)["permission"];
  EXPECT_EQ(rules["bash"]["ctest *"], "allow");
  EXPECT_EQ((--rules.end()).key(), "tasks_*");
  wider.env = {{"OPENCODE_PERMISSION", "allow"}};
  EXPECT_NE(plan(wider, job()).refused.find("OPENCODE_PERMISSION"), std::string::npos);
}

TEST(OpencodePlan, TheLeadsConfigurationIsKeptUnderOurs) {
  Profile own = profile();
  own.env = {{"OPENCODE_CONFIG_CONTENT",
              R"({"provider":{"p":{"options":{"baseURL":"u","apiKey":"{env:KEY}"}}}, // ours
                  "permission":{"bash":"allow"},"share":"auto","autoupdate":true,"snapshot":true,
                  "instructions":["docs/style.md"]})"}};
  const json config = configuration(own);
  EXPECT_EQ(config["provider"]["p"]["options"]["apiKey"], "{env:KEY}");
  EXPECT_EQ(config["permission"]["bash"], "deny");
  EXPECT_EQ(config["share"], "disabled");
  EXPECT_EQ(config["autoupdate"], false);
  EXPECT_EQ(config["snapshot"], true);
  EXPECT_EQ(config["instructions"],
            json::parse(R"(["docs/style.md","/space/7/AGENTS.md","/space/7/CLAUDE.md"])"));
}

TEST(OpencodePlan, AConfigurationThatCannotBeReadIsRefused) {
  for (const std::string text : {"{", "[]", "7", R"({"a":1,})"}) {
    Profile broken = profile();
    broken.env = {{"OPENCODE_CONFIG_CONTENT", text}};
    const Plan refused = plan(broken, job());
    EXPECT_NE(refused.refused.find("OPENCODE_CONFIG_CONTENT"), std::string::npos) << text;
    EXPECT_TRUE(refused.launch.argv.empty());
  }
}

TEST(OpencodePlan, NothingSecretOfOursIsInTheConfiguration) {
  Profile keyed = profile();
  keyed.env_pass = {"OPENAI_API_KEY"};
  const Launch launch = plan(keyed, job()).launch;
  EXPECT_EQ(variable(launch, "OPENAI_API_KEY"), "k");
  EXPECT_EQ(variable(launch, "SECRET"), "");
  EXPECT_EQ(json::parse(variable(launch, "OPENCODE_CONFIG_CONTENT")).size(), 5U);
}

Launch launch_at(RepositoryConfig level) {
  Profile levelled = profile();
  levelled.repository_config = level;
  // What a lead may set does not weaken the level.
  levelled.env = {{"OPENCODE_DISABLE_PROJECT_CONFIG", "0"}, {"OPENCODE_DISABLE_CLAUDE_CODE", "0"}};
  return plan(levelled, job()).launch;
}

std::vector<std::string> hidden_at(RepositoryConfig level) {
  Profile levelled = profile();
  levelled.repository_config = level;
  return find_driver("opencode")->hidden_files(levelled);
}

TEST(OpencodePlan, TextIsReadAndNothingOfTheRepositoryActs) {
  const Launch launch = launch_at(RepositoryConfig::text);
  EXPECT_EQ(variable(launch, "OPENCODE_DISABLE_PROJECT_CONFIG"), "1");
  EXPECT_EQ(variable(launch, "OPENCODE_DISABLE_EXTERNAL_SKILLS"), "");
  const json config = json::parse(variable(launch, "OPENCODE_CONFIG_CONTENT"));
  EXPECT_EQ(config["instructions"], json::parse(R"(["/space/7/AGENTS.md","/space/7/CLAUDE.md"])"));
  EXPECT_EQ(hidden_at(RepositoryConfig::text),
            (std::vector<std::string>{"opencode.json", "opencode.jsonc", ".opencode", ".opencode/**"}));
}

TEST(OpencodePlan, IgnoredIsNotEvenText) {
  const Launch launch = launch_at(RepositoryConfig::ignore);
  for (const char* name : {"OPENCODE_DISABLE_PROJECT_CONFIG", "OPENCODE_DISABLE_EXTERNAL_SKILLS",
                           "OPENCODE_DISABLE_CLAUDE_CODE"})
    EXPECT_EQ(variable(launch, name), "1") << name;
  EXPECT_FALSE(json::parse(variable(launch, "OPENCODE_CONFIG_CONTENT")).contains("instructions"));
  const auto hidden = hidden_at(RepositoryConfig::ignore);
  for (const char* glob : {"opencode.json", "opencode.jsonc", ".opencode", ".opencode/**", "**/AGENTS.md"})
    EXPECT_TRUE(contains(hidden, glob)) << glob;
}

TEST(OpencodePlan, ATrustedRepositoryActs) {
  const Launch launch = launch_at(RepositoryConfig::trust);
  EXPECT_EQ(variable(launch, "OPENCODE_DISABLE_PROJECT_CONFIG"), "0");
  EXPECT_FALSE(json::parse(variable(launch, "OPENCODE_CONFIG_CONTENT")).contains("instructions"));
  EXPECT_TRUE(hidden_at(RepositoryConfig::trust).empty());
}

TEST(OpencodePlan, WhatSteersItIsNamed) {
  const auto globs = find_driver("opencode")->control_files(profile());
  for (const char* glob : {"opencode.json", "opencode.jsonc", ".opencode/**", "AGENTS.md", "**/AGENTS.md"})
    EXPECT_TRUE(contains(globs, glob)) << glob;
}

TEST(OpencodePlan, NoUpdatesAndNoDownloadsUnlessTheLeadSaysSo) {
  Profile chatty = profile();
  for (const char* name :
       {"OPENCODE_DISABLE_AUTOUPDATE", "OPENCODE_DISABLE_MODELS_FETCH", "OPENCODE_DISABLE_LSP_DOWNLOAD"})
    EXPECT_EQ(variable(plan(chatty, job()).launch, name), "1") << name;
  chatty.env = {{"OPENCODE_DISABLE_MODELS_FETCH", "0"}};
  EXPECT_EQ(variable(plan(chatty, job()).launch, "OPENCODE_DISABLE_MODELS_FETCH"), "0");
}

TEST(OpencodePlan, OnlyAHomeOfItsOwnIsWrittenInto) {
  Profile home = profile();
  Launch launch = plan(home, job()).launch;
  EXPECT_EQ(variable(launch, "HOME"), "/state/homes/backend-specialist");
  ASSERT_FALSE(launch.home_files.empty());
  for (const HomeFile& file : launch.home_files)
    EXPECT_EQ(file.path.rfind("/state/homes/backend-specialist/.config/opencode/", 0), 0U) << file.path;
  home.env = {{"XDG_CONFIG_HOME", "/home/lead/.config"}};
  EXPECT_TRUE(plan(home, job()).launch.home_files.empty());
  home.env.clear();
  home.home = Home::inherit;
  launch = plan(home, job()).launch;
  EXPECT_EQ(variable(launch, "HOME"), "/home/lead");
  EXPECT_TRUE(launch.home_files.empty());
}

TEST(OpencodePlan, TasksThatRunAtOnceShareNoDatabase) {
  Profile own = profile();
  own.home = Home::isolated;
  EXPECT_EQ(variable(plan(own, job()).launch, "OPENCODE_DB"), "task-7.db");
  own.env["OPENCODE_DB"] = "mine.db";
  EXPECT_EQ(variable(plan(own, job()).launch, "OPENCODE_DB"), "mine.db");

  Profile inherited = profile();
  inherited.home = Home::inherit;
  EXPECT_EQ(variable(plan(inherited, job()).launch, "OPENCODE_DB"), "");
}

TEST(OpencodePlan, ItsLoginIsLookedForWhereItKeepsIt) {
  const Driver& opencode = *find_driver("opencode");
  EXPECT_EQ(opencode.stored_login({{"HOME", "/h"}}), "/h/.local/share/opencode/auth.json");
  EXPECT_EQ(opencode.stored_login({{"HOME", "/h"}, {"XDG_DATA_HOME", "/d"}}), "/d/opencode/auth.json");
  EXPECT_EQ(opencode.stored_login({}), "");
}

TEST(OpencodePlan, TheLeadsArgumentsComeLast) {
  Profile extra = profile();
  extra.command = {"nice", "opencode"};
  extra.model = "anthropic/claude-sonnet-4-5";
  extra.args = {"--variant", "high"};
  Job resumed = job();
  resumed.resume_session = "ses_e04a9290bffetVpdJIBtt122bn";
  const auto argv = plan(extra, resumed).launch.argv;
  EXPECT_EQ(argv[0], "nice");
  EXPECT_EQ(argv[2], "run");
  EXPECT_EQ(word_after(argv, "--model"), extra.model);
  EXPECT_EQ(word_after(argv, "--session"), resumed.resume_session);
  EXPECT_EQ(argv[argv.size() - 2], "--variant");
  EXPECT_EQ(argv.back(), "high");
}

TEST(OpencodePlan, ASessionIdThatCouldBeAFlagIsRefused) {
  for (const std::string id : {"--auto", "a b", "../x", "x\n"}) {
    Job resumed = job();
    resumed.resume_session = id;
    EXPECT_NE(plan(profile(), resumed).refused, "") << id;
  }
}

TEST(OpencodePlan, AModelWithoutItsProviderIsRefused) {
  Profile bare = profile();
  bare.model = "gpt-5";
  EXPECT_NE(plan(bare, job()).refused.find("provider/model"), std::string::npos);
}

TEST(OpencodePlan, AnEmptyPromptIsRefused) {
  Job empty = job();
  empty.bundle.clear();
  EXPECT_NE(plan(profile(), empty).refused, "");
}

}  // namespace
}  // namespace orchestrate::spawners
