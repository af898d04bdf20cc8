// The command line of a CLI without a driver: the prompt arrives byte for byte and stays data.
#include <gtest/gtest.h>

#include "spawners/drivers/command_words.h"
#include "spawners/drivers/driver.h"

namespace orchestrate::spawners {
namespace {

using Words = std::vector<std::string>;

constexpr const char* hostile =
    "--flag 'quote' \"quote\" $(id) `id` {model} {workspace}\n\ttwo\r\n\x1b[31m \xFF";

Profile newcli(PromptVia way, Words more = {}) {
  Profile profile;
  profile.name = "own";
  profile.driver = "exec";
  profile.model = "m-1";
  profile.command = {"newcli", "--model={model}", "-C", "{workspace}"};
  profile.args = std::move(more);
  profile.prompt_via = way;
  return profile;
}

Job hostile_job() {
  Job job;
  job.bundle = hostile;
  job.workspace = "/space/7";
  job.step_dir = "/runs/7/03-agent";
  job.inherited_env = {"PATH=/bin", "SECRET=s"};
  return job;
}

Plan plan(const Profile& profile, const Job& job) {
  return find_driver("exec")->plan(profile, job);
}

TEST(Exec, GivesThePromptOnStandardInput) {
  const Plan made = plan(newcli(PromptVia::input), hostile_job());
  EXPECT_EQ(made.refused, "");
  EXPECT_EQ(made.launch.argv, Words({"newcli", "--model=m-1", "-C", "/space/7"}));
  EXPECT_EQ(made.launch.cwd, "/space/7");
  ASSERT_EQ(made.launch.files.size(), 1U);
  EXPECT_EQ(made.launch.files[0].name, made.launch.stdin_file);
  EXPECT_EQ(made.launch.files[0].text, hostile);
}

TEST(Exec, GivesThePromptAsAFile) {
  const Plan made = plan(newcli(PromptVia::file, {"--in", "{prompt_file}"}), hostile_job());
  ASSERT_EQ(made.launch.files.size(), 1U);
  EXPECT_EQ(made.launch.argv.back(), "/runs/7/03-agent/" + made.launch.files[0].name);
  EXPECT_EQ(made.launch.files[0].text, hostile);
  EXPECT_EQ(made.launch.stdin_file, "");
}

TEST(Exec, GivesThePromptAsOneArgumentThatIsNotLookedIntoForPlaceholders) {
  const Plan made = plan(newcli(PromptVia::argument, {"--message={prompt}", "{prompt}"}), hostile_job());
  EXPECT_EQ(made.launch.argv,
            Words({"newcli", "--model=m-1", "-C", "/space/7", std::string("--message=") + hostile, hostile}));
  EXPECT_TRUE(made.launch.files.empty());
  EXPECT_EQ(made.launch.stdin_file, "");
}

TEST(Exec, RefusesAPromptThatNoArgumentCanCarry) {
  const Profile profile = newcli(PromptVia::argument, {"{prompt}"});
  Job job = hostile_job();
  job.bundle = std::string(100 << 10, 'x');
  EXPECT_EQ(plan(profile, job).refused, "");
  job.bundle += "x";
  const std::string too_long = plan(profile, job).refused;
  EXPECT_NE(too_long.find("'own'"), std::string::npos);
  EXPECT_NE(too_long.find("use \"stdin\" or \"file\""), std::string::npos);
  job.bundle = std::string("a\0b", 3);
  EXPECT_NE(plan(profile, job).refused.find("NUL"), std::string::npos);
  EXPECT_EQ(plan(newcli(PromptVia::input), job).refused, "");
}

TEST(Exec, InheritsNoMoreOfTheEnvironmentThanOthers) {
  EXPECT_EQ(plan(newcli(PromptVia::input), hostile_job()).launch.env, Words({"HOME=", "PATH=/bin"}));
}

TEST(Exec, ControlFilesAreTheProfilesOwn) {
  Profile profile;
  profile.control_files = {".newcli/**"};
  EXPECT_EQ(find_driver("exec")->control_files(profile), Words({".newcli/**"}));
}

TEST(Placeholders, AreNamesInBracesAndNothingElse) {
  EXPECT_EQ(placeholders_of("--a={model},{b_2}{"), Words({"model", "b_2"}));
  EXPECT_EQ(placeholders_of(R"({"a":{}} {} { model} {mo-del} {{model})"), Words({"model"}));
  EXPECT_EQ(filled("{{model}} {nobody} {}", {{"model", "{model}"}}), "{{model}} {nobody} {}");
  EXPECT_EQ(filled("", {{"model", "m"}}), "");
}

}  // namespace
}  // namespace orchestrate::spawners
