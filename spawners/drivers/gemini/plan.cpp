// Profile and job -> the command line, environment and settings of one `gemini`.
#include <array>
#include <nlohmann/json.hpp>

#include "spawners/drivers/arguments.h"
#include "spawners/drivers/environment.h"
#include "spawners/drivers/gemini/gemini.h"
#include "spawners/drivers/prompt_launch.h"

namespace orchestrate::spawners {
namespace {

constexpr const char* kMeasured = "0.61.0";
using nlohmann::json;

constexpr int kDefaultMaxTurns = 60;
constexpr int kMaxAttempts = 3;  // of one request to the model

// What a .env file could fill. Gemini leaves alone what is set, be it to nothing.
constexpr std::array<std::string_view, 14> kFillable = {
    "BASH_ENV",
    "CODE_ASSIST_ENDPOINT",
    "GEMINI_CLI_CUSTOM_HEADERS",
    "GEMINI_CLI_HOME",
    "GEMINI_SYSTEM_MD",
    "GOOGLE_GEMINI_BASE_URL",
    "GOOGLE_VERTEX_BASE_URL",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LD_PRELOAD",
    "NODE_OPTIONS",
    "https_proxy",
    "http_proxy",
    "GEMINI_WRITE_SYSTEM_MD",
};

std::string approval_mode(Permissions permissions) {
  switch (permissions) {
    case Permissions::edit:
      return "auto_edit";
    case Permissions::full:
      return "yolo";
    case Permissions::read:
      break;
  }
  return "default";
}

Arguments command_line(const Profile& profile, const Job& job) {
  Arguments argv = profile.command.empty() ? Arguments{"gemini"} : profile.command;
  append(argv, {"--output-format", "stream-json", "--approval-mode", approval_mode(profile.permissions)});
  if (profile.repository_config != RepositoryConfig::trust) append(argv, {"--skip-trust"});
  if (!profile.model.empty()) append(argv, {"--model", profile.model});
  if (!job.resume_session.empty()) {
    append(argv, {"--resume", job.resume_session});
  } else if (!job.new_session.empty()) {
    append(argv, {"--session-id", job.new_session});
  }
  append(argv, profile.args);
  return argv;
}

// How gemini logs in, where the environment alone does not say it: it takes a key beside an endpoint for a
// gateway's, and asks for no stored login by itself.
std::string auth_type(const Environment& env) {
  for (const char* other : {"GOOGLE_GENAI_USE_GCA", "GOOGLE_GENAI_USE_VERTEXAI"}) {
    if (value_of(env, other) == "true") return {};
  }
  if (!value_of(env, "GEMINI_API_KEY").empty()) return "gemini-api-key";
  return value_of(env, "GOOGLE_GEMINI_BASE_URL").empty() ? "oauth-personal" : "";
}

std::string settings(const Profile& profile, const Environment& env) {
  json auth = json::object();
  if (std::string type = auth_type(env); !type.empty()) auth["selectedType"] = std::move(type);
  json all = {
      {"general",
       {{"maxAttempts", kMaxAttempts},
        {"plan", {{"enabled", false}}},  // it waits for a person
        {"enableAutoUpdate", false},
        {"enableAutoUpdateNotification", false}}},
      {"model", {{"maxSessionTurns", profile.max_turns > 0 ? profile.max_turns : kDefaultMaxTurns}}},
      {"privacy", {{"usageStatisticsEnabled", false}}},
      // "@name" in a task is not to become the first file whose name holds it.
      {"context", {{"fileFiltering", {{"enableRecursiveFileSearch", false}}}}},
  };
  if (profile.repository_config != RepositoryConfig::trust) {
    all["advanced"] = {{"ignoreLocalEnv", true}};
    auth["useExternal"] = true;  // else it reads settings and .env once more, trusting them by then
  }
  if (profile.repository_config == RepositoryConfig::ignore) all["skills"] = {{"enabled", false}};
  all["security"] = {{"auth", std::move(auth)}};
  return all.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

// What a lead may set otherwise.
void set_defaults(Environment& env) {
  env.try_emplace("GEMINI_TELEMETRY_ENABLED", "false");
  env.try_emplace("GEMINI_SANDBOX", "false");
  env.try_emplace("NO_BROWSER", "true");
}

Environment environment(const Profile& profile, const Job& job) {
  Environment env = environment_from(child_environment(profile, job));
  set_defaults(env);
  env["GEMINI_CLI_NO_RELAUNCH"] = "true";  // the relaunched process would not get our signals
  if (profile.home == Home::isolated) env["GEMINI_CLI_HOME"] = job.home;
  if (profile.repository_config == RepositoryConfig::trust) {
    env["GEMINI_CLI_TRUST_WORKSPACE"] = "true";
    return env;
  }
  env.erase("GEMINI_CLI_TRUST_WORKSPACE");
  for (const std::string_view name : kFillable)
    env.try_emplace(std::string(name));
  return env;
}

std::string stored_login(const Environment& child) {
  return file_in_home(child, "GEMINI_CLI_HOME", "", "/.gemini/oauth_creds.json");
}

Plan plan(const Profile& profile, const Job& job) {
  if (std::string why = refused_job(profile, job, kGemini.traits); !why.empty())
    return {{}, std::move(why), {}};
  const Environment env = environment(profile, job);
  // It takes a prompt whose very first character is '/' for a command.
  Launch launch = launch_with_prompt(profile, job, kGemini.traits, disarmed(job.bundle, "/"));
  launch.argv = command_line(profile, job);
  launch.env = entries_of(env);
  if (profile.home == Home::isolated)
    launch.home_files = {{job.home + "/.gemini/settings.json", settings(profile, env)}};
  return {std::move(launch), {}, job.resume_session.empty() ? job.new_session : job.resume_session};
}

Globs control_files(const Profile& /*profile*/) {
  return {".gemini/**", ".env", ".agents/skills/**", "GEMINI.md", "**/GEMINI.md", ".geminiignore"};
}

Globs hidden_files(const Profile& profile) {
  Globs files;
  if (profile.repository_config == RepositoryConfig::trust) return files;
  if (profile.home == Home::inherit) append(files, {".gemini/**", ".env"});
  if (profile.repository_config == RepositoryConfig::text) return files;
  append(files, {"GEMINI.md", "**/GEMINI.md"});
  if (profile.home == Home::inherit) append(files, {".agents/skills/**"});
  return files;
}

}  // namespace

const Driver kGemini = {
    .traits = {.provider = "google",
               .command = "gemini",
               .measured = kMeasured,
               .install = std::string("npm install -g @google/gemini-cli@") + kMeasured,
               .levels = {"reads, changes nothing", "changes files of the workspace, runs no command",
                          "runs any command"},
               .credentials = {"GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_APPLICATION_CREDENTIALS"},
               .instructions = {".geminiignore"},
               .startup_ms = 120'000,
               .states_tokens = true,
               .resumes = true,
               .takes_max_turns = true},
    .plan = plan,
    .read = read_gemini,
    .control_files = control_files,
    .hidden_files = hidden_files,
    .stored_login = stored_login,
};

}  // namespace orchestrate::spawners
