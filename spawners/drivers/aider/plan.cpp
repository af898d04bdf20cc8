// Profile and job -> the command line, environment and files of one `aider --message-file`.
#include <array>
#include <charconv>

#include "spawners/drivers/aider/aider.h"
#include "spawners/drivers/arguments.h"
#include "spawners/drivers/environment.h"
#include "spawners/drivers/prompt_launch.h"
#include "text/utf8.h"

namespace orchestrate::spawners {
namespace {

constexpr const char* kMeasured = "0.86.2";
constexpr const char* kChatFile = "chat.md";
constexpr const char* kLogFile = "analytics.jsonl";
constexpr const char* kInputFile = "input.history";
constexpr const char* kSettingsFile = "settings.yml";
constexpr const char* kExcludesFile = "excludes";
constexpr const char* kIndexFile = "diskcache.py";

// Its client would repeat each of aider's nine attempts twice more.
constexpr const char* kSettingsText = "- name: aider/extra_params\n  extra_params:\n    max_retries: 0\n";

// To git a path below .git is ignored by this, and aider edits no file that git ignores.
constexpr const char* kExcludesText = ".git\n";

// Aider keeps its index of the repository in the workspace, where it would become part of the result, and
// where Python objects of the repository's own making would be loaded. In its place: one in memory.
constexpr const char* kIndexText =
    "class Cache(dict):\n"
    "    def __init__(self, directory=None):\n"
    "        super().__init__()\n";

// Aider downloads a list of prices unless it has one of today. The one it brings along is enough.
constexpr const char* kPricesPath = "/.aider/caches/model_prices_and_context_window.json";
constexpr const char* kPricesText = "{\"none\": {}}\n";

Arguments file_flags(const std::string& step_dir) {
  const std::string dir = step_dir + "/";
  return {"--message-file",        dir + kPromptFile,  "--analytics-log",      dir + kLogFile,
          "--chat-history-file",   dir + kChatFile,    "--input-history-file", dir + kInputFile,
          "--model-settings-file", dir + kSettingsFile};
}

// A stream that was cut would be written to disk: aider applies what it has when the last attempt has failed.
constexpr std::array kPlain = {"--yes-always",     "--no-stream",       "--no-pretty",
                               "--no-fancy-input", "--no-auto-commits", "--no-gitignore"};
// Nothing but the provider is asked: no update, no telemetry, no page that a prompt mentions, no browser.
constexpr std::array kQuiet = {"--no-check-update",          "--no-analytics",   "--no-show-release-notes",
                               "--no-show-model-warnings",   "--no-detect-urls", "--disable-playwright",
                               "--no-suggest-shell-commands"};

Arguments permission_flags(Permissions permissions) {
  if (permissions == Permissions::read) return {"--chat-mode", "ask", "--dry-run"};
  return {};
}

// Linting is on by default and runs `python -m flake8` in the repository, which may hold a flake8.py.
Arguments repository_flags(RepositoryConfig level) {
  switch (level) {
    case RepositoryConfig::trust:
      return {};
    case RepositoryConfig::text:
      return {"--no-auto-lint"};
    case RepositoryConfig::ignore:
      break;
  }
  return {"--no-auto-lint", "--aiderignore", "/dev/null"};
}

Arguments command_line(const Profile& profile, const Job& job) {
  Arguments argv = profile.command.empty() ? Arguments{"aider"} : profile.command;
  append(argv, {"--model", profile.model});
  append(argv, file_flags(job.step_dir));
  argv.insert(argv.end(), kPlain.begin(), kPlain.end());
  argv.insert(argv.end(), kQuiet.begin(), kQuiet.end());
  append(argv, permission_flags(profile.permissions));
  append(argv, repository_flags(profile.repository_config));
  append(argv, profile.args);  // of two flags the later counts
  return argv;
}

// Settings for every git that aider starts, stronger than those of the repository (git-config(1),
// GIT_CONFIG_COUNT). After those of the lead, if there are any.
void add_git_settings(Environment& env, const std::vector<std::pair<std::string, std::string>>& settings) {
  const std::string& given = env["GIT_CONFIG_COUNT"];
  unsigned short count = 0;
  std::from_chars(given.data(), given.data() + given.size(), count);
  int next = count;
  for (const auto& [key, value] : settings) {
    const std::string number = std::to_string(next++);
    env["GIT_CONFIG_KEY_" + number] = key;
    env["GIT_CONFIG_VALUE_" + number] = value;
  }
  env["GIT_CONFIG_COUNT"] = std::to_string(next);
}

Environment environment(const Profile& profile, const Job& job) {
  Environment env = environment_from(child_environment(profile, job));
  env.try_emplace("LITELLM_LOCAL_MODEL_COST_MAP", "True");
  env.try_emplace("BROWSER", "/bin/true");  // it opens pages that an error message mentions
  const std::string& path = env["PYTHONPATH"];
  env["PYTHONPATH"] = path.empty() ? job.step_dir : job.step_dir + ":" + path;
  // Without a name and a mail it writes some into the repository's settings.
  add_git_settings(env, {{"core.excludesFile", job.step_dir + "/" + kExcludesFile},
                         {"core.fsmonitor", "false"},
                         {"core.hooksPath", "/dev/null"},
                         {"user.name", profile.name},
                         {"user.email", profile.name + "@orchestrate"}});
  if (profile.repository_config != RepositoryConfig::trust) env["PYTHON_DOTENV_DISABLED"] = "1";
  return env;
}

std::string refusal(const Profile& profile, const Job& job, const Traits& traits) {
  if (std::string why = refused_job(profile, job, traits); !why.empty()) return why;
  const std::string who = refusal_of(profile);
  if (profile.model.empty()) return who + "aider has no model of its own; set model in agents.toml";
  if (job.git_root) return {};
  return who +
         "aider needs the root of a git repository to work in, and its workspace is none; set workspace = \"clone\"";
}

Plan plan(const Profile& profile, const Job& job) {
  if (std::string why = refusal(profile, job, kAider.traits); !why.empty()) return {{}, std::move(why), {}};
  // A message whose first character is '/' or '!' is a command. What is not UTF-8 it does not read at all.
  Launch launch =
      launch_with_prompt(profile, job, kAider.traits, disarmed(text::valid_utf8(job.bundle), "/!"));
  launch.stdin_file.clear();  // --message-file
  launch.argv = command_line(profile, job);
  launch.env = entries_of(environment(profile, job));
  launch.files.insert(
      launch.files.end(),
      {{kSettingsFile, kSettingsText}, {kExcludesFile, kExcludesText}, {kIndexFile, kIndexText}});
  if (profile.home == Home::isolated) launch.home_files = {{job.home + kPricesPath, kPricesText}};
  launch.record_files = {kChatFile, kLogFile};
  return {std::move(launch), {}, {}};
}

Globs control_files(const Profile& /*profile*/) {
  return {".aider.conf.yml", ".aider.model.settings.yml", ".aider.model.metadata.json", ".env",
          ".aiderignore"};
}

Globs hidden_files(const Profile& profile) {
  if (profile.repository_config == RepositoryConfig::trust) return {};
  return {".aider.conf.yml", ".aider.model.settings.yml", ".aider.model.metadata.json"};
}

}  // namespace

const Driver kAider = {
    .traits = {.provider = "aider",  // which one it asks is the model's name to say
               .command = "aider",
               .measured = kMeasured,
               .install = std::string("pipx install aider-chat==") + kMeasured,
               .levels = {"answers, changes nothing", "changes files of the repository, runs no command",
                          "no more than edit: it runs no command"},
               .credentials = {"OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY",
                               "DEEPSEEK_API_KEY"},
               .instructions = {".aiderignore"},
               .startup_ms = 120'000,
               .needs_repository = true,
               .states_tokens = true,
               .states_cost = true},
    .plan = plan,
    .read = read_aider,
    .control_files = control_files,
    .hidden_files = hidden_files,
};

}  // namespace orchestrate::spawners
