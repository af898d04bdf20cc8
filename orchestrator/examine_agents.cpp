// What each agent type stands on: its CLI, its login, its level.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "orchestrator/decide.h"
#include "orchestrator/examine.h"
#include "orchestrator/survey.h"
#include "spawners/drivers/driver.h"
#include "spawners/drivers/environment.h"
#include "workspaces/process.h"
#include "workspaces/workspace.h"

namespace orchestrate {
namespace {

namespace fs = std::filesystem;
using spawners::Environment;
using spawners::Profile;

constexpr std::chrono::seconds kVersionLimit{10};
constexpr std::size_t kVersionOutputBytes = 64 << 10;

// A HOME that nobody needs afterwards: a CLI may write into its own even to say its version.
class PassingHome {
 public:
  PassingHome() {
    std::error_code error;
    std::string path = (fs::temp_directory_path(error) / "orchestrate-doctor-XXXXXX").string();
    if (::mkdtemp(path.data()) != nullptr) path_ = path;
  }
  ~PassingHome() {
    std::error_code error;
    if (!path_.empty()) fs::remove_all(path_, error);
  }
  PassingHome(const PassingHome&) = delete;
  PassingHome& operator=(const PassingHome&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::vector<std::string> environment_in(const Profile& profile, const std::string& home,
                                        const std::vector<std::string>& environment) {
  spawners::Job job;
  job.home = home;
  job.inherited_env = environment;
  return spawners::child_environment(profile, job);
}

// Of a CLI we know the whole command prefix ("nice claude"); of one we do not know, only its first word is
// safe to ask: what follows may make it work.
std::vector<std::string> version_command(const Profile& profile, const spawners::Driver& driver) {
  std::vector<std::string> argv = profile.command;
  if (driver.default_command().empty()) argv.resize(1);
  argv.emplace_back("--version");
  return argv;
}

Finding version_finding(const Profile& profile, const spawners::Driver& driver, const std::string& program,
                        const std::vector<std::string>& environment) {
  const bool known = !driver.default_command().empty();
  Finding f{Health::ok, profile.name, "", ""};
  std::string trouble;
  try {
    const PassingHome home;
    Profile isolated = profile;
    isolated.home = spawners::Home::isolated;
    workspaces::ProcessSpec spec;
    spec.program = fs::absolute(program).string();
    spec.argv = version_command(profile, driver);
    spec.environment = environment_in(isolated, home.path(), environment);
    spec.cwd = home.path().empty() ? "/" : home.path();
    spec.time_limit = kVersionLimit;
    spec.output_limit_bytes = kVersionOutputBytes;
    workspaces::Process process(spec);
    const auto result = process.finish();
    const std::string said = version_line(result.out.empty() ? result.err : result.out);
    if (result.timed_out) {
      trouble = "--version took more than 10 s";
    } else if (result.output_limit) {
      trouble = "--version prints without end";
    } else if (result.exit_code != 0) {
      trouble = "--version exits " + std::to_string(result.exit_code) + ": " + said;
    } else {
      f.text = said;
    }
  } catch (const workspaces::WorkspaceError& e) {
    trouble = e.what();
  }
  if (!trouble.empty() && known) {
    f.health = Health::fail;
    f.fix = "run `" + program + " --version` by hand; install it again, or set command in agents.toml";
  }
  if (f.text.empty()) f.text = known ? trouble : "does not say a version";
  f.text = profile.driver + ": " + f.text + ", " + program;
  return f;
}

Finding program_finding(const Profile& profile, const spawners::Driver& driver,
                        const std::vector<std::string>& environment) {
  if (profile.command.empty())
    return {Health::ok, profile.name, profile.driver + ": each task brings its command", ""};
  const auto own_path = profile.env.find("PATH");
  const std::string path = own_path != profile.env.end() ? own_path->second : search_path(environment);
  const std::string program = find_on_path(profile.command.front(), path);
  if (!program.empty()) return version_finding(profile, driver, program, environment);
  const Health health = profile.fallback.empty() ? Health::fail : Health::warn;
  std::string text = "`" + profile.command.front() + "` is not on PATH (" + path + ")";
  if (!profile.fallback.empty()) text += "; its tasks go to " + profile.fallback.front();
  return {health, profile.name, std::move(text),
          "install it, or set command = \"/path/to/" + profile.command.front() + "\" in agents.toml"};
}

// What the driver itself says of this profile, here and as this user.
Finding permissions_finding(const Project& project, const Profile& profile, const spawners::Driver& driver,
                            const std::vector<std::string>& environment) {
  spawners::Job job;
  job.bundle = "doctor";
  job.workspace = project.paths.workspaces + "/task-0";
  job.step_dir = project.paths.runs + "/0/1-agent";
  job.home = project.paths.homes + "/" + profile.name;
  job.run_command = {"true"};
  job.inherited_env = environment;
  const std::string subject = profile.name + ": permissions";
  const std::string refused = driver.plan(profile, job).refused;
  if (!refused.empty()) return {Health::fail, subject, refused, "change " + profile.name + " in agents.toml"};
  if (driver.default_command().empty()) {
    return {Health::ok, subject, "none of ours: it may do what user " + std::to_string(::geteuid()) + " may",
            ""};
  }
  constexpr const char* kNames[] = {"read", "edit", "full"};
  return {Health::ok, subject, kNames[static_cast<int>(profile.permissions)], ""};
}

Login login_of(const Project& project, const Profile& profile, const spawners::Driver& driver,
               const std::vector<std::string>& environment) {
  const Environment child = spawners::environment_from(
      environment_in(profile, project.paths.homes + "/" + profile.name, environment));
  Login login;
  login.needed = !driver.default_command().empty();
  for (const auto& [name, value] : child) {
    // Of a cloud that hosts the model: its own login, which only it can judge.
    if (name.starts_with("CLAUDE_CODE_USE_")) login.needed = false;
    if (is_credential_name(name) && !value.empty()) login.passed.push_back(name);
  }
  for (const auto& name : profile.env_pass) {
    if (!child.contains(name)) login.missing.push_back(name);
  }
  const auto value_of = [&child](const char* name) {
    const auto found = child.find(name);
    return found == child.end() ? std::string() : found->second;
  };
  login.home = value_of("HOME");
  if (profile.driver == "claude") {
    const std::string own = value_of("CLAUDE_CONFIG_DIR");
    const std::string file = (own.empty() ? login.home + "/.claude" : own) + "/.credentials.json";
    if (::access(file.c_str(), R_OK) == 0) login.stored = file;
  }
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

}  // namespace

Findings examine_agent_types(const Project& project, const Base& base,
                             const std::vector<std::string>& environment) {
  Findings all;
  for (const auto& [name, profile] : project.config.agent_types) {
    const auto* driver = spawners::find_driver(profile.driver);
    if (driver == nullptr) continue;  // the configuration's own finding
    all.push_back(program_finding(profile, *driver, environment));
    all.push_back(permissions_finding(project, profile, *driver, environment));
    all.push_back(login_finding(name, login_of(project, profile, *driver, environment)));
    const auto globs = driver->control_files(profile);
    if (globs.empty() || workspace_kind(project.config, profile) == spawners::WorkspaceKind::scratch)
      continue;
    const auto more =
        repository_findings(profile, globs, base.files, files_above(project.paths.workspaces, globs));
    all.insert(all.end(), more.begin(), more.end());
  }
  if (all.empty()) {
    all.push_back({Health::warn, "agent types", "there is none: every task goes to a person",
                   "write one into .orchestrate/agents.toml"});
  }
  return all;
}

}  // namespace orchestrate
