#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "spawners/drivers/driver.h"
#include "tests/spawners/drivers/planning.h"

namespace orchestrate::spawners {
namespace {

Profile profile() {
  Profile profile;
  profile.name = "pair-programmer";
  profile.driver = "aider";
  profile.command = {"aider"};
  profile.model = "openai/gpt-5.1";
  return profile;
}

Job job() {
  Job job;
  job.bundle = "Task 7: add a test.";
  job.workspace = "/space/7";
  job.step_dir = "/runs/7/3-agent";
  job.home = "/state/homes/pair-programmer";
  job.inherited_env = {"PATH=/usr/bin", "HOME=/home/lead", "OPENAI_API_KEY=k", "SECRET=s"};
  return job;
}

Plan plan(const Profile& profile, const Job& job) {
  return find_driver("aider")->plan(profile, job);
}

Launch launch_of(const Profile& profile) {
  return plan(profile, job()).launch;
}

std::string file_of(const Launch& launch, std::string_view name) {
  for (const StepFile& file : launch.files) {
    if (file.name == name) return file.text;
  }
  return "(no such file)";
}

TEST(AiderPlan, ThePromptIsAFileOfTheStepAndNeverAnArgument) {
  const Launch launch = launch_of(profile());
  EXPECT_EQ(word_after(launch.argv, "--message-file"), "/runs/7/3-agent/bundle.md");
  EXPECT_EQ(file_of(launch, "bundle.md"), "Task 7: add a test.");
  EXPECT_EQ(launch.stdin_file, "");  // what it asks on stdin it must not wait for
  for (const std::string& argument : launch.argv)
    EXPECT_EQ(argument.find("Task 7"), std::string::npos);
  EXPECT_EQ(launch.cwd, "/space/7");
}

TEST(AiderPlan, WhatIsReadOfItLiesInTheStepsDirectory) {
  const Launch launch = launch_of(profile());
  EXPECT_EQ(launch.record_files, (std::vector<std::string>{"chat.md", "analytics.jsonl"}));
  EXPECT_EQ(word_after(launch.argv, "--analytics-log"), "/runs/7/3-agent/analytics.jsonl");
  EXPECT_EQ(word_after(launch.argv, "--chat-history-file"), "/runs/7/3-agent/chat.md");
  EXPECT_EQ(word_after(launch.argv, "--input-history-file"), "/runs/7/3-agent/input.history");
}

TEST(AiderPlan, APromptThatBeginsLikeACommandIsNone) {
  for (const std::string bundle : {"/run touch x", "!touch x", "/ask", "!"}) {
    Job command = job();
    command.bundle = bundle;
    EXPECT_EQ(file_of(plan(profile(), command).launch, "bundle.md"), "\n" + bundle);
  }
}

TEST(AiderPlan, APromptThatIsNotUtf8IsMadeReadable) {
  Job broken = job();
  broken.bundle = "a\xFF";
  EXPECT_EQ(file_of(plan(profile(), broken).launch, "bundle.md"), "a\xEF\xBF\xBD");
}

TEST(AiderPlan, NothingIsStreamedCommittedSentHomeOrFetched) {
  const Launch launch = launch_of(profile());
  for (const char* flag : {"--no-stream", "--no-auto-commits", "--no-analytics", "--no-check-update",
                           "--no-detect-urls", "--disable-playwright", "--no-gitignore"})
    EXPECT_TRUE(contains(launch.argv, flag)) << flag;
  EXPECT_TRUE(contains(launch.env, "BROWSER=/bin/true"));
  EXPECT_TRUE(contains(launch.env, "LITELLM_LOCAL_MODEL_COST_MAP=True"));
  ASSERT_EQ(launch.home_files.size(), 1U);
  EXPECT_EQ(launch.home_files[0].path,
            "/state/homes/pair-programmer/.aider/caches/model_prices_and_context_window.json");
}

TEST(AiderPlan, AHomeThatIsNotItsOwnIsLeftAlone) {
  Profile inherited = profile();
  inherited.home = Home::inherit;
  EXPECT_TRUE(launch_of(inherited).home_files.empty());
  EXPECT_TRUE(contains(launch_of(inherited).env, "HOME=/home/lead"));
}

TEST(AiderPlan, ReadingWritesNothing) {
  Profile permitted = profile();
  for (const auto permissions : {Permissions::edit, Permissions::full}) {
    permitted.permissions = permissions;
    EXPECT_FALSE(contains(launch_of(permitted).argv, "--dry-run"));
    EXPECT_FALSE(contains(launch_of(permitted).argv, "--chat-mode"));
  }
  permitted.permissions = Permissions::read;
  EXPECT_TRUE(contains(launch_of(permitted).argv, "--dry-run"));
  EXPECT_EQ(word_after(launch_of(permitted).argv, "--chat-mode"), "ask");
}

// The settings that git takes from the environment, in their order.
std::vector<std::string> git_settings(const std::vector<std::string>& entries) {
  const Environment env = environment_from(entries);
  std::vector<std::string> settings;
  for (int i = 0; i < std::stoi(env.at("GIT_CONFIG_COUNT")); ++i) {
    const std::string number = std::to_string(i);
    settings.push_back(env.at("GIT_CONFIG_KEY_" + number) + "=" + env.at("GIT_CONFIG_VALUE_" + number));
  }
  return settings;
}

TEST(AiderPlan, TheRepositorysGitFolderIsClosedToIt) {
  const Launch launch = launch_of(profile());
  EXPECT_EQ(file_of(launch, "excludes"), ".git\n");
  const auto settings = git_settings(launch.env);
  EXPECT_TRUE(contains(settings, "core.excludesFile=/runs/7/3-agent/excludes"));
  EXPECT_TRUE(contains(settings, "core.fsmonitor=false"));
  EXPECT_TRUE(contains(settings, "core.hooksPath=/dev/null"));
}

TEST(AiderPlan, GitSettingsOfTheLeadStandBesideOurs) {
  Profile settled = profile();
  settled.env = {{"GIT_CONFIG_COUNT", "1"}, {"GIT_CONFIG_KEY_0", "a.b"}, {"GIT_CONFIG_VALUE_0", "c"}};
  const auto settings = git_settings(launch_of(settled).env);
  EXPECT_EQ(settings.front(), "a.b=c");
  EXPECT_TRUE(contains(settings, "core.fsmonitor=false"));
  settled.env["GIT_CONFIG_COUNT"] = "many";
  EXPECT_EQ(git_settings(launch_of(settled).env).front(), "core.excludesFile=/runs/7/3-agent/excludes");
}

TEST(AiderPlan, ItsIndexOfTheRepositoryIsNotKeptThere) {
  Profile paths = profile();
  EXPECT_TRUE(contains(launch_of(paths).env, "PYTHONPATH=/runs/7/3-agent"));
  EXPECT_NE(file_of(launch_of(paths), "diskcache.py").find("class Cache(dict)"), std::string::npos);
  paths.env = {{"PYTHONPATH", "/lib/lead"}};
  EXPECT_TRUE(contains(launch_of(paths).env, "PYTHONPATH=/runs/7/3-agent:/lib/lead"));
}

Profile at(RepositoryConfig level) {
  Profile leveled = profile();
  leveled.repository_config = level;
  leveled.env = {{"PYTHON_DOTENV_DISABLED", "0"}};
  return leveled;
}

TEST(AiderPlan, BelowTrustNothingOfTheRepositoryActs) {
  for (const auto level : {RepositoryConfig::text, RepositoryConfig::ignore}) {
    const Launch launch = launch_of(at(level));
    EXPECT_TRUE(contains(launch.env, "PYTHON_DOTENV_DISABLED=1"));
    EXPECT_TRUE(contains(launch.argv, "--no-auto-lint"));
    const auto hidden = find_driver("aider")->hidden_files(at(level));
    for (const char* file : {".aider.conf.yml", ".aider.model.settings.yml", ".aider.model.metadata.json"})
      EXPECT_TRUE(contains(hidden, file)) << file;
  }
}

TEST(AiderPlan, IgnoredIsAlsoTheListOfWhatItMustNotTouch) {
  EXPECT_EQ(word_after(launch_of(at(RepositoryConfig::text)).argv, "--aiderignore"), "");
  EXPECT_EQ(word_after(launch_of(at(RepositoryConfig::ignore)).argv, "--aiderignore"), "/dev/null");
}

TEST(AiderPlan, ATrustedRepositoryActs) {
  const Profile trusting = at(RepositoryConfig::trust);
  EXPECT_TRUE(contains(launch_of(trusting).env, "PYTHON_DOTENV_DISABLED=0"));
  EXPECT_FALSE(contains(launch_of(trusting).argv, "--no-auto-lint"));
  EXPECT_TRUE(find_driver("aider")->hidden_files(trusting).empty());
}

TEST(AiderPlan, WhatSteersItIsNamed) {
  const auto globs = find_driver("aider")->control_files(profile());
  for (const char* file :
       {".aider.conf.yml", ".aider.model.settings.yml", ".aider.model.metadata.json", ".env", ".aiderignore"})
    EXPECT_TRUE(contains(globs, file)) << file;
}

TEST(AiderPlan, TheLeadsArgumentsComeLastAndWin) {
  Profile extra = profile();
  extra.command = {"nice", "aider"};
  extra.args = {"--auto-test", "--test-cmd", "make check"};
  const auto argv = launch_of(extra).argv;
  EXPECT_EQ(argv[1], "aider");
  EXPECT_EQ(word_after(argv, "--model"), "openai/gpt-5.1");
  EXPECT_EQ(argv[argv.size() - 3], "--auto-test");
  EXPECT_EQ(argv.back(), "make check");
}

TEST(AiderPlan, LimitsOfTimeAreTheProfiles) {
  Profile limited = profile();
  limited.limits.wall_ms = 1234;
  EXPECT_EQ(launch_of(limited).limits.wall_ms, 1234);
}

TEST(AiderPlan, WhatCannotBeDoneIsRefusedInWords) {
  Job empty = job();
  empty.bundle.clear();
  EXPECT_NE(plan(profile(), empty).refused.find("empty"), std::string::npos);
  Profile unnamed = profile();
  unnamed.model.clear();
  EXPECT_NE(plan(unnamed, job()).refused.find("set model"), std::string::npos);
  Job scratch = job();
  scratch.git_root = false;
  EXPECT_NE(plan(profile(), scratch).refused.find("git repository"), std::string::npos);
  EXPECT_TRUE(plan(profile(), scratch).launch.argv.empty());
}

}  // namespace
}  // namespace orchestrate::spawners
