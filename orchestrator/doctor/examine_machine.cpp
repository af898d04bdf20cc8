// What every run stands on, whatever the agent.
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "orchestrator/doctor/examine.h"
#include "orchestrator/queue/decide.h"
#include "system/clock.h"
#include "system/descriptor.h"
#include "system/process.h"
#include "system/process_id.h"
#include "text/words.h"
#include "workspaces/git/git.h"
#include "workspaces/git/project.h"
#include "workspaces/workspace.h"

namespace orchestrate {
namespace {

namespace fs = std::filesystem;
using workspaces::WorkspaceError;

constexpr int kShimUsage = 64;  // what the shim exits with when it is told no step

// The nearest folder that is there already: what is made later is made in it.
std::string existing(fs::path path) {
  while (!fs::exists(path) && path != path.parent_path())
    path = path.parent_path();
  return path.string();
}

Finding git_finding() {
  try {
    const std::string version = workspaces::Git("").line({"--version"});
    workspaces::require_git_version(version);
    return {Health::ok, "git", version + ", " + workspaces::find_git(), ""};
  } catch (const WorkspaceError& e) {
    return {Health::fail, "git", e.what(), "apt install git"};
  }
}

Finding kernel_finding() {
  const system::Descriptor process = system::open_process(::getpid());
  if (!process) {
    return {Health::fail, "kernel", std::string("pidfd_open: ") + std::strerror(errno),
            "run on Linux 5.3 or newer; in a container, allow pidfd_open"};
  }
  const system::Descriptor watch(::inotify_init1(IN_CLOEXEC));
  if (!watch) {
    return {Health::warn, "kernel",
            std::string("inotify: ") + std::strerror(errno) + ": new tasks are not seen at once",
            "sysctl fs.inotify.max_user_instances=1024"};
  }
  return {Health::ok, "kernel", "pidfd and inotify are there", ""};
}

Finding shim_finding(const std::string& shim) {
  Finding f{Health::fail, "shim", shim, "install orchestrate again: ./dev install"};
  try {
    system::ProcessSpec spec;
    spec.program = shim;
    spec.argv = {shim};
    spec.time_limit = std::chrono::seconds(10);
    system::Process process(spec);
    const int exit_code = process.finish().exit_code;
    if (exit_code == kShimUsage) return {Health::ok, "shim", shim + " runs", ""};
    f.text += " exits " + std::to_string(exit_code) + " where it should say how it is used";
  } catch (const std::system_error& e) {
    f.text = e.what();
  }
  return f;
}

Finding clock_of(const Base& base) {
  return clock_finding(system::wall_ms(), base.committed_ms);
}

Finding writable_finding(const std::string& subject, const std::string& folder) {
  const std::string there = existing(folder);
  if (::access(there.c_str(), W_OK | X_OK) == 0)
    return {Health::ok, subject, folder + (there == folder ? " is writable" : " can be made"), ""};
  return {Health::fail, subject, there + " cannot be written: " + std::strerror(errno),
          "chown or chmod it, or move it where you may write"};
}

Findings state_findings(const Paths& paths) {
  Findings all{writable_finding("state", paths.state)};
  struct stat info {};
  if (::stat(paths.state.c_str(), &info) == 0) all.push_back(privacy_finding(paths.state, info.st_mode));
  struct statfs fs_info {};
  if (::statfs(existing(paths.state).c_str(), &fs_info) == 0)
    all.push_back(file_system_finding(paths.state, static_cast<std::int64_t>(fs_info.f_type)));
  return all;
}

Finding disk_of(const std::string& folder, std::int64_t floor_bytes) {
  struct statvfs info {};
  if (::statvfs(existing(folder).c_str(), &info) != 0)
    return {Health::warn, "disk", folder + ": " + std::strerror(errno), "look at it with df"};
  const auto free_bytes = static_cast<std::int64_t>(info.f_bavail) * static_cast<std::int64_t>(info.f_frsize);
  return disk_finding(folder, free_bytes, floor_bytes);
}

Findings workspace_findings(const Project& project) {
  const std::string root = fs::weakly_canonical(project.paths.workspaces).string();
  Findings all{writable_finding("workspaces", root)};
  if ((root + "/").starts_with(project.paths.project + "/")) {
    all.push_back({Health::fail, "workspaces",
                   root + " lies in the project: agents would read its files as those of a folder above",
                   "set [workspace] root in orchestrate.toml to a folder outside of it, or leave it out"});
  }
  for (const auto& folder : {project.paths.state, root})
    all.push_back(disk_of(folder, project.config.retention.free_disk_floor_bytes));
  return all;
}

bool needs_repository(const config::Config& config) {
  for (const auto& [name, agent_type] : config.agent_types) {
    if (workspace_kind(config, agent_type) == workspaces::Kind::clone) return true;
  }
  return config.agent_types.empty() && config.workspace.kind == workspaces::Kind::clone;
}

Finding base_finding(const Project& project, const Base& base) {
  const bool needed = needs_repository(project.config);
  if (base.problem.empty() && !needed) {
    return {Health::warn, "base",
            "this is a git repository, but no agent type works in a clone of it: nothing is published",
            "kind = \"clone\" under [workspace] in orchestrate.toml"};
  }
  if (base.problem.empty()) {
    return {Health::ok, "base", base.name + ", " + text::counted(std::ssize(base.files), "file", "files"),
            ""};
  }
  if (!needed) return {Health::ok, "base", "no agent type works in a clone, so none is needed", ""};
  return {Health::fail, "base", base.problem, "set [project] base in orchestrate.toml, or make that branch"};
}

// A program named in a check or a hook that is nowhere: that check fails every task.
void add_command_findings(const config::Config& config, const std::string& path, Findings& all) {
  for (const auto* list : {&config.checks.commands, &config.hooks.after_create, &config.hooks.before_run,
                           &config.hooks.after_run, &config.hooks.before_remove}) {
    for (const auto& command : *list) {
      const std::string& program = command.argv.front();
      const bool of_workspace = program.find('/') != std::string::npos && program.front() != '/';
      if (of_workspace || !find_on_path(program, path).empty()) continue;
      all.push_back({Health::fail, list == &config.checks.commands ? "checks" : "hooks",
                     "`" + program + "` is not on PATH: `" + command.text + "` cannot run",
                     "install " + program + ", or write its absolute path"});
    }
  }
}

}  // namespace

Base read_base(const Project& project) {
  Base base;
  try {
    const auto repository = workspaces::Project::open(project.paths.project);
    const auto found = repository.resolve(project.config.base);
    base.name = found.branch.empty() ? found.commit : found.branch;
    base.committed_ms = std::stoll(repository.git().line({"log", "-1", "--format=%ct", found.commit})) * 1000;
    const std::string listing = repository.git().must({"ls-tree", "-r", "-z", "--name-only", found.commit});
    for (std::size_t at = 0; at < listing.size();) {
      const std::size_t end = std::min(listing.find('\0', at), listing.size());
      base.files.push_back(listing.substr(at, end - at));
      at = end + 1;
    }
  } catch (const std::exception& e) {
    base.problem = e.what();
  }
  return base;
}

Findings examine_machine(const Project& project, const Base& base,
                         const std::vector<std::string>& environment) {
  Findings all{git_finding(), kernel_finding(), shim_finding(project.paths.shim), clock_of(base)};
  for (const auto& more : {state_findings(project.paths), workspace_findings(project)})
    all.insert(all.end(), more.begin(), more.end());
  all.push_back(base_finding(project, base));
  add_command_findings(project.config, search_path(environment), all);
  return all;
}

}  // namespace orchestrate
