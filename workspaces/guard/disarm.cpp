#include "workspaces/guard/disarm.h"

#include <sys/stat.h>

#include <algorithm>

namespace orchestrate::workspaces {
namespace {

constexpr off_t kLongestHead = 4096;
constexpr std::size_t kIdDigits = 40;

// gitrepository-layout(5). The list of an interrupted rebase may hold commands ("exec"); branches and remotes
// name where a push goes.
constexpr const char* kActing[] = {".git/branches", ".git/commondir", ".git/config.worktree", ".git/remotes",
                                   ".git/rebase-merge"};

bool names_commit_or_ref(const std::string& head) {
  if (head.starts_with("ref: refs/")) return true;
  return head.size() >= kIdDigits && head.find_first_not_of("0123456789abcdef") >= kIdDigits;
}

}  // namespace

bool holds_repository(const SetAside& workspace) {
  if (!is_folder(workspace.list(""), ".git")) return false;
  const Entries git_dir = workspace.list(".git");
  return is_folder(git_dir, "objects") && is_folder(git_dir, "refs") &&
         names_commit_or_ref(workspace.text(".git/HEAD", kLongestHead));
}

std::vector<std::string> disarm(SetAside& workspace, const std::string& config) {
  std::vector<std::string> changed;
  const auto take = [&](const std::string& path) {
    if (workspace.take(path)) changed.push_back(path);
  };
  for (const char* path : kActing)
    take(path);
  const Entries git_dir = workspace.list(".git");
  take(is_folder(git_dir, "info") ? ".git/info/attributes" : ".git/info");
  if (!is_folder(git_dir, "hooks") || !workspace.list(".git/hooks").empty()) take(".git/hooks");
  for (const char* folder : {".git/info", ".git/hooks", ".git/objects", ".git/refs"})
    (void)workspace.folder(folder);
  if (workspace.text(".git/config", static_cast<off_t>(config.size())) != config) {
    (void)workspace.take(".git/config");
    workspace.write(".git/config", config);
    changed.emplace_back(".git/config");
  }
  std::sort(changed.begin(), changed.end());
  return changed;
}

}  // namespace orchestrate::workspaces
