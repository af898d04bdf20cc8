// Profile and job -> the command line and environment of one `codex exec`.
#include <algorithm>

#include "spawners/drivers/arguments.h"
#include "spawners/drivers/codex/codex.h"
#include "spawners/drivers/environment.h"
#include "spawners/drivers/prompt_launch.h"

namespace orchestrate::spawners {
namespace {

constexpr const char* kMeasured = "0.169.0";
constexpr std::ptrdiff_t kPromptCharacters = 1'048'576;  // codex takes no more

Arguments permission_flags(Permissions permissions) {
  switch (permissions) {
    case Permissions::read:
      return {"-s", "read-only"};
    case Permissions::edit:
      return {"-s", "workspace-write"};
    case Permissions::full:
      return {"--dangerously-bypass-approvals-and-sandbox"};
  }
  return {"-s", "read-only"};
}

// A TOML basic string.
std::string quoted(const std::string& text) {
  std::string toml = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') toml += '\\';
    toml += c;
  }
  return toml + "\"";
}

// Said for this run alone, and over what config.toml has on record. Only as one table: in a dotted key the
// quotes around the path would be taken for a part of it.
Arguments trust_level(const std::string& workspace, std::string_view level) {
  return {"-c", "projects={" + quoted(workspace) + "={trust_level=\"" + std::string(level) + "\"}}"};
}

// An untrusted project's AGENTS.md is not read either. So at `text` nobody may have said anything.
Arguments repository_flags(const Profile& profile, const Job& job) {
  if (profile.repository_config == RepositoryConfig::trust) return trust_level(job.workspace, "trusted");
  Arguments flags;
  if (profile.home == Home::isolated) append(flags, {"--ignore-user-config", "--ignore-rules"});
  if (profile.repository_config == RepositoryConfig::ignore) {
    append(flags, trust_level(job.workspace, "untrusted"));
    append(flags, {"-c", "project_doc_max_bytes=0"});
  }
  return flags;
}

Arguments command_line(const Profile& profile, const Job& job) {
  Arguments argv = profile.command.empty() ? Arguments{"codex"} : profile.command;
  append(argv, {"exec", "--json", "--skip-git-repo-check"});
  append(argv, permission_flags(profile.permissions));
  append(argv, repository_flags(profile, job));
  append(argv, {"-c", "analytics.enabled=false", "-c", "feedback.enabled=false"});
  if (!profile.model.empty()) append(argv, {"-m", profile.model});
  append(argv, profile.args);  // of two -c the last counts; and `resume` takes few flags itself
  if (!job.resume_session.empty()) append(argv, {"resume", job.resume_session});
  append(argv, {"-"});
  return argv;
}

// Codex states when a limit ends in its own local time, without a zone.
Environment environment(const Profile& profile, const Job& job) {
  Environment env = environment_from(child_environment(profile, job));
  if (!names_variable(profile, "TZ")) env["TZ"] = "UTC";
  return env;
}

std::ptrdiff_t characters(std::string_view utf8) {
  return std::count_if(utf8.begin(), utf8.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

std::string refusal(const Profile& profile, const Job& job, const Traits& traits) {
  if (std::string why = refused_job(profile, job, traits); !why.empty()) return why;
  if (characters(job.bundle) <= kPromptCharacters) return {};
  return refusal_of(profile) + "the prompt is longer than the " + std::to_string(kPromptCharacters) +
         " characters that codex takes; shorten the task or what its prompt brings along";
}

std::string stored_login(const Environment& child) {
  return file_in_home(child, "CODEX_HOME", "/.codex", "/auth.json");
}

Plan plan(const Profile& profile, const Job& job) {
  if (std::string why = refusal(profile, job, kCodex.traits); !why.empty()) return {{}, std::move(why), {}};
  Launch launch = launch_with_prompt(profile, job, kCodex.traits, job.bundle);
  launch.argv = command_line(profile, job);
  launch.env = entries_of(environment(profile, job));
  launch.record_files = {"stderr"};  // some errors stand only there
  return {std::move(launch), {}, {}};
}

Globs control_files(const Profile& /*profile*/) {
  // A '*' matches '/' too, but "**/" wants one.
  return {".codex/**", "**/.codex/**", ".agents/**",         "**/.agents/**",
          "AGENTS.md", "**/AGENTS.md", "AGENTS.override.md", "**/AGENTS.override.md"};
}

Globs hidden_files(const Profile& profile) {
  // Never listed where the project is untrusted, but "$name" in a prompt still brings a skill's text.
  if (profile.repository_config == RepositoryConfig::ignore)
    return {".codex/skills", ".codex/skills/**", ".agents/skills", ".agents/skills/**"};
  // A config.toml of the lead's own may have the workspace on record as trusted.
  if (profile.repository_config == RepositoryConfig::text && profile.home == Home::inherit)
    return {".codex/config.toml", ".codex/hooks.json", ".codex/rules",
            ".codex/rules/**",    ".codex/agents",     ".codex/agents/**"};
  return {};
}

}  // namespace

const Driver kCodex = {
    .traits = {.provider = "openai",
               .command = "codex",
               .measured = kMeasured,
               .install = std::string("npm install -g @openai/codex@") + kMeasured,
               .levels = {"runs commands in a sandbox that writes nowhere",
                          "runs commands in a sandbox that writes in the workspace, without a network",
                          "runs any command"},
               .sandbox_trial = {"sandbox", "true"},
               .credentials = {"CODEX_API_KEY"},  // `codex exec` does not look at OPENAI_API_KEY
               .startup_ms = 30'000,
               .states_tokens = true,
               .resumes = true},
    .plan = plan,
    .read = read_codex,
    .control_files = control_files,
    .hidden_files = hidden_files,
    .stored_login = stored_login,
};

}  // namespace orchestrate::spawners
