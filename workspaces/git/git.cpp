#include "workspaces/git/git.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "system/process_id.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

constexpr const char* kPath = "PATH=/usr/local/bin:/usr/bin:/bin";
constexpr std::array kDirectories{"/usr/local/bin/", "/usr/bin/", "/bin/"};
constexpr const char* kHowToInstall = "install git 2.39 or newer (Debian: apt install git)";

constexpr std::array kEnvironment{
    "LC_ALL=C",
    "GIT_ATTR_NOSYSTEM=1",
    "GIT_NO_REPLACE_OBJECTS=1",
    "GIT_NO_LAZY_FETCH=1",
    "GIT_OPTIONAL_LOCKS=0",
    "GIT_TERMINAL_PROMPT=0",
    "GIT_ASKPASS=false",
    "SSH_ASKPASS=false",
    "GIT_EDITOR=false",
    "GIT_PAGER=cat",
    "GIT_SSH_COMMAND=false",
    "GIT_ALLOW_PROTOCOL=file",
    "GIT_PROTOCOL_FROM_USER=0",
};

// The lock time-outs are how two tasks of one project wait for each other, bounded.
constexpr std::array kHardened{
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.alternateRefsCommand=false",
    "core.filesRefLockTimeout=10000",
    "core.packedRefsTimeout=10000",
    "core.fsyncMethod=batch",
    "gc.auto=0",
    "maintenance.auto=false",
    "commit.gpgSign=false",
    "fetch.fsckObjects=true",
    "fetch.recurseSubmodules=no",
    "submodule.recurse=false",
    "protocol.version=2",
    "log.mailmap=false",
    "log.showSignature=false",
    "color.ui=false",
    "advice.detachedHead=false",
};

// A result that was reported must survive a power failure. git's default leaves out loose objects and refs.
constexpr const char* kDurable = "core.fsync=committed,loose-object,reference";

std::string own_variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return std::string(name) + '=' + (value != nullptr ? value : otherwise);
}

std::vector<std::string> environment(const GitOptions& options) {
  std::vector<std::string> list{kPath};
  list.insert(list.end(), kEnvironment.begin(), kEnvironment.end());
  if (options.literal_pathspecs) list.emplace_back("GIT_LITERAL_PATHSPECS=1");
  if (options.owner_settings) {
    list.push_back(own_variable("HOME", "/nonexistent"));
    if (std::getenv("XDG_CONFIG_HOME") != nullptr) list.push_back(own_variable("XDG_CONFIG_HOME", ""));
  } else {
    for (const char* quiet : {"HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null"}) {
      list.emplace_back(quiet);
    }
  }
  // What outlives its step is found by it.
  if (std::getenv(system::kStepMark) != nullptr) list.push_back(own_variable(system::kStepMark, ""));
  list.insert(list.end(), options.environment.begin(), options.environment.end());
  return list;
}

std::string harmless(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.pop_back();
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      c = ' ';
    } else if (byte < 0x20 || byte == 0x7f) {
      c = '?';
    }
  }
  return text;
}

}  // namespace

std::string find_git() {
  for (const char* directory : kDirectories) {
    std::string candidate = std::string(directory) + "git";
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  throw WorkspaceError(std::string("git was not found in /usr/local/bin, /usr/bin or /bin: ") +
                       kHowToInstall);
}

void require_git_version(std::string_view version_line) {
  int major = 0;
  int minor = 0;
  const std::string text(version_line);
  if (std::sscanf(text.c_str(), "git version %9d.%9d", &major, &minor) != 2) {  // NOLINT(cert-err34-c)
    throw WorkspaceError("`git --version` said \"" + harmless(text) +
                         "\", which is no version: " + kHowToInstall);
  }
  if (std::pair(major, minor) < std::pair(2, 39)) {
    throw WorkspaceError("this is " + harmless(text) + ", which is too old: " + kHowToInstall);
  }
}

std::string describe_failure(const std::string& command, const system::ProcessResult& result) {
  std::string text = "git " + command;
  if (result.timed_out) {
    text += " took too long and was stopped";
  } else if (result.output_limit) {
    text += " printed more than is allowed and was stopped";
  } else {
    text += " failed (exit " + std::to_string(result.exit_code) + ")";
  }
  const std::string words = harmless(result.err);
  return words.empty() ? text : text + ": " + words;
}

Git::Git(std::string git_dir, std::string work_tree)
    : program_(find_git()), git_dir_(std::move(git_dir)), work_tree_(std::move(work_tree)) {}

system::ProcessSpec Git::spec(const std::vector<std::string>& args, const GitOptions& options) const {
  system::ProcessSpec spec;
  spec.program = program_;
  spec.argv = {"git"};
  for (const char* setting : kHardened)
    spec.argv.insert(spec.argv.end(), {"-c", setting});
  if (options.durable) spec.argv.insert(spec.argv.end(), {"-c", kDurable});
  if (options.offline_lfs) {
    spec.argv.insert(spec.argv.end(),
                     {"-c", "lfs.url=file:///nonexistent", "-c", "lfs.skipDownloadErrors=true"});
  }
  for (const std::string& setting : options.config)
    spec.argv.insert(spec.argv.end(), {"-c", setting});
  if (!git_dir_.empty()) spec.argv.push_back("--git-dir=" + git_dir_);
  if (!work_tree_.empty()) spec.argv.push_back("--work-tree=" + work_tree_);
  spec.argv.insert(spec.argv.end(), args.begin(), args.end());
  spec.environment = environment(options);
  spec.cwd = !options.cwd.empty() ? options.cwd : !work_tree_.empty() ? work_tree_ : "/";
  spec.time_limit = options.time_limit;
  spec.memory_limit_bytes = options.memory_limit_bytes;
  spec.has_input = !options.input.empty();
  return spec;
}

system::ProcessResult Git::run(const std::vector<std::string>& args, const GitOptions& options) const {
  try {
    system::Process process(spec(args, options));
    process.write(options.input);
    return process.finish();
  } catch (const std::system_error& error) {
    throw WorkspaceError(error.what());
  }
}

std::string Git::must(const std::vector<std::string>& args, const GitOptions& options) const {
  system::ProcessResult result = run(args, options);
  if (result.exit_code != 0 || result.timed_out || result.output_limit) {
    const std::string where = git_dir_.empty() ? options.cwd : git_dir_;
    throw WorkspaceError(describe_failure(args.front(), result) + " [in " + where + "]");
  }
  return std::move(result.out);
}

std::string Git::line(const std::vector<std::string>& args, const GitOptions& options) const {
  std::string text = must(args, options);
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  return text;
}

bool Git::succeeds(const std::vector<std::string>& args, const GitOptions& options) const {
  return run(args, options).exit_code == 0;
}

std::unique_ptr<system::Process> Git::start(const std::vector<std::string>& args,
                                            const GitOptions& options) const {
  system::ProcessSpec fed = spec(args, options);
  fed.has_input = true;
  try {
    return std::make_unique<system::Process>(fed);
  } catch (const std::system_error& error) {
    throw WorkspaceError(error.what());
  }
}

}  // namespace orchestrate::workspaces
