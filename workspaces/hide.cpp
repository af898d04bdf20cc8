#include <algorithm>

#include "workspaces/base_tree.h"
#include "workspaces/restore.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

constexpr std::size_t kListed = 20;
constexpr std::size_t kNameBytes = 200;

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

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names)
    text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

Hidden hide(const HideRequest& request) {
  const ControlGlobs globs(request.globs);
  const bool ours = request.kind != Kind::in_place;
  const auto paths = ours ? take_away(Git(request.results_git), request.workspace, request.base_commit, globs)
                          : find_control_files(request.workspace, globs);
  Hidden hidden;
  hidden.count = static_cast<std::int64_t>(paths.size());
  for (std::size_t i = 0; i < std::min(paths.size(), kListed); ++i)
    hidden.names.push_back(paths[i].substr(0, kNameBytes));
  if (!ours && !paths.empty()) throw WorkspaceError(listed(hidden.names));
  if (request.kind == Kind::clone && request.fresh && !paths.empty()) {
    tell_git(request.workspace, BaseTree::read(Git(request.results_git), request.base_commit), paths);
  }
  return hidden;
}

}  // namespace orchestrate::workspaces
