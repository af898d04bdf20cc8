// The git command, run so that neither the user's nor an agent's settings act (reference: git(1),
// "--git-dir", "-c").
//
// Empty environment plus a fixed list, no system or global configuration, hooks, filters of no one, automatic
// gc, prompts or replace refs; no shell; own process group, time limit, output limit. Blocking.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "system/process.h"

namespace orchestrate::workspaces {

// The absolute path of git, looked for in /usr/local/bin, /usr/bin and /bin. Throws when it is missing.
[[nodiscard]] std::string find_git();

// Throws when `version_line` ("git version 2.39.5") names a git older than what the promises here were
// measured with.
void require_git_version(std::string_view version_line);

struct GitOptions {
  std::string input;                     // empty: /dev/null
  std::string cwd;                       // empty: the work tree, else "/"
  std::vector<std::string> environment;  // "NAME=value", after the fixed list
  std::vector<std::string> config;       // "key=value", after the fixed list
  std::chrono::milliseconds time_limit{60'000};
  std::int64_t memory_limit_bytes = 0;  // of each process, see system::ProcessSpec
  bool durable = false;                 // what it writes is on the disk when it returns, objects and refs
  bool offline_lfs = false;             // git-lfs asks no server, whatever an .lfsconfig names
  bool literal_pathspecs = true;        // check-ignore refuses to run with them
  bool owner_settings = false;  // read the owner's global and system configuration: for `git config` only
};

class Git {
 public:
  // Empty git_dir: git looks for the repository from cwd; only for places that the owner named.
  explicit Git(std::string git_dir, std::string work_tree = {});

  [[nodiscard]] const std::string& git_dir() const { return git_dir_; }

  [[nodiscard]] system::ProcessResult run(const std::vector<std::string>& args,
                                          const GitOptions& options = {}) const;

  // What it printed. Throws WorkspaceError with git's own words unless it exits 0.
  std::string must(const std::vector<std::string>& args, const GitOptions& options = {}) const;

  // The same without the newline at the end.
  [[nodiscard]] std::string line(const std::vector<std::string>& args, const GitOptions& options = {}) const;

  [[nodiscard]] bool succeeds(const std::vector<std::string>& args, const GitOptions& options = {}) const;

  // For a command that is fed as we go.
  [[nodiscard]] std::unique_ptr<system::Process> start(const std::vector<std::string>& args,
                                                       const GitOptions& options) const;

 private:
  [[nodiscard]] system::ProcessSpec spec(const std::vector<std::string>& args,
                                         const GitOptions& options) const;

  std::string program_;
  std::string git_dir_;
  std::string work_tree_;
};

// One sentence on a run that failed; control characters in git's words are made harmless.
[[nodiscard]] std::string describe_failure(const std::string& command, const system::ProcessResult& result);

}  // namespace orchestrate::workspaces
