#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "spawners/drivers/driver.h"
#include "tests/spawners/drivers/planning.h"

namespace orchestrate::spawners {
namespace {

constexpr const char* session = "11111111-2222-4333-8444-555555555555";

Profile profile() {
  Profile profile;
  profile.name = "coder";
  profile.driver = "goose";
  profile.model = "openai/gpt-4o";
  profile.permissions = Permissions::full;
  return profile;
}

Job job() {
  Job job;
  job.bundle = "# Task 7: add a test.";
  job.workspace = "/space/7";
  job.home = "/state/homes/coder";
  job.new_session = session;
  job.inherited_env = {"PATH=/usr/bin", "HOME=/home/lead", "OPENAI_API_KEY=k", "GOOSE_MODE=auto"};
  return job;
}

Plan plan(const Profile& profile, const Job& job) {
  return find_driver("goose")->plan(profile, job);
}

Plan plan_of(const Profile& profile) {
  return plan(profile, job());
}

TEST(GoosePlan, ThePromptIsOnStdinAndNeverAnArgument) {
  const Launch launch = plan_of(profile()).launch;
  ASSERT_EQ(launch.files.size(), 1U);
  EXPECT_EQ(launch.files[0].text, "# Task 7: add a test.");
  EXPECT_EQ(launch.stdin_file, launch.files[0].name);
  EXPECT_EQ(word_after(launch.argv, "--instructions"), "-");
  for (const std::string& argument : launch.argv)
    EXPECT_EQ(argument.find("Task 7"), std::string::npos);
  EXPECT_EQ(launch.cwd, "/space/7");
}

TEST(GoosePlan, RecordsAreAskedForInTheFormThatIsRead) {
  const Launch launch = plan_of(profile()).launch;
  EXPECT_EQ(launch.argv.at(0), "goose");
  EXPECT_EQ(launch.argv.at(1), "run");
  EXPECT_TRUE(contains(launch.argv, "-q"));
  EXPECT_EQ(word_after(launch.argv, "--output-format"), "stream-json");
  EXPECT_EQ(launch.record_files, std::vector<std::string>{"stderr"});
}

TEST(GoosePlan, APromptIsNeitherACommandOfGooseNorOneOfTheShell) {
  for (const std::string bundle :
       {"/clear", "!rm -rf .", " \n/goal x", "\u3000!touch x", "@file", "\xff!x"}) {
    Job armed = job();
    armed.bundle = bundle;
    const std::string text = plan(profile(), armed).launch.files.at(0).text;
    EXPECT_EQ(text.rfind("Task:\n", 0), 0U) << text;
  }
}

TEST(GoosePlan, APromptThatIsNotUtf8IsMadeSo) {
  Job bytes = job();
  bytes.bundle = "Task \xff.";
  EXPECT_EQ(plan(profile(), bytes).launch.files.at(0).text, "Task \xEF\xBF\xBD.");
}

TEST(GoosePlan, TheModeIsAlwaysSaidBecauseWithoutOneEverythingIsAllowed) {
  Profile loose = profile();
  loose.env = {{"GOOSE_MODE", "bogus"}, {"GOOSE_STATE_MACHINE", "false"}};
  EXPECT_TRUE(contains(plan_of(loose).launch.env, "GOOSE_MODE=auto"));
  EXPECT_TRUE(contains(plan_of(loose).launch.env, "GOOSE_STATE_MACHINE=true"));
  loose.permissions = Permissions::read;
  loose.env = {{"GOOSE_MODE", "auto"}};
  EXPECT_TRUE(contains(plan_of(loose).launch.env, "GOOSE_MODE=chat"));
}

TEST(GoosePlan, TheLevelThatGooseDoesNotKnowIsRefusedWithTheWayOut) {
  Profile edit = profile();
  edit.permissions = Permissions::edit;
  const Plan refused = plan_of(edit);
  EXPECT_NE(refused.refused.find("permissions = \"full\""), std::string::npos);
  EXPECT_TRUE(refused.launch.argv.empty());
}

TEST(GoosePlan, TheProviderIsTheModelsFirstWordUnlessTheEnvironmentNamesIt) {
  Profile named = profile();
  EXPECT_EQ(word_after(plan_of(named).launch.argv, "--provider"), "openai");
  EXPECT_EQ(word_after(plan_of(named).launch.argv, "--model"), "gpt-4o");
  named.model = "anthropic/claude-sonnet-4";
  named.env = {{"GOOSE_PROVIDER", "openrouter"}};
  EXPECT_EQ(word_after(plan_of(named).launch.argv, "--provider"), "openrouter");
  EXPECT_EQ(word_after(plan_of(named).launch.argv, "--model"), "anthropic/claude-sonnet-4");
  named.model.clear();
  named.env["GOOSE_MODEL"] = "x/y";
  EXPECT_EQ(word_after(plan_of(named).launch.argv, "--model"), "x/y");
}

TEST(GoosePlan, WithoutAProviderOrAModelOrWithAnotherAgentItIsRefused) {
  for (const std::string model : {"", "gpt-4o", "openai/", "/gpt-4o", "claude-code/default", "codex-acp/x",
                                  "openai/--system", "--help/x"}) {
    Profile unclear = profile();
    unclear.model = model;
    EXPECT_NE(plan_of(unclear).refused, "") << model;
  }
}

TEST(GoosePlan, TurnsAreAlwaysLimited) {
  Profile limited = profile();
  EXPECT_EQ(word_after(plan_of(limited).launch.argv, "--max-turns"), "60");
  limited.max_turns = 5;
  limited.limits.wall_ms = 1234;
  EXPECT_EQ(word_after(plan_of(limited).launch.argv, "--max-turns"), "5");
  EXPECT_EQ(plan_of(limited).launch.limits.wall_ms, 1234);
}

TEST(GoosePlan, ASessionHasTheNameThatWeGiveItAndIsResumedByIt) {
  const Plan fresh = plan_of(profile());
  EXPECT_EQ(word_after(fresh.launch.argv, "--name"), session);
  EXPECT_FALSE(contains(fresh.launch.argv, "--resume"));
  EXPECT_EQ(fresh.session_id, session);
  Job again = job();
  again.resume_session = "earlier";
  const Plan resumed = plan(profile(), again);
  EXPECT_EQ(word_after(resumed.launch.argv, "--name"), "earlier");
  EXPECT_TRUE(contains(resumed.launch.argv, "--resume"));
  EXPECT_EQ(resumed.session_id, "earlier");
  Job none = job();
  none.new_session.clear();
  EXPECT_TRUE(contains(plan(profile(), none).launch.argv, "--no-session"));
  EXPECT_EQ(plan(profile(), none).session_id, "");
}

TEST(GoosePlan, ASessionsNameThatCouldBeAFlagIsRefused) {
  for (const std::string id : {"--system", "a b", "../x", "x\n"}) {
    Job resumed = job();
    resumed.resume_session = id;
    EXPECT_NE(plan(profile(), resumed).refused, "") << id;
  }
}

Launch launch_at(RepositoryConfig level) {
  Profile at = profile();
  at.repository_config = level;
  at.env = {{"CONTEXT_FILE_NAMES", "[\"X.md\"]"}};
  return plan_of(at).launch;
}

std::vector<std::string> hidden_at(RepositoryConfig level) {
  Profile at = profile();
  at.repository_config = level;
  return find_driver("goose")->hidden_files(at);
}

TEST(GoosePlan, TextIsReadAndWhatWouldActIsHidden) {
  EXPECT_TRUE(contains(launch_at(RepositoryConfig::text).argv, "--no-profile"));
  EXPECT_TRUE(contains(launch_at(RepositoryConfig::text).env, "CONTEXT_FILE_NAMES=[\"X.md\"]"));
  const auto hidden = hidden_at(RepositoryConfig::text);
  EXPECT_TRUE(contains(hidden, ".agents/plugins"));
  EXPECT_TRUE(contains(hidden, ".agents/plugins/**"));
  EXPECT_TRUE(contains(hidden, ".config/goose/settings.json"));
  EXPECT_FALSE(contains(hidden, ".agents/skills/**"));
}

TEST(GoosePlan, IgnoredIsNotEvenText) {
  EXPECT_TRUE(contains(launch_at(RepositoryConfig::ignore).argv, "--no-profile"));
  EXPECT_TRUE(contains(launch_at(RepositoryConfig::ignore).env, "CONTEXT_FILE_NAMES=[]"));
  for (const char* glob :
       {".agents/plugins/**", ".agents/skills/**", ".claude/skills/**", ".goose/skills/**", ".goose/skills"})
    EXPECT_TRUE(contains(hidden_at(RepositoryConfig::ignore), glob)) << glob;
}

TEST(GoosePlan, ATrustedRepositoryActs) {
  EXPECT_FALSE(contains(launch_at(RepositoryConfig::trust).argv, "--no-profile"));
  EXPECT_TRUE(hidden_at(RepositoryConfig::trust).empty());
}

TEST(GoosePlan, WhatSteersItIsNamed) {
  const auto globs = find_driver("goose")->control_files(profile());
  for (const char* glob : {".agents/**", ".goose/**", "AGENTS.md", "**/AGENTS.md", ".goosehints"})
    EXPECT_TRUE(contains(globs, glob)) << glob;
}

TEST(GoosePlan, NoTelemetryNoTitleNoWaitingUnlessTheLeadSaysSo) {
  Profile chatty = profile();
  for (const char* entry : {"GOOSE_TELEMETRY_ENABLED=false", "GOOSE_DISABLE_SESSION_NAMING=true",
                            "GOOSE_DISABLE_KEYRING=1", "GOOSE_PROVIDER_SKIP_BACKOFF=true"})
    EXPECT_TRUE(contains(plan_of(chatty).launch.env, entry)) << entry;
  chatty.env = {{"GOOSE_PROVIDER_SKIP_BACKOFF", "false"}};
  EXPECT_TRUE(contains(plan_of(chatty).launch.env, "GOOSE_PROVIDER_SKIP_BACKOFF=false"));
}

TEST(GoosePlan, OnlyWhatIsNamedIsHandedOnAndAnIsolatedAgentHasItsOwnHome) {
  Profile home = profile();
  EXPECT_TRUE(contains(plan_of(home).launch.env, "HOME=/state/homes/coder"));
  EXPECT_FALSE(contains(plan_of(home).launch.env, "OPENAI_API_KEY=k"));
  home.env_pass = {"OPENAI_API_KEY"};
  home.home = Home::inherit;
  const Launch launch = plan_of(home).launch;
  EXPECT_TRUE(contains(launch.env, "HOME=/home/lead"));
  EXPECT_TRUE(contains(launch.env, "OPENAI_API_KEY=k"));
}

TEST(GoosePlan, AStoredLoginIsLookedForWhereGooseKeepsIt) {
  const Driver& goose = *find_driver("goose");
  EXPECT_EQ(goose.stored_login({{"HOME", "/h"}}), "/h/.config/goose/secrets.yaml");
  EXPECT_EQ(goose.stored_login({{"HOME", "/h"}, {"XDG_CONFIG_HOME", "/c"}}), "/c/goose/secrets.yaml");
  EXPECT_EQ(goose.stored_login({{"HOME", "/h"}, {"GOOSE_PATH_ROOT", "/r"}}), "/r/config/secrets.yaml");
  EXPECT_EQ(goose.stored_login({}), "");
}

TEST(GoosePlan, TheLeadsCommandComesFirstAndTheArgumentsLast) {
  Profile extra = profile();
  extra.command = {"nice", "goose"};
  extra.args = {"--with-builtin", "todo"};
  const auto argv = plan_of(extra).launch.argv;
  EXPECT_EQ(argv[0], "nice");
  EXPECT_EQ(argv[2], "run");
  EXPECT_EQ(argv[argv.size() - 2], "--with-builtin");
  EXPECT_EQ(argv.back(), "todo");
}

TEST(GoosePlan, AnEmptyPromptIsRefused) {
  Job empty = job();
  empty.bundle.clear();
  EXPECT_NE(plan(profile(), empty).refused, "");
}

}  // namespace
}  // namespace orchestrate::spawners
