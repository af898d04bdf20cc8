// What each agent type stands on: its CLI, its login, its level.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "orchestrator/doctor/agent_findings.h"
#include "orchestrator/doctor/ask_clis.h"
#include "orchestrator/doctor/examine.h"
#include "orchestrator/project/agent_program.h"
#include "spawners/step/step_id.h"
#include "workspaces/guard/restore.h"
#include "workspaces/workspace.h"

namespace orchestrate {
namespace {

namespace fs = std::filesystem;
using spawners::Environment;
using spawners::Profile;

Finding program_finding(const config::AgentType& agent_type, const spawners::Traits& traits,
                        const std::map<std::string, Answers>& answers,
                        const std::vector<std::string>& environment) {
  const Profile& profile = agent_type.profile;
  if (profile.command.empty())
    return {Health::ok, profile.name, profile.driver + ": each task brings its command", ""};
  const auto found = answers.find(profile.name);
  if (found == answers.end()) return missing_finding(agent_type, traits, agent_path(profile, environment));
  return version_finding(profile, traits, found->second.version);
}

spawners::Job job_of(const Project& project, const Profile& profile,
                     const std::vector<std::string>& environment) {
  spawners::Job job;
  job.bundle = "doctor";
  job.workspace = project.paths.workspaces + "/task-0";
  job.step_dir = project.paths.runs + "/" + spawners::step_id(0, 1, spawners::kAgentStep);
  job.home = project.paths.homes + "/" + profile.name;
  job.run_command = {"true"};
  job.inherited_env = environment;
  return job;
}

// What the driver itself says of this profile, here and as this user.
Finding permissions_finding(const Profile& profile, const spawners::Driver& driver,
                            const spawners::Job& job) {
  const std::string subject = profile.name + ": permissions";
  const std::string refused = driver.plan(profile, job).refused;
  if (!refused.empty()) return {Health::fail, subject, refused, "change " + profile.name + " in agents.toml"};
  const std::string user = "user " + std::to_string(::geteuid());
  if (driver.traits.command.empty())
    return {Health::ok, subject, "none of ours: it may do what " + user + " may", ""};
  constexpr std::array<const char*, 3> kNames = {"read", "edit", "full"};
  const auto level = static_cast<std::size_t>(profile.permissions);
  const std::string& words = driver.traits.levels.at(level);
  std::string text = kNames.at(level) + (words.empty() ? "" : ": " + words);
  if (profile.permissions == spawners::Permissions::full) text += ", as " + user;
  return {Health::ok, subject, std::move(text), ""};
}

// Of a cloud that hosts the model: its own login, which only it can judge.
bool names_a_cloud(const std::string& variable) {
  return variable.starts_with("CLAUDE_CODE_USE_") || variable == "GOOGLE_GENAI_USE_VERTEXAI";
}

Login login_of(const Profile& profile, const spawners::Driver& driver, const spawners::Job& job) {
  const Environment child = spawners::environment_from(spawners::child_environment(profile, job));
  Login login;
  login.needed = !driver.traits.command.empty();
  login.accepted = driver.traits.credentials;
  for (const auto& [name, value] : child) {
    if (names_a_cloud(name)) login.needed = false;
    const bool accepted =
        std::find(login.accepted.begin(), login.accepted.end(), name) != login.accepted.end();
    if ((accepted || is_credential_name(name)) && !value.empty()) login.passed.push_back(name);
  }
  for (const auto& name : profile.env_pass) {
    if (!child.contains(name)) login.missing.push_back(name);
  }
  if (const auto home = child.find("HOME"); home != child.end()) login.home = home->second;
  login.file = driver.stored_login(child);
  login.stored = !login.file.empty() && ::access(login.file.c_str(), R_OK) == 0;
  return login;
}

// Control files with a fixed name, in the folders above the workspaces.
std::vector<std::string> files_above(const std::string& workspaces, const std::vector<std::string>& globs) {
  std::vector<std::string> found;
  for (fs::path dir = workspaces; !dir.empty(); dir = dir.parent_path()) {
    for (const auto& glob : globs) {
      const fs::path file = dir / glob;
      if (glob.find_first_of("*?[") == std::string::npos && ::access(file.c_str(), F_OK) == 0)
        found.push_back(file.string());
    }
    if (dir == dir.parent_path()) break;
  }
  return found;
}

Steering steering_of(const Project& project, const Base& base, const config::AgentType& agent_type,
                     const spawners::Driver& driver) {
  const Profile& profile = agent_type.profile;
  Steering steering;
  steering.globs = driver.control_files(profile);
  steering.instructions = driver.traits.instructions;
  steering.hidden = driver.hidden_files(profile);
  steering.kind = workspace_kind(project.config, agent_type);
  steering.above = files_above(project.paths.workspaces, steering.globs);
  if (steering.kind != workspaces::Kind::in_place) {
    steering.files = base.files;
    return steering;
  }
  steering.above = files_above(fs::path(project.paths.project).parent_path().string(), steering.globs);
  auto globs = steering.globs;
  globs.insert(globs.end(), steering.hidden.begin(), steering.hidden.end());
  steering.files = workspaces::find_control_files(project.paths.project, workspaces::ControlGlobs(globs));
  return steering;
}

Findings repository_of(const Project& project, const Base& base, const config::AgentType& agent_type,
                       const spawners::Driver& driver) {
  const Profile& profile = agent_type.profile;
  if (driver.control_files(profile).empty()) return {};
  try {
    return repository_findings(profile, steering_of(project, base, agent_type, driver));
  } catch (const workspaces::WorkspaceError& e) {
    return {{Health::warn, profile.name + ": repository", e.what(), "make the project's folders readable"}};
  }
}

}  // namespace

Findings examine_agent_types(const Project& project, const Base& base,
                             const std::vector<std::string>& environment) {
  const auto answers = ask_clis(project.config.agent_types, environment);
  Findings all;
  for (const auto& [name, agent_type] : project.config.agent_types) {
    const Profile& profile = agent_type.profile;
    const auto* driver = spawners::find_driver(profile.driver);
    if (driver == nullptr) continue;  // the configuration's own finding
    const auto job = job_of(project, profile, environment);
    all.push_back(program_finding(agent_type, driver->traits, answers, environment));
    all.push_back(permissions_finding(profile, *driver, job));
    if (const auto found = answers.find(name); found != answers.end() && found->second.sandbox)
      all.push_back(sandbox_finding(profile, *found->second.sandbox));
    all.push_back(login_finding(name, login_of(profile, *driver, job)));
    for (const auto& more :
         {limit_findings(profile, driver->traits), repository_of(project, base, agent_type, *driver)})
      all.insert(all.end(), more.begin(), more.end());
  }
  if (all.empty()) {
    all.push_back({Health::warn, "agent types", "there is none: every task goes to a person",
                   "write one into .orchestrate/agents.toml"});
  }
  return all;
}

}  // namespace orchestrate
