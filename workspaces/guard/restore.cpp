#include "workspaces/guard/restore.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <utility>

#include "workspaces/git/base_tree.h"
#include "workspaces/guard/set_aside.h"
#include "workspaces/tree/folder.h"
#include "workspaces/tree/tree_reader.h"

namespace orchestrate::workspaces {
namespace {

constexpr std::size_t kDeepest = 200;

// The control files of the base, as files in a folder of ours.
class Originals {
 public:
  Originals(const Git& results, const std::string& commit, const BaseTree& wanted)
      : folder_(results.git_dir()), tree_(folder_.path() + "/tree") {
    if (!folder_.make_folder("tree")) fail_at(tree_);
    if (!wanted.entries().empty()) check_out(Git(results.git_dir(), tree_), commit, wanted);
  }

  // The bytes of a file or the target of a symlink.
  [[nodiscard]] std::string read(const std::string& path) const {
    TreeReader reader(tree_);
    struct stat info {};
    if (lstat((tree_ + '/' + path).c_str(), &info) != 0) fail_at(path);
    const auto bytes = S_ISLNK(info.st_mode) ? reader.read_link(path)
                                             : reader.read_file(path, static_cast<std::size_t>(info.st_size));
    if (!bytes) fail_at(path);
    return *bytes;
  }

 private:
  void check_out(const Git& git, const std::string& commit, const BaseTree& wanted) const {
    GitOptions options;
    options.offline_lfs = true;
    options.environment = {"GIT_INDEX_FILE=" + folder_.path() + "/index"};
    git.must({"read-tree", commit}, options);
    for (const auto& [path, entry] : wanted.entries())
      options.input += path + '\0';
    git.must({"checkout-index", "-q", "-z", "--stdin"}, options);
  }

  TemporaryFolder folder_;
  std::string tree_;
};

enum class Wanted { as_in_base, none };

class Restorer {
 public:
  Restorer(const Git& results, SetAside& tree, const std::string& commit, const ControlGlobs& globs,
           Wanted files)
      : tree_(tree),
        globs_(globs),
        files_(files),
        base_(BaseTree::read(results, commit)),
        wanted_(wanted()),
        originals_(results, commit, wanted_),
        reader_(tree.workspace()) {}

  std::vector<std::string> run() {
    std::vector<std::string> level{""};
    for (std::size_t depth = 0; !level.empty(); ++depth) {
      std::vector<std::string> next;
      for (const std::string& folder : level)
        look_into(folder, depth, next);
      level = std::move(next);
    }
    if (files_ == Wanted::as_in_base) write_back_missing();
    return {touched_.begin(), touched_.end()};
  }

  void bring_back() {
    for (const auto& [path, entry] : wanted_.entries()) {
      try {
        write_back(path, entry.mode);
      } catch (const WorkspaceError&) {  // NOLINT(bugprone-empty-catch): its place is taken
      }
    }
  }

 private:
  void write_back_missing() {
    for (const auto& [path, entry] : wanted_.entries()) {
      if (!kept_.contains(path)) write_back(path, entry.mode);
    }
  }

  [[nodiscard]] BaseTree wanted() const {
    BaseTree wanted;
    for (const auto& [path, entry] : base_.entries()) {
      if (entry.mode != kGitlinkMode && globs_.match_file(path)) wanted.add(path, entry);
    }
    return wanted;
  }

  void look_into(const std::string& folder, std::size_t depth, std::vector<std::string>& next) {
    auto entries = reader_.list(folder);
    if (!entries) {
      (void)tree_.folder(folder);
      entries = reader_.list(folder);
    }
    if (!entries) return;  // not ours: no agent of this user can read there either
    for (const DirectoryEntry& entry : *entries) {
      std::string path = folder.empty() ? entry.name : folder + '/' + entry.name;
      if (path == ".git") continue;
      if (!S_ISDIR(entry.info.st_mode)) {
        look_at_file(path, entry.info);
      } else if (in_the_way(path) || (depth >= kDeepest && !base_.has_directory(path))) {
        set_aside(path);
      } else {
        next.push_back(std::move(path));
      }
    }
  }

