#include "workspaces/git/base_tree.h"
#include "workspaces/guard/restore.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

// Else `git status` would show the agent files to be committed as deleted.
void tell_git(const std::string& workspace, const BaseTree& base, const std::vector<std::string>& paths) {
  GitOptions options;
  for (const std::string& path : paths) {
    if (base.find(path) != nullptr) options.input += path + '\0';
  }
  if (options.input.empty()) return;
  // The worst of a failure is that the agent commits their deletion, which the snapshot takes back.
  (void)Git(workspace + "/.git", workspace)
      .run({"update-index", "-z", "--skip-worktree", "--stdin"}, options);
}

}  // namespace

Listing hide(const HideRequest& request) {
  const ControlGlobs globs(request.globs);
  if (request.kind == Kind::in_place) return listing(find_control_files(request.workspace, globs));
  const auto paths = take_away(Git(request.results_git), request.workspace, request.base_commit, globs);
  if (request.kind == Kind::clone && request.fresh && !paths.empty())
    tell_git(request.workspace, BaseTree::read(Git(request.results_git), request.base_commit), paths);
  return listing(paths);
}

}  // namespace orchestrate::workspaces
