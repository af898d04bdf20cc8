#include "workspaces/guard/inner_repositories.h"

#include <algorithm>
#include <climits>
#include <filesystem>
#include <set>
#include <string_view>

#include "workspaces/tree/folder.h"

namespace orchestrate::workspaces {
namespace {

constexpr off_t kLongestConfig = 1 << 20;
constexpr off_t kLongestGitFile = PATH_MAX;
constexpr std::string_view kGitFile = "gitdir: ";

// Names no program, and no other file that could; "*" is any subsection.
const std::set<std::string>& harmless_settings() {
  static const std::set<std::string> names{"branch.*.merge",
                                           "branch.*.rebase",
                                           "branch.*.remote",
                                           "core.autocrlf",
                                           "core.bare",
                                           "core.eol",
                                           "core.filemode",
                                           "core.ignorecase",
                                           "core.logallrefupdates",
                                           "core.precomposeunicode",
                                           "core.repositoryformatversion",
                                           "core.symlinks",
                                           "core.worktree",
                                           "extensions.objectformat",
                                           "lfs.repositoryformatversion",
                                           "remote.*.fetch",
                                           "remote.*.tagopt",
                                           "remote.*.url",
                                           "submodule.*.active",
                                           "submodule.*.url",
                                           "submodule.active",
                                           "user.email",
                                           "user.name"};
  return names;
}

bool is_harmless_setting(std::string_view key) {
  const std::size_t first = key.find('.');
  const std::size_t last = key.rfind('.');
  if (first == std::string_view::npos) return false;
  const std::string inner = first == last ? "" : ".*";
  return harmless_settings().contains(std::string(key.substr(0, first)) + inner +
                                      std::string(key.substr(last)));
}

class InnerRepositories {
 public:
  InnerRepositories(SetAside& tree, const Git& results, bool own)
      : tree_(tree), results_(results), folder_(results.git_dir()), own_(own) {}

  std::vector<std::string> run() {
    std::vector<std::string> folders{""};
    while (!folders.empty()) {
      const std::string folder = std::move(folders.back());
      folders.pop_back();
      look_into(folder, folders);
    }
    for (const std::string& path : files_) {
      if (!kept_.contains(target_of(path))) take(path);
    }
    return {taken_.begin(), taken_.end()};
  }

 private:
  // git opens no path that is longer than PATH_MAX.
  void look_into(const std::string& folder, std::vector<std::string>& next) {
    if (folder.size() >= PATH_MAX) return;
    for (const auto& [name, info] : tree_.list(folder)) {
      std::string path = folder.empty() ? name : folder + '/' + name;
      if (name != ".git") {
        if (S_ISDIR(info.st_mode)) next.push_back(std::move(path));
      } else if (S_ISDIR(info.st_mode)) {
        look_at_repository(path);
      } else if (S_ISREG(info.st_mode)) {
        files_.push_back(path);
      } else {
        take(path);
      }
    }
  }

  void look_at_repository(const std::string& git_dir) {
    const Entries entries = tree_.list(git_dir);
    if (!(own_ && git_dir == ".git") && !is_harmless(git_dir, entries)) return take(git_dir);
    kept_.insert(git_dir);
    if (entries.contains("modules")) look_at_modules(git_dir + "/modules", is_folder(entries, "modules"));
    if (is_folder(entries, "worktrees")) look_at_worktrees(git_dir + "/worktrees");
  }

  // Below it are repositories, also in folders: a submodule's name may hold slashes.
  void look_at_modules(const std::string& path, bool folder) {
    if (!folder || path.size() >= PATH_MAX) return take(path);
    for (const auto& [name, info] : tree_.list(path)) {
      const std::string below = path + '/' + name;
      if (!S_ISDIR(info.st_mode)) continue;
      if (tree_.list(below).contains("HEAD")) {
        look_at_repository(below);
      } else {
        look_at_modules(below, true);
      }
    }
  }

  // A linked worktree has the configuration of its repository.
  void look_at_worktrees(const std::string& path) {
    for (const auto& [name, info] : tree_.list(path)) {
      const std::string worktree = path + '/' + name;
      if (S_ISDIR(info.st_mode) && tree_.text(worktree + "/commondir", kLongestGitFile) == "../..\n" &&
          !tree_.list(worktree).contains("config.worktree")) {
        kept_.insert(worktree);
      }
    }
  }

  [[nodiscard]] bool is_harmless(const std::string& git_dir, const Entries& entries) const {
    if (entries.contains("commondir") || entries.contains("config.worktree")) return false;
    if (entries.contains("hooks")) {
      if (!is_folder(entries, "hooks")) return false;
      for (const auto& [name, info] : tree_.list(git_dir + "/hooks")) {
        if (!name.ends_with(".sample")) return false;
      }
    }
    return !entries.contains("config") || is_harmless_config(tree_.text(git_dir + "/config", kLongestConfig));
  }

  [[nodiscard]] bool is_harmless_config(const std::string& text) const {
    const std::string copy = folder_.path() + "/config";
    write_file(copy, text);
    const system::ProcessResult read =
        results_.run({"config", "--file", copy, "--no-includes", "--name-only", "-z", "--list"});
    if (text.empty() || read.exit_code != 0) return false;
    for (std::string_view rest = read.out; !rest.empty();) {
      const std::string_view key = rest.substr(0, rest.find('\0'));
      if (!is_harmless_setting(key)) return false;
      rest.remove_prefix(std::min(rest.size(), key.size() + 1));
    }
    return true;
  }

  // What a .git file names, as a path of the workspace; empty: something elsewhere.
  [[nodiscard]] std::string target_of(const std::string& file) const {
    std::string text = tree_.text(file, kLongestGitFile);
    if (!text.starts_with(kGitFile)) return "";
    text = text.substr(kGitFile.size(), text.find('\n') - kGitFile.size());
    const std::filesystem::path folder = tree_.workspace() + '/' + split_path(file).first;
    const std::string target = (folder / text).lexically_normal().string();
    const std::string root = tree_.workspace() + '/';
    return target.starts_with(root) ? target.substr(root.size()) : "";
  }

  void take(const std::string& path) {
    if (tree_.take(path)) taken_.insert(path);
  }

  SetAside& tree_;
  const Git& results_;
  TemporaryFolder folder_;
  bool own_;
  std::vector<std::string> files_;  // .git files
  std::set<std::string> kept_;
  std::set<std::string> taken_;
};

}  // namespace

std::vector<std::string> disarm_inner(SetAside& workspace, const Git& results, bool own) {
  return InnerRepositories(workspace, results, own).run();
}

}  // namespace orchestrate::workspaces
