#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "spawners/drivers/driver.h"
#include "spawners/drivers/environment.h"
#include "tests/spawners/drivers/planning.h"

namespace orchestrate::spawners {
namespace {

using nlohmann::json;

constexpr const char* settings_path = "/state/homes/backend-specialist/.gemini/settings.json";

Profile profile() {
  Profile profile;
  profile.name = "backend-specialist";
  profile.driver = "gemini";
  profile.command = {"gemini"};
  return profile;
}

Profile at(RepositoryConfig level, Home home = Home::isolated) {
  Profile levelled = profile();
  levelled.repository_config = level;
  levelled.home = home;
  return levelled;
}

Job job() {
  Job job;
  job.bundle = "Task 7: add a test.";
  job.workspace = "/space/7";
  job.step_dir = "/state/runs/7/2-agent";
  job.home = "/state/homes/backend-specialist";
  job.new_session = "11111111-2222-4333-8444-555555555555";
  job.inherited_env = {"PATH=/usr/bin", "HOME=/home/lead", "GEMINI_API_KEY=k",
                       "GEMINI_CLI_TRUST_WORKSPACE=true"};
  return job;
}

Plan plan(const Profile& profile, const Job& job) {
  return find_driver("gemini")->plan(profile, job);
}

Environment environment_of(const Launch& launch) {
  return environment_from(launch.env);
}

json settings_of(const Launch& launch) {
  for (const HomeFile& file : launch.home_files) {
    if (file.path == settings_path) return json::parse(file.text);
  }
  return {};
}

TEST(GeminiPlan, ThePromptIsOnStdinAndNeverAnArgument) {
  const Launch launch = plan(profile(), job()).launch;
  ASSERT_EQ(launch.files.size(), 1U);
  EXPECT_EQ(launch.files[0].text, "Task 7: add a test.");
  EXPECT_EQ(launch.stdin_file, launch.files[0].name);
  for (const std::string& argument : launch.argv)
    EXPECT_EQ(argument.find("Task 7"), std::string::npos);
  EXPECT_EQ(launch.cwd, "/space/7");
}

TEST(GeminiPlan, RecordsAreAskedForInTheFormThatIsRead) {
  const auto argv = plan(profile(), job()).launch.argv;
  EXPECT_EQ(argv[0], "gemini");
  EXPECT_EQ(word_after(argv, "--output-format"), "stream-json");
}

TEST(GeminiPlan, APromptThatBeginsWithASlashIsNotACommand) {
  Job slash = job();
  slash.bundle = "/init";
  EXPECT_EQ(plan(profile(), slash).launch.files.at(0).text, "\n/init");
}

TEST(GeminiPlan, PermissionsBecomeItsApprovalModes) {
  Profile permitted = profile();
  const auto mode = [&](Permissions permissions) {
    permitted.permissions = permissions;
    return word_after(plan(permitted, job()).launch.argv, "--approval-mode");
  };
  EXPECT_EQ(mode(Permissions::read), "default");
  EXPECT_EQ(mode(Permissions::edit), "auto_edit");
  EXPECT_EQ(mode(Permissions::full), "yolo");
}

TEST(GeminiPlan, TurnsAndRetriesAreAlwaysLimited) {
  Profile limited = profile();
  EXPECT_EQ(settings_of(plan(limited, job()).launch)["model"]["maxSessionTurns"], 60);
  EXPECT_EQ(settings_of(plan(limited, job()).launch)["general"]["maxAttempts"], 3);
  limited.max_turns = 5;
  limited.limits.wall_ms = 1234;
  const Launch launch = plan(limited, job()).launch;
  EXPECT_EQ(settings_of(launch)["model"]["maxSessionTurns"], 5);
  EXPECT_EQ(launch.limits.wall_ms, 1234);
}

TEST(GeminiPlan, TheModelIsNamedWhereTheProfileNamesOne) {
  Profile named = profile();
  EXPECT_FALSE(contains(plan(named, job()).launch.argv, "--model"));
  named.model = "gemini-2.5-pro";
  EXPECT_EQ(word_after(plan(named, job()).launch.argv, "--model"), "gemini-2.5-pro");
}

TEST(GeminiPlan, ANewSessionHasTheIdThatWeChoose) {
  const Plan fresh = plan(profile(), job());
  EXPECT_EQ(word_after(fresh.launch.argv, "--session-id"), job().new_session);
  EXPECT_EQ(fresh.session_id, job().new_session);
}

TEST(GeminiPlan, ASessionIsResumedByItsId) {
  Job resumed = job();
  resumed.resume_session = "99999999-2222-4333-8444-555555555555";
  const Plan again = plan(profile(), resumed);
  EXPECT_EQ(word_after(again.launch.argv, "--resume"), resumed.resume_session);
  EXPECT_FALSE(contains(again.launch.argv, "--session-id"));  // gemini refuses both
  EXPECT_EQ(again.session_id, resumed.resume_session);
}

TEST(GeminiPlan, ASessionIdThatCouldBeAFlagIsRefused) {
  Job resumed = job();
  resumed.resume_session = "--yolo";
  const Plan refused = plan(profile(), resumed);
  EXPECT_NE(refused.refused.find("backend-specialist"), std::string::npos);
  EXPECT_NE(refused.refused.find("start a new session"), std::string::npos);
}

TEST(GeminiPlan, AnEmptyPromptIsRefused) {
  Job empty = job();
  empty.bundle.clear();
  EXPECT_NE(plan(profile(), empty).refused.find("empty"), std::string::npos);
}

TEST(GeminiPlan, OfAnUntrustedRepositoryNothingIsTrustedBeforeItsSettingsWereRead) {
  for (const RepositoryConfig level : {RepositoryConfig::text, RepositoryConfig::ignore}) {
    const Launch launch = plan(at(level), job()).launch;
    EXPECT_TRUE(contains(launch.argv, "--skip-trust"));
    EXPECT_EQ(environment_of(launch).count("GEMINI_CLI_TRUST_WORKSPACE"), 0U);
    const json settings = settings_of(launch);
    EXPECT_EQ(settings["advanced"]["ignoreLocalEnv"], true);
    EXPECT_EQ(settings["security"]["auth"]["useExternal"], true);
  }
}

TEST(GeminiPlan, ATrustedRepositoryIsTrustedFromTheFirst) {
  const Launch launch = plan(at(RepositoryConfig::trust), job()).launch;
  EXPECT_FALSE(contains(launch.argv, "--skip-trust"));
  EXPECT_EQ(environment_of(launch).at("GEMINI_CLI_TRUST_WORKSPACE"), "true");
  const json settings = settings_of(launch);
  EXPECT_FALSE(settings.contains("advanced"));
  EXPECT_FALSE(settings["security"]["auth"].contains("useExternal"));
}

TEST(GeminiPlan, SkillsAreOffWhereTheRepositoryIsNotEvenRead) {
  EXPECT_FALSE(settings_of(plan(at(RepositoryConfig::text), job()).launch).contains("skills"));
  EXPECT_EQ(settings_of(plan(at(RepositoryConfig::ignore), job()).launch)["skills"]["enabled"], false);
}

TEST(GeminiPlan, WhatAnEnvFileCouldFillIsSetToNothingUnlessALeadSetIt) {
  Profile profile = at(RepositoryConfig::text, Home::inherit);
  profile.env = {{"HTTPS_PROXY", "http://proxy:3128"}};
  const Environment env = environment_of(plan(profile, job()).launch);
  for (const char* name : {"GOOGLE_GEMINI_BASE_URL", "NODE_OPTIONS", "LD_PRELOAD", "BASH_ENV",
                           "GEMINI_SYSTEM_MD", "GEMINI_CLI_HOME", "http_proxy"}) {
    ASSERT_EQ(env.count(name), 1U) << name;
    EXPECT_EQ(env.at(name), "") << name;
  }
  EXPECT_EQ(env.at("HTTPS_PROXY"), "http://proxy:3128");
  const Environment trusted = environment_of(plan(at(RepositoryConfig::trust), job()).launch);
  EXPECT_EQ(trusted.count("NODE_OPTIONS"), 0U);
}

TEST(GeminiPlan, ItIsOneProcessThatGetsOurSignalsWhateverTheLeadSays) {
  Profile relaunched = profile();
  relaunched.env = {{"GEMINI_CLI_NO_RELAUNCH", ""}};
  EXPECT_EQ(environment_of(plan(relaunched, job()).launch).at("GEMINI_CLI_NO_RELAUNCH"), "true");
}

TEST(GeminiPlan, TelemetryIsOffUnlessALeadWantsIt) {
  Profile wanted = profile();
  EXPECT_EQ(environment_of(plan(wanted, job()).launch).at("GEMINI_TELEMETRY_ENABLED"), "false");
  EXPECT_EQ(settings_of(plan(wanted, job()).launch)["privacy"]["usageStatisticsEnabled"], false);
  wanted.env = {{"GEMINI_TELEMETRY_ENABLED", "true"}};
  EXPECT_EQ(environment_of(plan(wanted, job()).launch).at("GEMINI_TELEMETRY_ENABLED"), "true");
}

TEST(GeminiPlan, AnIsolatedHomeIsTheOnlyHome) {
  const Environment env = environment_of(plan(profile(), job()).launch);
  EXPECT_EQ(env.at("HOME"), job().home);
  EXPECT_EQ(env.at("GEMINI_CLI_HOME"), job().home);
}

TEST(GeminiPlan, NothingIsWrittenIntoTheUsersOwnHome) {
  const Launch launch = plan(at(RepositoryConfig::text, Home::inherit), job()).launch;
  EXPECT_TRUE(launch.home_files.empty());
  EXPECT_EQ(environment_of(launch).at("HOME"), "/home/lead");
}

TEST(GeminiPlan, TheWayToLogInFollowsTheEnvironment) {
  const auto type_with = [](const std::vector<std::string>& env) {
    Job with = job();
    with.inherited_env = env;
    Profile passing = profile();
    passing.env_pass = {"GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL", "GOOGLE_GENAI_USE_VERTEXAI"};
    return settings_of(plan(passing, with).launch)["security"]["auth"].value("selectedType", "");
  };
  EXPECT_EQ(type_with({"GEMINI_API_KEY=k", "GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:1"}), "gemini-api-key");
  EXPECT_EQ(type_with({"GEMINI_API_KEY=k", "GOOGLE_GENAI_USE_VERTEXAI=true"}), "");
  EXPECT_EQ(type_with({"GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:1"}), "");
  EXPECT_EQ(type_with({}), "oauth-personal");
}

TEST(GeminiPlan, NoKeyStandsInAnyFile) {
  Profile keyed = profile();
  keyed.env = {{"GEMINI_API_KEY", "sk-secret"}};
  const Launch launch = plan(keyed, job()).launch;
  for (const HomeFile& file : launch.home_files)
    EXPECT_EQ(file.text.find("sk-secret"), std::string::npos);
  for (const std::string& argument : launch.argv)
    EXPECT_EQ(argument.find("sk-secret"), std::string::npos);
}

TEST(GeminiPlan, ACommandMayBeSeveralWordsAndArgumentsComeLast) {
  Profile wrapped = profile();
  wrapped.command = {"nice", "gemini"};
  wrapped.args = {"--allowed-tools", "run_shell_command(ctest)"};
  const auto argv = plan(wrapped, job()).launch.argv;
  EXPECT_EQ(argv[0], "nice");
  EXPECT_EQ(argv[1], "gemini");
  EXPECT_EQ(argv.back(), "run_shell_command(ctest)");
}

TEST(GeminiPlan, WhatNoSwitchStopsIsHiddenAndNothingWhereTheRepositoryIsTrusted) {
  const auto hidden = [](RepositoryConfig level, Home home) {
    return find_driver("gemini")->hidden_files(at(level, home));
  };
  EXPECT_TRUE(hidden(RepositoryConfig::trust, Home::isolated).empty());
  EXPECT_TRUE(hidden(RepositoryConfig::trust, Home::inherit).empty());
  EXPECT_TRUE(hidden(RepositoryConfig::text, Home::isolated).empty());
  EXPECT_TRUE(contains(hidden(RepositoryConfig::ignore, Home::isolated), "GEMINI.md"));
  EXPECT_TRUE(contains(hidden(RepositoryConfig::ignore, Home::isolated), "**/GEMINI.md"));
  for (const RepositoryConfig level : {RepositoryConfig::text, RepositoryConfig::ignore}) {
    EXPECT_TRUE(contains(hidden(level, Home::inherit), ".gemini/**"));
    EXPECT_TRUE(contains(hidden(level, Home::inherit), ".env"));
  }
  EXPECT_TRUE(contains(hidden(RepositoryConfig::ignore, Home::inherit), ".agents/skills/**"));
}

TEST(GeminiPlan, WhateverIsHiddenIsAControlFile) {
  const Driver& gemini = *find_driver("gemini");
  for (const std::string& name : gemini.hidden_files(at(RepositoryConfig::ignore, Home::inherit)))
    EXPECT_TRUE(contains(gemini.control_files(profile()), name)) << name;
}

TEST(GeminiPlan, TheStoredLoginIsLookedForWhereGeminiLooks) {
  const Driver& gemini = *find_driver("gemini");
  EXPECT_EQ(gemini.stored_login({{"HOME", "/h"}}), "/h/.gemini/oauth_creds.json");
  EXPECT_EQ(gemini.stored_login({{"HOME", "/h"}, {"GEMINI_CLI_HOME", "/g"}}), "/g/.gemini/oauth_creds.json");
  EXPECT_EQ(gemini.stored_login({}), "");
}

}  // namespace
}  // namespace orchestrate::spawners
