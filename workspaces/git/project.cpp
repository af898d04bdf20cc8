#include "workspaces/git/project.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>
#include <utility>

#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

// The owner named this folder, so that it belongs to somebody else is no reason to refuse it.
GitOptions at(const std::string& path) {
  GitOptions options;
  options.cwd = path;
  options.config = {"safe.directory=*"};
  return options;
}

bool is_hex(const std::string& text) {
  return text.size() >= 7 && text.size() <= 40 &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
}

struct Layout {
  std::string git_dir;
  std::string common_dir;
  std::string format;
  std::string prefix;  // not empty: below the top of the repository
};

std::optional<Layout> layout(const std::string& path) {
  if (path.empty() || path.front() != '/' || path.find('\n') != std::string::npos) {
    throw WorkspaceError("the project's path must be absolute and on one line: " + path);
  }
  const Git git("");
  require_git_version(git.line({"--version"}));
  const system::ProcessResult found = git.run({"rev-parse", "--path-format=absolute", "--absolute-git-dir",
                                               "--git-common-dir", "--show-object-format", "--show-prefix"},
                                              at(path));
  if (found.exit_code != 0) return std::nullopt;
  Layout layout;
  std::istringstream lines(found.out);
  std::getline(lines, layout.git_dir);
  std::getline(lines, layout.common_dir);
  std::getline(lines, layout.format);
  std::getline(lines, layout.prefix);
  if (layout.format != "sha1") {
    throw WorkspaceError(path + " is a git repository with " + layout.format +
                         " object names; only SHA-1 repositories are supported");
  }
  return layout;
}

void refuse_partial_clone(const Project& project) {
  if (!project.git().succeeds({"config", "--get", "extensions.partialClone"})) return;
  throw WorkspaceError(project.path() +
                       " is a partial clone, which lacks files that a workspace needs: run\n  git -C " +
                       project.path() + " fetch --refetch --no-filter && git -C " + project.path() +
                       " config --unset extensions.partialClone");
}

}  // namespace

Project::Project(std::string path, std::string git_dir, std::string common_dir)
    : path_(std::move(path)), common_dir_(std::move(common_dir)), git_(std::move(git_dir)) {}

std::optional<Project> Project::find(const std::string& path) {
  const auto found = layout(path);
  if (!found || !found->prefix.empty()) return std::nullopt;
  return Project(path, found->git_dir, found->common_dir);
}

Project Project::open(const std::string& path) {
  const auto found = layout(path);
  if (!found) {
    throw WorkspaceError(
        path +
        " is not a git repository: run `git init` and commit there, or choose a workspace of kind in_place or scratch");
  }
  if (!found->prefix.empty()) {
    throw WorkspaceError(
        path + " is a folder inside a repository: name the repository's top folder (without the trailing \"" +
        found->prefix + "\") as the project");
  }
  Project project(path, found->git_dir, found->common_dir);
  refuse_partial_clone(project);
  return project;
}

std::string Project::commit_or_empty(const std::string& ref) const {
  const system::ProcessResult result =
      git_.run({"rev-parse", "--verify", "--quiet", "--end-of-options", ref + "^{commit}"});
  return result.exit_code == 0 ? result.out.substr(0, result.out.find('\n')) : "";
}

std::string Project::head_commit() const {
  return commit_or_empty("HEAD");
}

Project::Base Project::resolve_head() const {
  const system::ProcessResult symbolic = git_.run({"symbolic-ref", "--quiet", "HEAD"});
  if (symbolic.exit_code != 0) {
    throw WorkspaceError(
        "HEAD of " + path_ +
        " is detached: say which branch or commit to start from (base = \"...\"), or switch to a branch");
  }
  constexpr std::string_view kHeads = "refs/heads/";
  std::string branch = symbolic.out.substr(0, symbolic.out.find('\n'));
  std::string commit = commit_or_empty(branch);
  if (branch.starts_with(kHeads)) branch.erase(0, kHeads.size());
  if (commit.empty()) {
    throw WorkspaceError(path_ + " has no commit on its branch " + branch +
                         " yet: make a first commit, so that there is something to start from");
  }
  return {std::move(commit), std::move(branch)};
}

Project::Base Project::resolve(const std::string& name) const {
  if (name.empty() || name == "HEAD") return resolve_head();
  for (const char* space : {"refs/heads/", "refs/remotes/", "refs/tags/"}) {
    std::string commit = commit_or_empty(space + name);
    if (commit.empty()) continue;
    return {std::move(commit), std::string_view(space) == "refs/heads/" ? name : ""};
  }
  if (is_hex(name) || name.starts_with("refs/")) {
    std::string commit = commit_or_empty(name);
    if (!commit.empty()) return {std::move(commit), ""};
  }
  throw WorkspaceError(path_ + " has no branch, tag or commit \"" + name +
                       "\" to start from: correct base, or run `git -C " + path_ +
                       " branch -a` to see what there is");
}

std::string Project::checked_out_at(const std::string& branch) const {
  const std::string listing = git_.must({"worktree", "list", "--porcelain", "-z"});
  const std::string wanted = "branch refs/heads/" + branch;
  std::string folder;
  std::string hit;
  for (std::string_view rest = listing; !rest.empty();) {
    const std::string_view field = rest.substr(0, rest.find('\0'));
    if (field.starts_with("worktree ")) folder = field.substr(9);
    if (field == wanted) hit = folder;
    // Its folder is gone: nobody can have files there that would be left behind.
    if (field.starts_with("prunable") && hit == folder) hit.clear();
    rest.remove_prefix(std::min(rest.size(), field.size() + 1));
  }
  return hit;
}

std::vector<Setting> Project::allowed_settings() const {
  GitOptions options;
  options.owner_settings = true;
  const system::ProcessResult result = git_.run(
      {"config", "-z", "--get-regexp", R"(^(user\.(name|email)|filter\.lfs\.[a-z]+|core\.(autocrlf|eol))$)"},
      options);
  std::vector<Setting> settings;
  for (std::string_view rest = result.out; !rest.empty();) {
    const std::string_view record = rest.substr(0, rest.find('\0'));
    const std::size_t newline = record.find('\n');
    rest.remove_prefix(std::min(rest.size(), record.size() + 1));
    if (newline == std::string_view::npos) continue;
    Setting setting{std::string(record.substr(0, newline)), std::string(record.substr(newline + 1))};
    std::erase_if(settings, [&](const Setting& earlier) { return earlier.key == setting.key; });
    settings.push_back(std::move(setting));
  }
  return settings;
}

}  // namespace orchestrate::workspaces
