// Profile and job -> the command line, configuration and environment of one `opencode run`.
#include <nlohmann/json.hpp>
#include <utility>

#include "spawners/drivers/arguments.h"
#include "spawners/drivers/environment.h"
#include "spawners/drivers/opencode/opencode.h"
#include "spawners/drivers/prompt_launch.h"

namespace orchestrate::spawners {
namespace {

constexpr const char* kMeasured = "1.18.33";
// Of several rules that match, the last one counts: the order of members is kept.
using json = nlohmann::ordered_json;

constexpr const char* kConfigVariable = "OPENCODE_CONFIG_CONTENT";
constexpr const char* kPermissionVariable = "OPENCODE_PERMISSION";

// Null for what is no JSON object; comments are allowed, as opencode allows them.
json object_in(const Environment& env, const char* variable) {
  const auto given = env.find(variable);
  if (given == env.end() || given->second.empty()) return json::object();
  json object = json::parse(given->second, nullptr, false, true);
  return object.is_object() ? object : json();
}

json& object_at(json& object, const char* name) {
  json& value = object[name];
  if (!value.is_object()) value = json::object();
  return value;
}

// Nobody else's configuration is merged with ours.
bool stands_alone(const Profile& profile) {
  return profile.home == Home::isolated && profile.repository_config != RepositoryConfig::trust;
}

// What a sub-agent does and costs is in no record: without a word on stdout it would seem to hang.
json permission_rules(const Profile& profile) {
  if (profile.permissions == Permissions::full)
    return {{"*", "allow"}, {"doom_loop", "deny"}, {"question", "deny"}, {"task", "deny"}};
  json rules = json::object();
  // Merged with rules of another configuration it would stand behind those that both name, and undo them.
  if (stands_alone(profile)) rules["*"] = "deny";
  rules["read"] = {{"*", "allow"}, {"*.env", "deny"}, {"*.env.*", "deny"}, {"*.env.example", "allow"}};
  for (const char* name : {"glob", "grep", "list", "lsp", "skill", "todowrite"})
    rules[name] = "allow";
  rules["edit"] = profile.permissions == Permissions::edit ? "allow" : "deny";
  for (const char* name :
       {"bash", "webfetch", "websearch", "external_directory", "doom_loop", "question", "task"})
    rules[name] = "deny";
  return rules;
}

// An agent's own rules come after those for all: where another configuration could have given it some, it has
// ours.
void set_permissions(json& config, const Profile& profile, const json& from_lead) {
  json rules = permission_rules(profile);
  rules.update(from_lead);
  if (!stands_alone(profile)) {
    object_at(object_at(config, "agent"), "build")["permission"] = rules;
    config["default_agent"] = "build";
  }
  config["permission"] = std::move(rules);
}

// With the repository's configuration switched off, its instructions are read only by their full names.
void add_instructions(json& config, const std::string& workspace) {
  json& list = config["instructions"];
  if (!list.is_array()) list = json::array();
  for (const char* name : {"/AGENTS.md", "/CLAUDE.md"})
    list.push_back(workspace + name);
}

std::string configuration(const Profile& profile, const Job& job, json config, const json& permission) {
  config["autoupdate"] = false;
  config["share"] = "disabled";
  if (!config.contains("snapshot")) config["snapshot"] = false;  // a copy of every file; ours is git
  set_permissions(config, profile, permission);
  if (profile.repository_config == RepositoryConfig::text) add_instructions(config, job.workspace);
  return config.dump(-1, ' ', false, json::error_handler_t::replace);
}

void set_defaults(Environment& env, const Profile& profile, const Job& job) {
  // It opens its database before it sets how long it waits for a lock, and creates its tables without one: of
  // two that start at once, one may fail. So each task has one, where its next attempt finds the session.
  if (profile.home == Home::isolated) env.try_emplace("OPENCODE_DB", job.task_key + ".db");
  env.try_emplace("OPENCODE_DISABLE_AUTOUPDATE", "1");
  env.try_emplace("OPENCODE_DISABLE_MODELS_FETCH", "1");
  env.try_emplace("OPENCODE_DISABLE_LSP_DOWNLOAD", "1");
}

// What makes repository_config true, with hidden_files.
void enforce_repository_level(Environment& env, RepositoryConfig level) {
  if (level == RepositoryConfig::trust) return;
  env["OPENCODE_DISABLE_PROJECT_CONFIG"] = "1";
  if (level == RepositoryConfig::text) return;
  env["OPENCODE_DISABLE_EXTERNAL_SKILLS"] = "1";
  env["OPENCODE_DISABLE_CLAUDE_CODE"] = "1";
}

// In a new HOME opencode would fetch the package of its plugin interface; a lock file that names it says that
// it is there. Only plugins written in that very folder would miss it.
std::vector<HomeFile> home_files(const Profile& profile, const Job& job, const Environment& env) {
  if (profile.home != Home::isolated || env.find("XDG_CONFIG_HOME") != env.end()) return {};
  const std::string folder = job.home + "/.config/opencode/";
  return {
      {folder + "node_modules/.keep", ""},
      {folder + "package-lock.json", R"({"packages":{"":{"dependencies":{"@opencode-ai/plugin":"*"}}}})"}};
}

Arguments command_line(const Profile& profile, const Job& job) {
  Arguments argv = profile.command.empty() ? Arguments{"opencode"} : profile.command;
  append(argv, {"run", "--format", "json"});
  append(argv, {"--print-logs", "--log-level", "ERROR"});  // the only word of a request that is tried again
  append(argv, {"--title", "orchestrate"});                // without a title it asks a model for one
  if (!profile.model.empty()) append(argv, {"--model", profile.model});
  if (!job.resume_session.empty()) append(argv, {"--session", job.resume_session});
  append(argv, profile.args);
  return argv;
}

std::string refusal(const Profile& profile, const json& config, const json& permission) {
  for (const auto& [value, name] :
       {std::pair(&config, kConfigVariable), {&permission, kPermissionVariable}}) {
    if (!value->is_null()) continue;
    return refusal_of(profile) + name +
           " is not a JSON object; opencode's configuration goes there, without a comma before a " +
           "closing bracket";
  }
  if (!profile.model.empty() && profile.model.find('/') == std::string::npos) {
    return refusal_of(profile) + "model = \"" + profile.model +
           "\" names no provider; opencode wants provider/model, as `opencode models` lists them";
  }
  return {};
}

std::string stored_login(const Environment& child) {
  return file_in_home(child, "XDG_DATA_HOME", "/.local/share", "/opencode/auth.json");
}

Plan plan(const Profile& profile, const Job& job) {
  if (std::string why = refused_job(profile, job, kOpencode.traits); !why.empty())
    return {{}, std::move(why), {}};
  Environment env = environment_from(child_environment(profile, job));
  json config = object_in(env, kConfigVariable);
  const json permission = object_in(env, kPermissionVariable);
  if (std::string why = refusal(profile, config, permission); !why.empty()) return {{}, std::move(why), {}};
  set_defaults(env, profile, job);
  enforce_repository_level(env, profile.repository_config);
  env[kConfigVariable] = configuration(profile, job, std::move(config), permission);
  Launch launch = launch_with_prompt(profile, job, kOpencode.traits, job.bundle);
  launch.argv = command_line(profile, job);
  launch.env = entries_of(env);
  launch.home_files = home_files(profile, job, env);
  launch.record_files = {"stderr"};
  return {std::move(launch), {}, {}};
}

Globs control_files(const Profile& /*profile*/) {
  // A '*' matches '/' too, but "**/" wants one.
  return {"opencode.json", "opencode.jsonc", ".opencode",         ".opencode/**",
          "AGENTS.md",     "**/AGENTS.md",   "CLAUDE.md",         "**/CLAUDE.md",
          "CONTEXT.md",    "**/CONTEXT.md",  ".claude/skills/**", ".agents/skills/**"};
}

Globs hidden_files(const Profile& profile) {
  if (profile.repository_config == RepositoryConfig::trust) return {};
  Globs globs = {"opencode.json", "opencode.jsonc", ".opencode", ".opencode/**"};
  if (profile.repository_config == RepositoryConfig::ignore) {
    globs.emplace_back("**/AGENTS.md");
    globs.emplace_back("**/CONTEXT.md");
  }
  return globs;
}

}  // namespace

const Driver kOpencode = {
    .traits = {.provider = "opencode",
               .command = "opencode",
               .measured = kMeasured,
               .install = std::string("npm install -g opencode-ai@") + kMeasured,
               .levels = {"reads, changes nothing", "changes files of the workspace, runs no command",
                          "runs any command"},
               .credentials = {"ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENROUTER_API_KEY",
                               "GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY", "OPENCODE_API_KEY",
                               "OPENCODE_AUTH_CONTENT", "OPENCODE_CONFIG_CONTENT"},
               .startup_ms = 180'000,
               .states_tokens = true,
               .states_cost = true,
               .resumes = true},
    .plan = plan,
    .read = read_opencode,
    .control_files = control_files,
    .hidden_files = hidden_files,
    .stored_login = stored_login,
};

}  // namespace orchestrate::spawners
