// Profile and job -> the command line and environment of one `goose run`.
#include <algorithm>
#include <array>

#include "spawners/drivers/arguments.h"
#include "spawners/drivers/environment.h"
#include "spawners/drivers/goose/goose.h"
#include "spawners/drivers/prompt_launch.h"
#include "text/utf8.h"

namespace orchestrate::spawners {
namespace {

constexpr const char* kMeasured = "1.52.0";
constexpr int kDefaultMaxTurns = 60;

struct Model {
  std::string provider;
  std::string name;
};

// Many a model's own name holds a '/': it names the provider only where nothing else does.
Model model_of(const Profile& profile, const Environment& env) {
  const std::string provider = value_of(env, "GOOSE_PROVIDER");
  if (!provider.empty())
    return {provider, profile.model.empty() ? value_of(env, "GOOSE_MODEL") : profile.model};
  const std::size_t slash = profile.model.find('/');
  if (slash == std::string::npos) return {{}, profile.model};
  return {profile.model.substr(0, slash), profile.model.substr(slash + 1)};
}

// Another agent CLI, with tools, hooks and permissions of its own.
bool is_agent(std::string_view provider) {
  constexpr std::array<std::string_view, 4> kAgents = {"claude-code", "codex", "cursor-agent", "gemini-cli"};
  return provider.ends_with("-acp") || std::find(kAgents.begin(), kAgents.end(), provider) != kAgents.end();
}

Arguments command_line(const Profile& profile, const Job& job, const Model& model) {
  Arguments argv = profile.command.empty() ? Arguments{"goose"} : profile.command;
  append(argv, {"run", "-q", "--output-format", "stream-json"});  // without -q a banner comes first
  if (profile.repository_config != RepositoryConfig::trust) append(argv, {"--no-profile"});
  append(argv, {"--with-builtin", "developer"});
  append(argv, {"--provider", model.provider, "--model", model.name});  // a session's own would come first
  append(argv, {"--max-turns", std::to_string(profile.max_turns > 0 ? profile.max_turns : kDefaultMaxTurns)});
  if (!job.resume_session.empty()) {
    append(argv, {"--name", job.resume_session, "--resume"});
  } else if (!job.new_session.empty()) {
    append(argv, {"--name", job.new_session});
  } else {
    append(argv, {"--no-session"});
  }
  append(argv, {"--instructions", "-"});
  append(argv, profile.args);
  return argv;
}

// What a lead may set otherwise.
void set_defaults(Environment& env) {
  env.try_emplace("GOOSE_TELEMETRY_ENABLED", "false");
  env.try_emplace("GOOSE_DISABLE_KEYRING", "1");
  env.try_emplace("GOOSE_DISABLE_SESSION_NAMING", "true");  // a request with the whole prompt, for a title
  // Four tries at once. Else it sleeps as long as the provider says, up to an hour, without a word.
  env.try_emplace("GOOSE_PROVIDER_SKIP_BACKOFF", "true");
}

Environment environment(const Profile& profile, const Job& job) {
  Environment env = environment_from(child_environment(profile, job));
  set_defaults(env);
  env["GOOSE_MODE"] = profile.permissions == Permissions::full ? "auto" : "chat";  // unknown or unset: auto
  env["GOOSE_STATE_MACHINE"] = "true";
  if (profile.repository_config == RepositoryConfig::ignore) env["CONTEXT_FILE_NAMES"] = "[]";
  return env;
}

std::string refused_model(const Model& model) {
  if (model.provider.empty()) {
    return "goose must be told its provider; write model = \"openai/gpt-4o\" (provider, slash, model), or set "
           "GOOSE_PROVIDER in env";
  }
  if (model.name.empty()) return "goose must be told its model; set model";
  if (is_agent(model.provider)) {
    return "the provider '" + model.provider +
           "' is another agent CLI, which keeps to its own rules; use the driver of that CLI";
  }
  const bool flag = model.provider.front() == '-' || model.name.front() == '-';
  return flag ? "no provider or model of goose begins with '-'; correct model" : "";
}

std::string refusal(const Profile& profile, const Job& job, const Traits& traits, const Model& model) {
  if (std::string why = refused_job(profile, job, traits); !why.empty()) return why;
  if (profile.permissions == Permissions::edit) {
    return refusal_of(profile) +
           "goose knows no level between answering from the prompt alone and any command, its tools for files "
           "write anywhere; use permissions = \"full\", or \"read\"";
  }
  std::string why = refused_model(model);
  return why.empty() ? why : refusal_of(profile) + why;
}

// goose executes a message that begins with '/' or '!', with blanks of any script before it. It dies of what
// is not UTF-8.
std::string message(const std::string& bundle) {
  const char first = bundle.front();
  const bool harmless = first == '#' || (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
  return (harmless ? "" : "Task:\n") + text::valid_utf8(bundle);
}

std::string stored_login(const Environment& child) {
  if (const std::string root = value_of(child, "GOOSE_PATH_ROOT"); !root.empty())
    return root + "/config/secrets.yaml";
  return file_in_home(child, "XDG_CONFIG_HOME", "/.config", "/goose/secrets.yaml");
}

Plan plan(const Profile& profile, const Job& job) {
  const Environment env = environment(profile, job);
  const Model model = model_of(profile, env);
  if (std::string why = refusal(profile, job, kGoose.traits, model); !why.empty())
    return {{}, std::move(why), {}};
  Launch launch = launch_with_prompt(profile, job, kGoose.traits, message(job.bundle));
  launch.argv = command_line(profile, job, model);
  launch.env = entries_of(env);
  launch.record_files = {"stderr"};
  return {std::move(launch), {}, job.resume_session.empty() ? job.new_session : job.resume_session};
}

Globs control_files(const Profile& /*profile*/) {
  // A '*' matches '/' too, but "**/" wants one.
  return {".agents/**", ".goose/**",    ".config/goose/**", ".claude/skills/**", ".claude/agents/**",
          "AGENTS.md",  "**/AGENTS.md", ".goosehints",      "**/.goosehints"};
}

Globs hidden_files(const Profile& profile) {
  if (profile.repository_config == RepositoryConfig::trust) return {};
  Globs globs = {".agents/plugins", ".agents/plugins/**", ".config/goose/settings.json"};
  if (profile.repository_config == RepositoryConfig::ignore) {
    for (const char* folder : {".agents/skills", ".claude/skills", ".goose/skills"}) {
      globs.emplace_back(folder);
      globs.emplace_back(folder + std::string("/**"));
    }
  }
  return globs;
}

}  // namespace

const Driver kGoose = {
    .traits = {.provider = "goose",
               .command = "goose",
               .measured = kMeasured,
               .install = std::string("npm install -g @aaif/goose-binary-linux-x64@") + kMeasured +
                          " && ln -s goose-binary-linux-x64 \"$(npm prefix -g)/bin/goose\"",
               .levels = {"answers from the prompt alone, no tool runs", "", "runs any command"},
               .credentials = {"ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENROUTER_API_KEY", "GOOGLE_API_KEY",
                               "DATABRICKS_TOKEN", "GROQ_API_KEY", "XAI_API_KEY", "MISTRAL_API_KEY",
                               "DEEPSEEK_API_KEY", "LITELLM_API_KEY", "AZURE_OPENAI_API_KEY",
                               "TETRATE_API_KEY"},
               .instructions = {".goosehints"},
               .startup_ms = 20'000,
               .states_tokens = true,
               .states_cost = true,
               .resumes = true,
               .takes_max_turns = true},
    .plan = plan,
    .read = read_goose,
    .control_files = control_files,
    .hidden_files = hidden_files,
    .stored_login = stored_login,
};

}  // namespace orchestrate::spawners
