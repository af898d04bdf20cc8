// Profile and job -> the command line and environment of one `claude -p`.
#include <unistd.h>

#include <algorithm>
#include <array>

#include "spawners/drivers/arguments.h"
#include "spawners/drivers/claude/claude.h"
#include "spawners/drivers/environment.h"
#include "spawners/drivers/prompt_launch.h"

namespace orchestrate::spawners {
namespace {

constexpr const char* kMeasured = "2.1.329";
constexpr int kDefaultMaxTurns = 60;

constexpr std::array<std::string_view, 3> kCredentials = {"ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN",
                                                          "CLAUDE_CODE_OAUTH_TOKEN"};

Arguments permission_flags(Permissions permissions) {
  switch (permissions) {
    case Permissions::read:
      return {"--permission-mode", "dontAsk"};
    case Permissions::edit:
      return {"--permission-mode", "acceptEdits"};
    case Permissions::full:
      return {"--dangerously-skip-permissions"};
  }
  return {"--permission-mode", "dontAsk"};
}

// A skill's text is wanted, the commands that stand in it are not: claude runs them before the model reads
// it.
constexpr const char* kNoShellInSkills = R"({"disableSkillShellExecution":true})";

Arguments repository_flags(RepositoryConfig level) {
  switch (level) {
    case RepositoryConfig::trust:
      return {};
    case RepositoryConfig::text:
      return {"--strict-mcp-config", "--settings", kNoShellInSkills};
    case RepositoryConfig::ignore:
      break;
  }
  return {"--strict-mcp-config", "--disable-slash-commands", "--setting-sources", "user"};
}

// Without a model of ours, the repository's settings would name one.
Arguments model_flags(const Profile& profile, const Environment& env) {
  if (!profile.model.empty()) return {"--model", profile.model};
  const bool from_repository = profile.repository_config == RepositoryConfig::text &&
                               profile.home == Home::isolated && env.find("ANTHROPIC_MODEL") == env.end();
  return from_repository ? Arguments{"--model", "default"} : Arguments{};
}

Arguments limit_flags(const Profile& profile) {
  const int turns = profile.max_turns > 0 ? profile.max_turns : kDefaultMaxTurns;
  Arguments flags = {"--max-turns", std::to_string(turns)};
  if (profile.max_cost_usd > 0) append(flags, {"--max-budget-usd", shortest(profile.max_cost_usd)});
  return flags;
}

Arguments command_line(const Profile& profile, const Job& job, const Environment& env) {
  Arguments argv = profile.command.empty() ? Arguments{"claude"} : profile.command;
  append(argv,
         {"-p", "--output-format", "stream-json", "--verbose"});  // -p refuses stream-json without --verbose
  append(argv, permission_flags(profile.permissions));
  append(argv, repository_flags(profile.repository_config));
  append(argv, model_flags(profile, env));
  append(argv, limit_flags(profile));
  if (!job.resume_session.empty()) append(argv, {"--resume", job.resume_session});
  // Last, because --allowedTools, --mcp-config and others swallow every word up to the next flag.
  append(argv, profile.args);
  return argv;
}

// What a lead may set otherwise.
void set_defaults(Environment& env, const Profile& profile, const Job& job) {
  env.try_emplace("CLAUDE_CODE_MAX_RETRIES", "2");
  env.try_emplace("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
  env.try_emplace("DISABLE_AUTOUPDATER", "1");
  env.try_emplace("DISABLE_TELEMETRY", "1");
  env.try_emplace("DISABLE_ERROR_REPORTING", "1");
  if (profile.home == Home::isolated) env.try_emplace("CLAUDE_CONFIG_DIR", job.home + "/.claude");
}

bool holds_credential(const Environment& env) {
  return std::any_of(kCredentials.begin(), kCredentials.end(),
                     [&](std::string_view name) { return !value_of(env, name).empty(); });
}

// What makes repository_config true.
void enforce_repository_level(Environment& env, RepositoryConfig level) {
  env["CLAUDE_CODE_DISABLE_FILE_MENTIONS"] = "1";  // "@/etc/passwd" in a task is text, not a file to send
  if (level == RepositoryConfig::trust) return;
  env["CLAUDE_CODE_IGNORE_PERSISTED_TRUST"] = "1";
  // No settings file may then redirect the endpoint. But claude does not look at a stored login any more
  // either.
  if (holds_credential(env)) env["CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST"] = "1";
}

Environment environment(const Profile& profile, const Job& job) {
  Environment env = environment_from(child_environment(profile, job));
  set_defaults(env, profile, job);
  enforce_repository_level(env, profile.repository_config);
  return env;
}

std::string refusal(const Profile& profile, const Job& job, const Traits& traits, const Environment& env) {
  if (std::string why = refused_job(profile, job, traits); !why.empty()) return why;
  if (profile.permissions == Permissions::full && geteuid() == 0 && env.find("IS_SANDBOX") == env.end()) {
    return refusal_of(profile) +
           "claude refuses permissions = \"full\" as root; run orchestrate as another user, use permissions = "
           "\"edit\", or, in a container that may be lost, set env = { IS_SANDBOX = \"1\" } in agents.toml";
  }
  return {};
}

std::string stored_login(const Environment& child) {
  return file_in_home(child, "CLAUDE_CONFIG_DIR", "/.claude", "/.credentials.json");
}

Plan plan(const Profile& profile, const Job& job) {
  const Environment env = environment(profile, job);
  if (std::string why = refusal(profile, job, kClaude.traits, env); !why.empty())
    return {{}, std::move(why), {}};
  // It executes a message whose very first character is '/' as a command of its own.
  Launch launch = launch_with_prompt(profile, job, kClaude.traits, disarmed(job.bundle, "/"));
  launch.argv = command_line(profile, job, env);
  launch.env = entries_of(env);
  return {std::move(launch), {}, {}};
}

Globs control_files(const Profile& /*profile*/) {
  // A '*' matches '/' too, but "**/" wants one.
  return {".claude/**",   "**/.claude/**",   ".mcp.json",         "CLAUDE.md",
          "**/CLAUDE.md", "CLAUDE.local.md", "**/CLAUDE.local.md"};
}

}  // namespace

const Driver kClaude = {
    .traits = {.provider = "anthropic",
               .command = "claude",
               .measured = kMeasured,
               .install = std::string("npm install -g @anthropic-ai/claude-code@") + kMeasured,
               .levels = {"reads, changes nothing",
                          "changes files of the workspace, runs only what args allow", "runs any command"},
               .credentials = {kCredentials.begin(), kCredentials.end()},
               .startup_ms = 60'000,
               .states_version = true,
               .states_tokens = true,
               .states_cost = true,
               .resumes = true,
               .takes_max_turns = true,
               .takes_max_cost = true},
    .plan = plan,
    .read = read_claude,
    .control_files = control_files,
    .stored_login = stored_login,
};

}  // namespace orchestrate::spawners
