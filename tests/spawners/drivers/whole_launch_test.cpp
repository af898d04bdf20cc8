// What each CLI is started with, word for word and with nothing beside it: a switch that protects something
// is missed by nobody else.
#include <gtest/gtest.h>

#include <algorithm>

#include "spawners/drivers/driver.h"
#include "tests/spawners/drivers/planning.h"
#include "text/list.h"

namespace orchestrate::spawners {
namespace {

struct Level {
  Permissions permissions;
  RepositoryConfig repository;
  const char* expected;
};

constexpr Level reading = {Permissions::read, RepositoryConfig::text, ""};
constexpr Level editing = {Permissions::edit, RepositoryConfig::ignore, ""};
constexpr Level anything = {Permissions::full, RepositoryConfig::trust, ""};

Level at(Level level, const char* expected) {
  level.expected = expected;
  return level;
}

Profile profile(const std::string& driver, const Level& level = reading) {
  Profile profile;
  profile.name = "coder";
  profile.driver = driver;
  profile.model = "maker/model";
  profile.permissions = level.permissions;
  profile.repository_config = level.repository;
  if (driver == "claude") profile.env = {{"IS_SANDBOX", "1"}};  // the tests may be run by root
  return profile;
}

Job job() {
  Job job;
  job.bundle = "Task 7: add a test.";
  job.task_key = "task-7";
  job.workspace = "/space/7";
  job.step_dir = "/runs/7/3-agent";
  job.home = "/homes/coder";
  job.inherited_env = {"PATH=/usr/bin", "HOME=/home/lead"};
  return job;
}

Launch launch(const Profile& profile) {
  const Plan plan = find_driver(profile.driver)->plan(profile, job());
  EXPECT_EQ(plan.refused, "");
  return plan.launch;
}

// The environment without what every child has.
std::string variables(const Profile& profile) {
  std::vector<std::string> own = launch(profile).env;
  const auto common = child_environment(profile, job());
  std::erase_if(own, [&](const std::string& entry) { return contains(common, entry); });
  return text::join(own, " ");
}

void expect_command_lines(const std::string& driver, const std::vector<Level>& levels) {
  for (const Level& level : levels)
    EXPECT_EQ(text::join(launch(profile(driver, level)).argv, " "), level.expected);
}

void expect_variables(const std::string& driver, const std::vector<Level>& levels) {
  for (const Level& level : levels)
    EXPECT_EQ(variables(profile(driver, level)), level.expected);
}

TEST(WholeLaunch, OfClaude) {
  expect_command_lines("claude",
                       {at(reading,
                           "claude -p --output-format stream-json --verbose --permission-mode dontAsk "
                           "--strict-mcp-config --settings {\"disableSkillShellExecution\":true} "
                           "--model maker/model --max-turns 60"),
                        at(editing,
                           "claude -p --output-format stream-json --verbose --permission-mode acceptEdits "
                           "--strict-mcp-config --disable-slash-commands --setting-sources user "
                           "--model maker/model --max-turns 60"),
                        at(anything,
                           "claude -p --output-format stream-json --verbose --dangerously-skip-permissions "
                           "--model maker/model --max-turns 60")});
  const std::string quiet =
      "CLAUDE_CODE_MAX_RETRIES=2 CLAUDE_CONFIG_DIR=/homes/coder/.claude DISABLE_AUTOUPDATER=1 "
      "DISABLE_ERROR_REPORTING=1 DISABLE_TELEMETRY=1";
  const std::string open =
      "CLAUDE_CODE_DISABLE_FILE_MENTIONS=1 CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 " + quiet;
  const std::string closed =
      "CLAUDE_CODE_DISABLE_FILE_MENTIONS=1 CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 "
      "CLAUDE_CODE_IGNORE_PERSISTED_TRUST=1 " +
      quiet;
  expect_variables("claude",
                   {at(reading, closed.c_str()), at(editing, closed.c_str()), at(anything, open.c_str())});
}

TEST(WholeLaunch, OfClaudeWithACredentialOfItsOwnAsksNoOtherEndpoint) {
  for (const char* name : {"ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"}) {
    Profile keyed = profile("claude");
    keyed.env[name] = "k";
    EXPECT_TRUE(contains(launch(keyed).env, "CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST=1")) << name;
  }
}

TEST(WholeLaunch, OfCodex) {
  expect_command_lines(
      "codex", {at(reading,
                   "codex exec --json --skip-git-repo-check -s read-only --ignore-user-config "
                   "--ignore-rules -c analytics.enabled=false -c feedback.enabled=false -m maker/model -"),
                at(editing,
                   "codex exec --json --skip-git-repo-check -s workspace-write --ignore-user-config "
                   "--ignore-rules -c projects={\"/space/7\"={trust_level=\"untrusted\"}} "
                   "-c project_doc_max_bytes=0 -c analytics.enabled=false -c feedback.enabled=false "
                   "-m maker/model -"),
                at(anything,
                   "codex exec --json --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox "
                   "-c projects={\"/space/7\"={trust_level=\"trusted\"}} "
                   "-c analytics.enabled=false -c feedback.enabled=false -m maker/model -")});
  expect_variables("codex", {at(reading, "TZ=UTC"), at(anything, "TZ=UTC")});
}

TEST(WholeLaunch, OfCodexInTheLeadsHomeKeepsTheLeadsConfiguration) {
  Profile inherited = profile("codex");
  inherited.home = Home::inherit;
  EXPECT_EQ(text::join(launch(inherited).argv, " "),
            "codex exec --json --skip-git-repo-check -s read-only -c analytics.enabled=false "
            "-c feedback.enabled=false -m maker/model -");
}

TEST(WholeLaunch, OfGemini) {
  expect_command_lines(
      "gemini",
      {at(reading,
          "gemini --output-format stream-json --approval-mode default --skip-trust "
          "--model maker/model"),
       at(editing,
          "gemini --output-format stream-json --approval-mode auto_edit --skip-trust "
          "--model maker/model"),
       at(anything, "gemini --output-format stream-json --approval-mode yolo --model maker/model")});
  expect_variables("gemini",
                   {at(reading,
                       "BASH_ENV= CODE_ASSIST_ENDPOINT= GEMINI_CLI_CUSTOM_HEADERS= "
                       "GEMINI_CLI_HOME=/homes/coder GEMINI_CLI_NO_RELAUNCH=true GEMINI_SANDBOX=false "
                       "GEMINI_SYSTEM_MD= GEMINI_TELEMETRY_ENABLED=false GEMINI_WRITE_SYSTEM_MD= "
                       "GOOGLE_GEMINI_BASE_URL= GOOGLE_VERTEX_BASE_URL= HTTPS_PROXY= HTTP_PROXY= "
                       "LD_PRELOAD= NODE_OPTIONS= NO_BROWSER=true http_proxy= https_proxy="),
                    at(anything,
                       "GEMINI_CLI_HOME=/homes/coder GEMINI_CLI_NO_RELAUNCH=true "
                       "GEMINI_CLI_TRUST_WORKSPACE=true GEMINI_SANDBOX=false "
                       "GEMINI_TELEMETRY_ENABLED=false NO_BROWSER=true")});
}

TEST(WholeLaunch, OfGeminiHasTheseSettings) {
  const auto settings = [](const Level& level) { return launch(profile("gemini", level)).home_files.at(0); };
  EXPECT_EQ(settings(reading).path, "/homes/coder/.gemini/settings.json");
  const auto packed = [&](const Level& level) {
    std::string text = settings(level).text;
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
    return text;
  };
  EXPECT_EQ(packed(reading),
            R"({"advanced":{"ignoreLocalEnv":true},)"
            R"("context":{"fileFiltering":{"enableRecursiveFileSearch":false}},)"
            R"("general":{"enableAutoUpdate":false,"enableAutoUpdateNotification":false,"maxAttempts":3,)"
            R"("plan":{"enabled":false}},"model":{"maxSessionTurns":60},)"
            R"("privacy":{"usageStatisticsEnabled":false},)"
            R"("security":{"auth":{"selectedType":"oauth-personal","useExternal":true}}})");
  EXPECT_NE(packed(editing).find(R"("skills":{"enabled":false})"), std::string::npos);
}

TEST(WholeLaunch, OfGoose) {
  Profile chat = profile("goose");
  EXPECT_EQ(text::join(launch(chat).argv, " "),
            "goose run -q --output-format stream-json --no-profile --with-builtin developer --provider maker "
            "--model model --max-turns 60 --no-session --instructions -");
  EXPECT_EQ(text::join(launch(profile("goose", anything)).argv, " "),
            "goose run -q --output-format stream-json --with-builtin developer --provider maker "
            "--model model --max-turns 60 --no-session --instructions -");
  const std::string ours =
      "GOOSE_DISABLE_KEYRING=1 GOOSE_DISABLE_SESSION_NAMING=true GOOSE_MODE=chat "
      "GOOSE_PROVIDER_SKIP_BACKOFF=true GOOSE_STATE_MACHINE=true GOOSE_TELEMETRY_ENABLED=false";
  EXPECT_EQ(variables(chat), ours);
  chat.repository_config = RepositoryConfig::ignore;
  EXPECT_EQ(variables(chat), "CONTEXT_FILE_NAMES=[] " + ours);
}

TEST(WholeLaunch, OfGooseNeverIsAnotherAgent) {
  for (const char* provider : {"claude-code", "codex", "cursor-agent", "gemini-cli", "claude-acp", "-acp"}) {
    Profile other = profile("goose");
    other.model = std::string(provider) + "/model";
    EXPECT_NE(find_driver("goose")->plan(other, job()).refused, "") << provider;
  }
  for (const char* provider : {"acp", "acp-maker", "codex-mini", "my-claude-code"}) {
    Profile plain = profile("goose");
    plain.model = std::string(provider) + "/model";
    EXPECT_EQ(find_driver("goose")->plan(plain, job()).refused, "") << provider;
  }
}

TEST(WholeLaunch, OfOpencode) {
  expect_command_lines("opencode", {at(reading,
                                       "opencode run --format json --print-logs --log-level ERROR "
                                       "--title orchestrate --model maker/model")});
  const auto without_configuration = [](const Level& level) {
    const std::string all = variables(profile("opencode", level));
    return all.substr(all.find("OPENCODE_DB="));
  };
  EXPECT_EQ(without_configuration(reading),
            "OPENCODE_DB=task-7.db OPENCODE_DISABLE_AUTOUPDATE=1 OPENCODE_DISABLE_LSP_DOWNLOAD=1 "
            "OPENCODE_DISABLE_MODELS_FETCH=1 OPENCODE_DISABLE_PROJECT_CONFIG=1");
  EXPECT_EQ(without_configuration(editing),
            "OPENCODE_DB=task-7.db OPENCODE_DISABLE_AUTOUPDATE=1 OPENCODE_DISABLE_CLAUDE_CODE=1 "
            "OPENCODE_DISABLE_EXTERNAL_SKILLS=1 OPENCODE_DISABLE_LSP_DOWNLOAD=1 "
            "OPENCODE_DISABLE_MODELS_FETCH=1 OPENCODE_DISABLE_PROJECT_CONFIG=1");
  EXPECT_EQ(without_configuration(anything),
            "OPENCODE_DB=task-7.db OPENCODE_DISABLE_AUTOUPDATE=1 OPENCODE_DISABLE_LSP_DOWNLOAD=1 "
            "OPENCODE_DISABLE_MODELS_FETCH=1");
}

TEST(WholeLaunch, OfOpencodeHasThisConfiguration) {
  const auto configuration = [](const Level& level) {
    return variable(launch(profile("opencode", level)), "OPENCODE_CONFIG_CONTENT");
  };
  const std::string files =
      R"("read":{"*":"allow","*.env":"deny","*.env.*":"deny","*.env.example":"allow"},"glob":"allow",)"
      R"("grep":"allow","list":"allow","lsp":"allow","skill":"allow","todowrite":"allow",)";
  const std::string denied =
      R"("bash":"deny","webfetch":"deny","websearch":"deny","external_directory":"deny",)"
      R"("doom_loop":"deny","question":"deny","task":"deny"})";
  const std::string start =
      R"({"autoupdate":false,"share":"disabled","snapshot":false,"permission":{"*":"deny",)";
  EXPECT_EQ(configuration(reading), start + files + R"("edit":"deny",)" + denied +
                                        R"(,"instructions":["/space/7/AGENTS.md","/space/7/CLAUDE.md"]})");
  EXPECT_EQ(configuration(editing), start + files + R"("edit":"allow",)" + denied + "}");
}

TEST(WholeLaunch, OfAider) {
  const std::string same =
      "aider --model maker/model --message-file /runs/7/3-agent/bundle.md --analytics-log "
      "/runs/7/3-agent/analytics.jsonl --chat-history-file /runs/7/3-agent/chat.md --input-history-file "
      "/runs/7/3-agent/input.history --model-settings-file /runs/7/3-agent/settings.yml --yes-always "
      "--no-stream --no-pretty --no-fancy-input --no-auto-commits --no-gitignore --no-check-update "
      "--no-analytics --no-show-release-notes --no-show-model-warnings --no-detect-urls --disable-playwright "
      "--no-suggest-shell-commands";
  const std::string read = same + " --chat-mode ask --dry-run --no-auto-lint";
  const std::string edit = same + " --no-auto-lint --aiderignore /dev/null";
  expect_command_lines("aider",
                       {at(reading, read.c_str()), at(editing, edit.c_str()), at(anything, same.c_str())});
  const std::string variables_of_all =
      "BROWSER=/bin/true GIT_CONFIG_COUNT=5 GIT_CONFIG_KEY_0=core.excludesFile "
      "GIT_CONFIG_KEY_1=core.fsmonitor GIT_CONFIG_KEY_2=core.hooksPath GIT_CONFIG_KEY_3=user.name "
      "GIT_CONFIG_KEY_4=user.email GIT_CONFIG_VALUE_0=/runs/7/3-agent/excludes GIT_CONFIG_VALUE_1=false "
      "GIT_CONFIG_VALUE_2=/dev/null GIT_CONFIG_VALUE_3=coder GIT_CONFIG_VALUE_4=coder@orchestrate "
      "LITELLM_LOCAL_MODEL_COST_MAP=True PYTHONPATH=/runs/7/3-agent";
  const std::string untrusted = variables_of_all.substr(0, variables_of_all.find("PYTHONPATH")) +
                                "PYTHONPATH=/runs/7/3-agent PYTHON_DOTENV_DISABLED=1";
  expect_variables("aider", {at(reading, untrusted.c_str()), at(anything, variables_of_all.c_str())});
}

TEST(WholeLaunch, OfAiderBringsTheseFiles) {
  std::string files;
  for (const StepFile& file : launch(profile("aider")).files)
    files += file.name + ":\n" + file.text + "\n";
  EXPECT_EQ(files,
            "bundle.md:\nTask 7: add a test.\n"
            "settings.yml:\n- name: aider/extra_params\n  extra_params:\n    max_retries: 0\n\n"
            "excludes:\n.git\n\n"
            "diskcache.py:\nclass Cache(dict):\n    def __init__(self, directory=None):\n"
            "        super().__init__()\n\n");
}

TEST(WholeLaunch, HasTheTimeThatTheCliMayBeSilentAtFirst) {
  for (const auto& name : driver_names()) {
    const Driver* driver = find_driver(name);
    if (driver->traits.command.empty()) continue;
    EXPECT_EQ(launch(profile(name, anything)).limits.startup_ms, driver->traits.startup_ms) << name;
  }
}

TEST(ControlFiles, AreTheseAndNoOthers) {
  const auto globs = [](const char* driver) {
    return text::join(find_driver(driver)->control_files(profile(driver)), " ");
  };
  EXPECT_EQ(globs("claude"),
            ".claude/** **/.claude/** .mcp.json CLAUDE.md **/CLAUDE.md CLAUDE.local.md **/CLAUDE.local.md");
  EXPECT_EQ(globs("codex"),
            ".codex/** **/.codex/** .agents/** **/.agents/** AGENTS.md **/AGENTS.md AGENTS.override.md "
            "**/AGENTS.override.md");
  EXPECT_EQ(globs("gemini"), ".gemini/** .env .agents/skills/** GEMINI.md **/GEMINI.md .geminiignore");
  EXPECT_EQ(
      globs("goose"),
      ".agents/** .goose/** .config/goose/** .claude/skills/** .claude/agents/** AGENTS.md **/AGENTS.md "
      ".goosehints **/.goosehints");
  EXPECT_EQ(
      globs("opencode"),
      "opencode.json opencode.jsonc .opencode .opencode/** AGENTS.md **/AGENTS.md CLAUDE.md **/CLAUDE.md "
      "CONTEXT.md **/CONTEXT.md .claude/skills/** .agents/skills/**");
  EXPECT_EQ(globs("aider"),
            ".aider.conf.yml .aider.model.settings.yml .aider.model.metadata.json .env .aiderignore");
}

std::string hidden(const char* driver, RepositoryConfig level, Home home = Home::isolated) {
  Profile levelled = profile(driver);
  levelled.repository_config = level;
  levelled.home = home;
  return text::join(find_driver(driver)->hidden_files(levelled), " ");
}

TEST(HiddenFiles, AreThoseThatNoSwitchStopsAtThatLevel) {
  constexpr auto read_as_text = RepositoryConfig::text;
  constexpr auto ignored = RepositoryConfig::ignore;
  EXPECT_EQ(hidden("codex", ignored), ".codex/skills .codex/skills/** .agents/skills .agents/skills/**");
  EXPECT_EQ(hidden("codex", read_as_text), "");
  EXPECT_EQ(
      hidden("codex", read_as_text, Home::inherit),
      ".codex/config.toml .codex/hooks.json .codex/rules .codex/rules/** .codex/agents .codex/agents/**");
  EXPECT_EQ(hidden("gemini", read_as_text), "");
  EXPECT_EQ(hidden("gemini", read_as_text, Home::inherit), ".gemini/** .env");
  EXPECT_EQ(hidden("gemini", ignored), "GEMINI.md **/GEMINI.md");
  EXPECT_EQ(hidden("gemini", ignored, Home::inherit),
            ".gemini/** .env GEMINI.md **/GEMINI.md .agents/skills/**");
  const std::string plugins = ".agents/plugins .agents/plugins/** .config/goose/settings.json";
  EXPECT_EQ(hidden("goose", read_as_text), plugins);
  EXPECT_EQ(hidden("goose", ignored),
            plugins +
                " .agents/skills .agents/skills/** .claude/skills .claude/skills/** "
                ".goose/skills .goose/skills/**");
  const std::string configuration = "opencode.json opencode.jsonc .opencode .opencode/**";
  EXPECT_EQ(hidden("opencode", read_as_text), configuration);
  EXPECT_EQ(hidden("opencode", ignored), configuration + " **/AGENTS.md **/CONTEXT.md");
  const std::string settings = ".aider.conf.yml .aider.model.settings.yml .aider.model.metadata.json";
  EXPECT_EQ(hidden("aider", read_as_text), settings);
  EXPECT_EQ(hidden("aider", ignored), settings);
}

TEST(HiddenFiles, AreNoneWhereTheRepositoryIsTrusted) {
  for (const auto& name : driver_names()) {
    for (const Home home : {Home::isolated, Home::inherit})
      EXPECT_EQ(hidden(name.c_str(), RepositoryConfig::trust, home), "") << name;
  }
}

}  // namespace
}  // namespace orchestrate::spawners
