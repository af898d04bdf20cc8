// Where a project's things lie, and its configuration with the templates it may name.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/config.h"
#include "prompts/prompt.h"

namespace orchestrate {

// All absolute.
struct Paths {
  std::string project;     // the directory that holds .orchestrate/
  std::string config_dir;  // .orchestrate
  std::string state;       // .orchestrate/state, 0700
  std::string runs;        // state/runs
  std::string results;     // state/results: one bare repository per task
  std::string homes;       // state/homes: one HOME per agent type
  std::string workspaces;  // outside the project
  std::string program;     // this executable, for steps of our own
  std::string shim;
};

// The nearest directory at or above `start` that holds .orchestrate/; empty when there is none.
[[nodiscard]] std::string find_project(const std::string& start);

// `environment` finds HOME and XDG_STATE_HOME. Creates nothing.
[[nodiscard]] Paths paths_of(const std::string& project, const config::Config& config);

struct Project {
  Paths paths;
  config::Config config;
  prompts::Library prompts;
  std::vector<config::Diagnostic> errors;  // config may be used when empty
  // Below config_dir, the text of those that hold something: "agents.toml", "prompts/fix.md".
  std::map<std::string, std::string> files;
};

// Reads the three files and the template overrides. Throws only when our own program cannot be located.
[[nodiscard]] Project load_project(const std::string& directory);

// Files of `before`, their names, that `now` has no more are not taken for a configuration without them:
// somebody is about to write them, or they went by mistake. One error for each.
[[nodiscard]] std::vector<config::Diagnostic> lost_files(const std::vector<std::string>& before,
                                                         const Project& now);

// Changes whenever a file that load_project reads is written, added or removed. Never throws.
[[nodiscard]] std::string config_fingerprint(const Paths& paths);

// Creates the state directory (0700) and what lies below it.
void make_state_dirs(const Paths& paths);

// PATH of an environment of "NAME=value" entries, or the system's usual one when it has none.
[[nodiscard]] std::string search_path(const std::vector<std::string>& environment);

// Where on the path `name` is, or empty.
[[nodiscard]] std::string find_on_path(const std::string& name, const std::string& path);

}  // namespace orchestrate