  [[nodiscard]] bool in_the_way(const std::string& folder) const {
    const TreeEntry* known = base_.find(folder);
    if (known != nullptr && known->mode == kGitlinkMode) return false;
    return wanted_.find(folder) != nullptr || (!base_.has_directory(folder) && globs_.match(folder));
  }

  void look_at_file(const std::string& path, const struct stat& info) {
    if (!globs_.match_file(path) && !wanted_.has_directory(path)) return;
    if (is_original(path, info)) {
      keep(path);
    } else {
      set_aside(path);
    }
  }

  void keep(const std::string& path) {
    if (files_ == Wanted::as_in_base) {
      kept_.insert(path);
      return;
    }
    touched_.insert(path);
    auto [folder, name] = split_path(path);
    if (unlinkat(tree_.folder(folder).get(), name.c_str(), 0) != 0) fail_at(path);
    // An empty folder would still say that something was there.
    while (!folder.empty()) {
      const auto [above, last] = split_path(folder);
      if (unlinkat(tree_.folder(above).get(), last.c_str(), AT_REMOVEDIR) != 0) return;
      folder = above;
    }
  }

  [[nodiscard]] bool is_original(const std::string& path, const struct stat& info) {
    const TreeEntry* known = wanted_.find(path);
    if (known == nullptr) return false;
    if (known->mode == kSymlinkMode)
      return S_ISLNK(info.st_mode) && reader_.read_link(path) == originals_.read(path);
    const bool runs = (info.st_mode & S_IXUSR) != 0;
    if (!S_ISREG(info.st_mode) || runs != ((known->mode & S_IXUSR) != 0)) return false;
    const std::string bytes = originals_.read(path);
    return static_cast<std::size_t>(info.st_size) == bytes.size() &&
           reader_.read_file(path, bytes.size()) == bytes;
  }

  void set_aside(const std::string& path) {
    if (tree_.take(path)) touched_.insert(path);
  }

  void write_back(const std::string& path, unsigned mode) {
    const std::string bytes = originals_.read(path);
    touched_.insert(path);
    if (mode != kSymlinkMode) return tree_.write(path, bytes, (mode & S_IXUSR) != 0);
    const auto [folder, name] = split_path(path);
    if (symlinkat(bytes.c_str(), tree_.folder(folder).get(), name.c_str()) != 0) fail_at(path);
  }

  SetAside& tree_;
  const ControlGlobs& globs_;
  Wanted files_;
  BaseTree base_;
  BaseTree wanted_;
  Originals originals_;
  TreeReader reader_;
  std::set<std::string> kept_;     // as in the base
  std::set<std::string> touched_;  // were not
};

}  // namespace

std::vector<std::string> restore(const Git& results, SetAside& workspace, const std::string& commit,
                                 const ControlGlobs& globs) {
  if (globs.empty()) return {};
  return Restorer(results, workspace, commit, globs, Wanted::as_in_base).run();
}

std::vector<std::string> take_away(const Git& results, const std::string& workspace,
                                   const std::string& commit, const ControlGlobs& globs) {
  if (globs.empty()) return {};
  SetAside tree(workspace);
  return Restorer(results, tree, commit, globs, Wanted::none).run();
}

void bring_back(const Git& results, const std::string& workspace, const std::string& commit,
                const ControlGlobs& globs) {
  if (globs.empty()) return;
  SetAside tree(workspace);
  Restorer(results, tree, commit, globs, Wanted::as_in_base).bring_back();
}

std::vector<std::string> find_control_files(const std::string& workspace, const ControlGlobs& globs) {
  TreeReader reader(workspace);
  std::vector<std::string> found;
  std::vector<std::string> folders{""};
  while (!folders.empty()) {
    const std::string folder = std::move(folders.back());
    folders.pop_back();
    const auto entries = reader.list(folder);
    if (!entries) continue;
    for (const DirectoryEntry& entry : *entries) {
      std::string path = folder.empty() ? entry.name : folder + '/' + entry.name;
      if (path == ".git") continue;
      if (!S_ISDIR(entry.info.st_mode)) {
        if (globs.match_file(path)) found.push_back(std::move(path));
      } else if (std::count(path.begin(), path.end(), '/') < static_cast<std::ptrdiff_t>(kDeepest)) {
        folders.push_back(std::move(path));
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace orchestrate::workspaces
