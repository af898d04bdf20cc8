#include "orchestrator/project/project.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "spawners/drivers/driver.h"
#include "system/files.h"
#include "workspaces/workspace.h"

namespace orchestrate {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // read before any thread is started
  return value != nullptr ? value : "";
}

// ~/.local/state/orchestrate/<name>-<hash of the path>: outside the project, because agents read files of
// every parent.
std::string default_root() {
  std::string base = environment("XDG_STATE_HOME");
  if (base.empty() || base.front() != '/') {
    const std::string home = environment("HOME");
    base = home.empty() ? "/var/tmp/orchestrate-" + std::to_string(::getuid()) : home + "/.local/state";
  }
  return base + "/orchestrate";
}

// Its own below whatever root: two projects have a task 1 each.
std::string workspaces_of(const std::string& project, const std::string& root) {
  const std::string name = fs::path(project).filename().string();
  // The key of the whole path always needs replacing, so it always carries a hash.
  const std::string key = workspaces::workspace_key(project);
  return (root.empty() ? default_root() : root) + "/" + name + key.substr(key.rfind('-'));
}

std::string find_shim(const std::string& program) {
  const fs::path bin = fs::path(program).parent_path();
  for (const auto& candidate :
       {bin / "orchestrate-shim", bin.parent_path() / "libexec/orchestrate/orchestrate-shim"}) {
    if (::access(candidate.c_str(), X_OK) == 0) return candidate.string();
  }
  return (bin / "orchestrate-shim").string();  // the runner says that it is missing, and where
}

config::Known known_names(const prompts::Library& prompts) {
  config::Known known;
  known.templates = prompts.names();
  for (const auto& name : spawners::driver_names()) {
    const auto* driver = spawners::find_driver(name);
    known.drivers.push_back(
        {name, driver->traits.provider, driver->traits.command, driver->traits.expects_changes});
  }
  return known;
}

void add_templates(const std::string& config_dir, std::map<std::string, std::string>& files) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(config_dir + "/prompts", error)) {
    if (entry.path().extension() != ".md") continue;
    auto file = system::read_file(entry.path().string(), system::kMostBytes, system::Links::follow);
    if (!file.text.empty()) files["prompts/" + entry.path().filename().string()] = std::move(file.text);
  }
}

void make_private(const std::string& dir) {
  if (::mkdir(dir.c_str(), 0700) != 0 && errno != EEXIST) {
    throw std::system_error(errno, std::generic_category(), "cannot create " + dir);
  }
}

}  // namespace

std::string find_project(const std::string& start) {
  for (fs::path dir = fs::absolute(start);; dir = dir.parent_path()) {
    if (fs::is_directory(dir / ".orchestrate")) return fs::canonical(dir).string();
    if (dir == dir.parent_path()) return {};
  }
}

Paths paths_of(const std::string& project, const config::Config& config) {
  Paths p;
  p.project = project;
  p.config_dir = project + "/.orchestrate";
  p.state = p.config_dir + "/state";
  p.runs = p.state + "/runs";
  p.results = p.state + "/results";
  p.homes = p.state + "/homes";
  p.workspaces = workspaces_of(project, config.workspace.root);
  p.program = fs::read_symlink("/proc/self/exe").string();
  p.shim = find_shim(p.program);
  return p;
}

Project load_project(const std::string& directory) {
  Project project;
  const std::string config_dir = directory + "/.orchestrate";
  const auto template_errors = project.prompts.load(config_dir + "/prompts");
  auto loaded = config::load(config_dir, known_names(project.prompts));
  project.errors = std::move(loaded.errors);
  for (const auto& e : template_errors) {
    project.errors.push_back(
        {".orchestrate/prompts/" + e.name + ".md", e.line, e.column, 1, e.message, "", ""});
  }
  project.config = std::move(loaded.config);
  project.files = std::move(loaded.files);
  add_templates(config_dir, project.files);
  project.paths = paths_of(directory, project.config);
  return project;
}

std::vector<config::Diagnostic> lost_files(const std::vector<std::string>& before, const Project& now) {
  std::vector<config::Diagnostic> errors;
  for (const std::string& file : before) {
    if (now.files.contains(file)) continue;
    config::Diagnostic lost;
    lost.file = ".orchestrate/" + file;
    lost.message = "was there, and is gone or empty: nothing is made of that";
    lost.hint = "put it back; a file that is meant to say nothing holds a comment";
    errors.push_back(std::move(lost));
  }
  return errors;
}

std::string config_fingerprint(const Paths& paths) {
  std::string text;
  const auto take = [&text](const fs::path& file) {
    struct stat st {};
    if (::stat(file.c_str(), &st) != 0) return;
    text += file.string() + " " + std::to_string(st.st_ino) + " " + std::to_string(st.st_size) + " " +
            std::to_string(st.st_mtim.tv_sec) + "." + std::to_string(st.st_mtim.tv_nsec) + "\n";
  };
  for (const char* name : {"orchestrate.toml", "routing.toml", "agents.toml", "prompts"})
    take(fs::path(paths.config_dir) / name);
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(paths.config_dir + "/prompts", error))
    take(entry.path());
  return text;
}

void make_state_dirs(const Paths& paths) {
  for (const auto& dir : {paths.config_dir, paths.state, paths.runs, paths.results, paths.homes})
    make_private(dir);
  if (::chmod(paths.state.c_str(), 0700) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot make " + paths.state + " private");
  }
}

std::string search_path(const std::vector<std::string>& environment) {
  for (const auto& entry : environment) {
    if (entry.starts_with("PATH=")) return entry.substr(5);
  }
  return "/usr/local/bin:/usr/bin:/bin";
}

std::string find_on_path(const std::string& name, const std::string& path) {
  if (name.find('/') != std::string::npos) return ::access(name.c_str(), X_OK) == 0 ? name : "";
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find(':', at), path.size());
    const std::string candidate = path.substr(at, end - at) + "/" + name;
    struct stat st {};
    if (::stat(candidate.c_str(), &st) == 0 && S_ISREG(st.st_mode) &&
        ::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
    at = end + 1;
  }
  return {};
}

}  // namespace orchestrate
