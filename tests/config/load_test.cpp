// Everything a file may say ends up in the structs.
#include <gtest/gtest.h>

#include <filesystem>

#include "config/config.h"
#include "tests/config/project_folder.h"

namespace orchestrate::config {
namespace {

using Words = std::vector<std::string>;

Loaded load_one(const std::string& file, const std::string& text) {
  const ProjectFolder folder;
  folder.write(file, text);
  return folder.load();
}

const char* const kTwoAgentTypes = R"(
[agent_types.backend-specialist]
driver = "claude"
capabilities = ["backend"]
[agent_types.development-lead]
driver = "claude"
)";

TEST(Load, WithoutAnyFileTheDefaultsHold) {
  const ProjectFolder folder;
  const Loaded loaded = folder.load();
  EXPECT_EQ(brief(loaded.errors), "");
  EXPECT_EQ(loaded.config.dispatch.max_parallel, 4);
  EXPECT_EQ(loaded.config.rules.fallback, routing::kHuman);
  EXPECT_TRUE(loaded.config.agent_types.empty());
}

TEST(Load, AFolderThatIsMissingIsLikeAnEmptyOne) {
  EXPECT_TRUE(load("/nonexistent/.orchestrate", known_names()).errors.empty());
}

TEST(Load, ReadsProjectDispatchNightAndLimits) {
  const Loaded loaded = load_one("orchestrate.toml", R"(
[project]
name = "shop"
base = "release/1.2"
[dispatch]
max_parallel = 7
auto_spawn = ["P0", "p1-high"]
aging = "off"
[night]
until = "06:30"
last_start = "06:00"
[limits]
session_cost_usd = 12
task_cost_usd = 1.5
task_attempts = 3
task_wall = "1h30m"
)");
  const Config& config = loaded.config;
  EXPECT_EQ(brief(loaded.errors), "");
  EXPECT_EQ(config.project_name, "shop");
  EXPECT_EQ(config.base, "release/1.2");
  EXPECT_EQ(config.dispatch.max_parallel, 7);
  EXPECT_EQ(config.dispatch.auto_spawn, Words({"P0", "P1"}));
  EXPECT_EQ(config.dispatch.aging_ms, 0);
  EXPECT_EQ(config.night.until, 390);
  EXPECT_EQ(config.night.last_start, 360);
  EXPECT_DOUBLE_EQ(config.limits.session_cost_usd, 12);
  EXPECT_DOUBLE_EQ(config.limits.task_cost_usd, 1.5);
  EXPECT_EQ(config.limits.task_attempts, 3);
  EXPECT_EQ(config.limits.task_wall_ms, 5'400'000);
}

TEST(Load, ReadsChecksInTheThreeWaysToWriteACommand) {
  const Loaded loaded = load_one("orchestrate.toml", R"(
[checks]
default = ["ctest --preset 'a b'", ["make", "$x", ""], { shell = true, run = "a | b" }, { run = "a b" }]
where = "fresh"
baseline = false
wall_limit = "5m"
protected = ["tests/**"]
)");
  EXPECT_EQ(brief(loaded.errors), "");
  const Checks& checks = loaded.config.checks;
  ASSERT_EQ(checks.commands.size(), 4U);
  EXPECT_EQ(checks.commands[0].argv, Words({"ctest", "--preset", "a b"}));
  EXPECT_EQ(checks.commands[0].text, "ctest --preset 'a b'");
  EXPECT_EQ(checks.commands[1].argv, Words({"make", "$x", ""}));
  EXPECT_EQ(checks.commands[1].text, "make $x ''");
  EXPECT_EQ(checks.commands[2].argv, Words({"/bin/sh", "-c", "a | b"}));
  EXPECT_EQ(checks.commands[3].argv, Words({"a", "b"}));
  EXPECT_TRUE(checks.fresh);
  EXPECT_FALSE(checks.baseline);
  EXPECT_EQ(checks.wall_ms, 300'000);
  EXPECT_EQ(checks.protected_paths, Words({"tests/**"}));
}

TEST(Load, ReadsWorkspaceHooksAndRetention) {
  const Loaded loaded = load_one("orchestrate.toml", R"(
[workspace]
kind = "in-place"
root = "/var/tmp/agents"
branch = "night/{id}"
keep_failed = false
publish = "merge-ff"
author = "Night Shift <night@example.com>"
[hooks]
after_create = ["npm ci"]
before_run = ["a"]
after_run = ["b"]
before_remove = ["c"]
[retention]
runs = "7d"
archive = false
max_disk = "10GiB"
free_disk_floor = "512MiB"
)");
  EXPECT_EQ(brief(loaded.errors), "");
  const Config& config = loaded.config;
  EXPECT_EQ(config.workspace.kind, workspaces::Kind::in_place);
  EXPECT_EQ(config.workspace.root, "/var/tmp/agents");
  EXPECT_EQ(config.workspace.branch, "night/{id}");
  EXPECT_FALSE(config.workspace.keep_failed);
  EXPECT_EQ(config.workspace.publish, Publish::merge_ff);
  EXPECT_EQ(config.workspace.author, "Night Shift <night@example.com>");
  EXPECT_EQ(config.hooks.after_create.at(0).argv, Words({"npm", "ci"}));
  EXPECT_EQ(config.hooks.before_run.at(0).argv, Words({"a"}));
  EXPECT_EQ(config.hooks.after_run.at(0).argv, Words({"b"}));
  EXPECT_EQ(config.hooks.before_remove.at(0).argv, Words({"c"}));
  EXPECT_EQ(config.retention.runs_ms, 604'800'000);
  EXPECT_FALSE(config.retention.archive);
  EXPECT_EQ(config.retention.max_disk_bytes, 10LL << 30);
  EXPECT_EQ(config.retention.free_disk_floor_bytes, 512LL << 20);
}

TEST(Load, ReadsRulesInTheOrderOfTheFile) {
  const ProjectFolder folder;
  folder.write("agents.toml", kTwoAgentTypes);
  folder.write("routing.toml", R"(default = "development-lead"
[[rule]]
name = "z first"
when = { type = ["ARCHITECTURE"], label = ["x"], source = ["cli", "sql"], attempts_at_least = 2 }
to = "human"
[capabilities]
ui = "development-lead"
backend = "backend-specialist"
[[rule]]
name = "a second"
to = ["backend-specialist", "development-lead"]
[rule.when]
priority = ["P0-CRITICAL", "p1"]
needs_any = ["ui"]
needs_all = ["backend"]
title = "*pay[mn]ent*"
agent_available = ["backend-specialist"]
)");
  const Loaded loaded = folder.load();
  EXPECT_EQ(brief(loaded.errors), "");
  const routing::Rules& rules = loaded.config.rules;
  EXPECT_EQ(rules.fallback, "development-lead");
  ASSERT_EQ(rules.capabilities.size(), 2U);
  EXPECT_EQ(rules.capabilities[0].capability, "ui");
  EXPECT_EQ(rules.capabilities[1].to, "backend-specialist");
  EXPECT_EQ(rules.capabilities[1].line, 8);
  ASSERT_EQ(rules.rules.size(), 2U);
  EXPECT_EQ(rules.rules[0].name, "z first");
  EXPECT_EQ(rules.rules[0].line, 2);
  EXPECT_EQ(rules.rules[0].to, Words({routing::kHuman}));
  EXPECT_EQ(rules.rules[0].when.type, Words({"ARCHITECTURE"}));
  EXPECT_EQ(rules.rules[0].when.label, Words({"x"}));
  EXPECT_EQ(rules.rules[0].when.source, Words({"cli", "sql"}));
  EXPECT_EQ(rules.rules[0].when.attempts_at_least, 2);
  EXPECT_EQ(rules.rules[1].to, Words({"backend-specialist", "development-lead"}));
  EXPECT_EQ(rules.rules[1].when.priority, Words({"P0", "P1"}));
  EXPECT_EQ(rules.rules[1].when.needs_any, Words({"ui"}));
  EXPECT_EQ(rules.rules[1].when.needs_all, Words({"backend"}));
  EXPECT_EQ(rules.rules[1].when.title, "*pay[mn]ent*");
  EXPECT_EQ(rules.rules[1].when.agent_available, Words({"backend-specialist"}));
  EXPECT_EQ(rules.rules[1].when.attempts_at_least, std::nullopt);
}

TEST(Load, ReadsACliByConfigurationAlone) {
  const Loaded loaded = load_one("agents.toml", R"(
[agent_types.something-new]
driver        = "exec"
model         = "m-1"
command       = ["newcli", "--json", "--model", "{model}", '{"a": 1}']
args          = ["--in={prompt_file}"]
prompt_via    = "file"
control_files = [".newcli/**"]
[agent_types.something-new.output]
format        = "jsonl"
session_id    = { when = { "/type" = "session" }, take = "/id" }
cost_usd      = { when = { "/a~1b/0" = 1.5, "/n" = 429, "/ok" = false }, take = "/usage/cost", sum = true }
failed        = [{ when = { "/type" = "end" }, take = "/error" }, { when = { "/type" = "crash" } }]
rate_limited  = { when = { "/status" = 429 }, until = "/resets_at", take = "/message" }
)");
  EXPECT_EQ(brief(loaded.errors), "");
  const config::AgentType& agent_type = loaded.config.agent_types.at("something-new");
  const spawners::Profile& profile = agent_type.profile;
  EXPECT_EQ(profile.prompt_via, spawners::PromptVia::file);
  EXPECT_EQ(profile.control_files, Words({".newcli/**"}));
  EXPECT_EQ(agent_type.provider, "something-new");
  EXPECT_TRUE(agent_type.expects_changes);
  const spawners::OutputMapping& output = profile.output;
  EXPECT_EQ(output.format, spawners::OutputMapping::Format::jsonl);
  ASSERT_EQ(output.cost_usd.size(), 1U);
  const std::vector<std::pair<spawners::JsonPointer, spawners::Scalar>> when = {
      {{"a/b", "0"}, 1.5}, {{"n"}, std::int64_t{429}}, {{"ok"}, false}};
  EXPECT_EQ(output.cost_usd[0].when, when);
  EXPECT_EQ(output.cost_usd[0].take, spawners::JsonPointer({"usage", "cost"}));
  EXPECT_TRUE(output.cost_usd[0].sum);
  EXPECT_EQ(output.failed.size(), 2U);
  EXPECT_EQ(output.rate_limited.at(0).until, spawners::JsonPointer({"resets_at"}));
  EXPECT_TRUE(output.finished.empty());
}

TEST(Load, OfACliWithoutADriverNothingIsPromisedThatCannotBeKept) {
  const Loaded loaded = load_one("agents.toml", "[agent_types.a]\ndriver = 'exec'\ncommand = 'newcli'\n");
  EXPECT_EQ(brief(loaded.errors), "");
  const spawners::Profile& profile = loaded.config.agent_types.at("a").profile;
  EXPECT_EQ(profile.permissions, spawners::Permissions::full);
  EXPECT_EQ(profile.repository_config, spawners::RepositoryConfig::trust);
  EXPECT_EQ(profile.max_turns, 0);
  EXPECT_EQ(profile.output.format, spawners::OutputMapping::Format::text);
}

TEST(Load, ReadsEveryKeyOfAnAgentType) {
  const Loaded loaded = load_one("agents.toml", R"(
[agent_types.other]
driver = "script"
[agent_types.full]
driver = "claude"
capabilities = ["backend", "api"]
model = "sonnet"
prompt = "fix"
max_parallel = 2
wall_limit = "30m"
silence_limit = "5m"
grace = "3s"
max_turns = 12
max_cost_usd = 1.25
output_limit = "1MiB"
on_output_limit = "truncate"
fallback = ["other"]
provider = "bedrock"
idempotent = true
command = ["/opt/claude", "--debug"]
args = ["-v"]
env_pass = ["ANTHROPIC_API_KEY"]
env = { A_B = "1", C = "" }
home = "inherit"
permissions = "full"
repository_config = "ignore"
workspace = "scratch"
expects = "nothing"
)");
  EXPECT_EQ(brief(loaded.errors), "");
  const config::AgentType& agent_type = loaded.config.agent_types.at("full");
  const spawners::Profile& profile = agent_type.profile;
  EXPECT_EQ(profile.name, "full");
  EXPECT_EQ(agent_type.line, 4);
  EXPECT_EQ(profile.driver, "claude");
  EXPECT_EQ(agent_type.capabilities, Words({"backend", "api"}));
  EXPECT_EQ(profile.model, "sonnet");
  EXPECT_EQ(agent_type.prompt, "fix");
  EXPECT_EQ(agent_type.max_parallel, 2);
  EXPECT_EQ(profile.limits.wall_ms, 1'800'000);
  EXPECT_EQ(profile.limits.silence_ms, 300'000);
  EXPECT_EQ(profile.limits.grace_ms, 3000);
  EXPECT_EQ(profile.limits.output_bytes, 1 << 20);
  EXPECT_FALSE(profile.limits.stop_on_output_limit);
  EXPECT_EQ(profile.max_turns, 12);
  EXPECT_DOUBLE_EQ(profile.max_cost_usd, 1.25);
  EXPECT_EQ(agent_type.fallback, Words({"other"}));
  EXPECT_EQ(agent_type.provider, "bedrock");
  EXPECT_TRUE(agent_type.idempotent);
  EXPECT_EQ(profile.command, Words({"/opt/claude", "--debug"}));
  EXPECT_EQ(profile.args, Words({"-v"}));
  EXPECT_EQ(profile.env_pass, Words({"ANTHROPIC_API_KEY"}));
  EXPECT_EQ(profile.env, (std::map<std::string, std::string>{{"A_B", "1"}, {"C", ""}}));
  EXPECT_EQ(profile.home, spawners::Home::inherit);
  EXPECT_EQ(profile.permissions, spawners::Permissions::full);
  EXPECT_EQ(profile.repository_config, spawners::RepositoryConfig::ignore);
  EXPECT_EQ(agent_type.workspace, workspaces::Kind::scratch);
  EXPECT_FALSE(agent_type.expects_changes);
}

TEST(Load, AnAgentTypeTakesItsDefaultsFromItsDriver) {
  const Loaded loaded =
      load_one("agents.toml", "[agent_types.a]\ndriver = 'claude'\n[agent_types.b]\ndriver = 'script'\n");
  EXPECT_EQ(brief(loaded.errors), "");
  const config::AgentType& coding = loaded.config.agent_types.at("a");
  EXPECT_EQ(coding.provider, "anthropic");
  EXPECT_EQ(coding.profile.command, Words({"claude"}));
  EXPECT_TRUE(coding.expects_changes);
  EXPECT_EQ(coding.profile.max_turns, 60);
  EXPECT_DOUBLE_EQ(coding.profile.max_cost_usd, 3);
  EXPECT_EQ(coding.max_parallel, 1);
  EXPECT_EQ(coding.profile.limits.wall_ms, 45 * 60'000);
  EXPECT_EQ(coding.profile.limits.silence_ms, 10 * 60'000);
  EXPECT_EQ(coding.profile.limits.grace_ms, 10'000);
  EXPECT_EQ(coding.profile.limits.output_bytes, 64 << 20);
  EXPECT_TRUE(coding.profile.limits.stop_on_output_limit);
  EXPECT_EQ(coding.workspace, std::nullopt);
  const config::AgentType& script = loaded.config.agent_types.at("b");
  EXPECT_EQ(script.provider, "");
  EXPECT_TRUE(script.profile.command.empty());
  EXPECT_FALSE(script.expects_changes);
  EXPECT_EQ(script.profile.max_turns, 0);
}

TEST(Load, ACommandOfOneWordIsOneProgram) {
  const Loaded loaded =
      load_one("agents.toml", "[agent_types.a]\ndriver = 'claude'\ncommand = '/opt/my tools/claude'\n");
  EXPECT_EQ(brief(loaded.errors), "");
  EXPECT_EQ(loaded.config.agent_types.at("a").profile.command, Words({"/opt/my tools/claude"}));
}

TEST(Load, AByteOrderMarkAndForeignLineEndsAreRead) {
  const Loaded loaded =
      load_one("orchestrate.toml", "\xEF\xBB\xBF[project]\r\nname = \"shop\"\r\nnam = 1\r\n");
  EXPECT_EQ(loaded.config.project_name, "shop");
  EXPECT_EQ(brief(loaded.errors), "orchestrate.toml:3:1+3 unknown key `nam` | did you mean `name`?\n");
  EXPECT_EQ(loaded.errors.at(0).source, "nam = 1");
}

TEST(Load, ASyntaxErrorDoesNotHideTheOtherFiles) {
  const ProjectFolder folder;
  folder.write("orchestrate.toml", "[dispatch]\nmax_parallel = 0\n");
  folder.write("routing.toml", "default = \"development-lead\"\n[[rule]\nname = \"x\"\n");
  folder.write("agents.toml", "[agent_types.a]\ndriver = \"clade\"\n");
  EXPECT_EQ(brief(folder.load().errors),
            "orchestrate.toml:2:16+1 `max_parallel` must be a whole number from 1 to 1000, not the number 0\n"
            "routing.toml:2:8+1 not valid TOML: while parsing table header: expected ']', saw '\\n'"
            " | the rest of this file is checked once this is mended\n"
            "agents.toml:2:10+7 unknown driver `clade` | did you mean `claude`?\n");
}

TEST(Load, WhenTheAgentTypesCannotBeReadNobodyIsCalledUnknown) {
  const ProjectFolder folder;
  folder.write("routing.toml", "default = \"development-lead\"\n");
  folder.write("agents.toml", "[agent_types.development-lead]\ndriver = \n");
  const Loaded loaded = folder.load();
  ASSERT_EQ(loaded.errors.size(), 1U);
  EXPECT_EQ(loaded.errors[0].file, ".orchestrate/agents.toml");
  EXPECT_EQ(loaded.errors[0].line, 2);
}

TEST(Load, AnAgentTypeWithAMistakeIsStillKnownByName) {
  const ProjectFolder folder;
  folder.write("routing.toml", "default = \"a\"\n");
  folder.write("agents.toml", "[agent_types]\na = 5\n");
  EXPECT_EQ(brief(folder.load().errors),
            "agents.toml:2:5+1 `a` must be a table, not the number 5 | write it as [agent_types.a]\n");
}

TEST(Load, AFileThatIsNoFileIsReported) {
  const ProjectFolder folder;
  std::filesystem::create_directory(folder.path() + "/agents.toml");
  const Loaded loaded = folder.load();
  EXPECT_EQ(brief(loaded.errors), "agents.toml:0:0+1 is no regular file\n");
}

TEST(Load, AFileOfUnreasonableSizeIsRefused) {
  const Loaded loaded = load_one("agents.toml", std::string((1 << 20) + 1, '\n'));
  EXPECT_EQ(brief(loaded.errors), "agents.toml:0:0+1 is larger than 1MiB\n");
}

TEST(Load, AFloodOfMistakesIsCutOff) {
  std::string text = "[project]\n";
  for (int i = 0; i < 250; ++i)
    text += "zzzzzz" + std::to_string(i) + " = 1\n";
  const Loaded loaded = load_one("orchestrate.toml", text);
  ASSERT_EQ(loaded.errors.size(), 101U);
  EXPECT_EQ(loaded.errors.back().message, "150 more problems are not shown");
}

}  // namespace
}  // namespace orchestrate::config
