#include "workspaces/restore.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <set>
#include <utility>

#include "workspaces/base_tree.h"
#include "workspaces/folder.h"
#include "workspaces/tree_reader.h"

namespace orchestrate::workspaces {
namespace {

constexpr std::size_t kDeepest = 200;
constexpr mode_t kOwnRights = 0700;
constexpr int kFolderFlags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

using Globs = std::vector<std::string>;

bool matches(const Globs& globs, const std::string& path) {
  return std::any_of(globs.begin(), globs.end(), [&path](const std::string& glob) {
    return fnmatch(glob.c_str(), path.c_str(), FNM_CASEFOLD) == 0;
  });
}

// Where a symlink could stand in for a folder of control files: ".claude" of ".claude/**". Not "**" of
// "**/CLAUDE.md": every symlink would be one.
Globs folders_of(const Globs& globs) {
  Globs folders;
  for (const std::string& glob : globs) {
    for (std::size_t slash = glob.find('/'); slash != std::string::npos; slash = glob.find('/', slash + 1)) {
      std::string folder = glob.substr(0, slash);
      if (folder.find_first_not_of("*/") != std::string::npos) folders.push_back(std::move(folder));
    }
  }
  return folders;
}

std::pair<std::string, std::string> split(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {"", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

[[noreturn]] void fail(const std::string& what) {
  throw WorkspaceError("cannot put back the control files of the base: " + what + ": " +
                       std::strerror(errno));
}

std::string handle_of(const Descriptor& folder) {
  return "/proc/self/fd/" + std::to_string(folder.get());
}

// Missing folders are made; what we may not enter, list or change is opened.
Descriptor folder_below(int root, const std::string& path) {
  Descriptor at(fcntl(root, F_DUPFD_CLOEXEC, 0));
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string name = path.substr(begin, end - begin);
    if (mkdirat(at.get(), name.c_str(), 0777) != 0 && errno != EEXIST) fail(path);
    Descriptor next(openat(at.get(), name.c_str(), kFolderFlags));
    struct stat info {};
    if (!next || fstat(next.get(), &info) != 0) fail(path);
    if ((info.st_mode & kOwnRights) != kOwnRights)
      (void)chmod(handle_of(next).c_str(), (info.st_mode & 07777U) | kOwnRights);
    at = std::move(next);
    begin = end + 1;
  }
  return at;
}

// The control files of the base, as files in a folder of ours.
class Originals {
 public:
  Originals(const Git& results, const std::string& commit, const BaseTree& wanted)
      : folder_(results.git_dir()), tree_(folder_.path() + "/tree") {
    if (!folder_.make_folder("tree")) fail(tree_);
    if (!wanted.entries().empty()) check_out(Git(results.git_dir(), tree_), commit, wanted);
  }

  // The bytes of a file or the target of a symlink.
  [[nodiscard]] std::string read(const std::string& path) const {
    TreeReader reader(tree_);
    struct stat info {};
    if (lstat((tree_ + '/' + path).c_str(), &info) != 0) fail(path);
    const auto bytes = S_ISLNK(info.st_mode) ? reader.read_link(path)
                                             : reader.read_file(path, static_cast<std::size_t>(info.st_size));
    if (!bytes) fail(path);
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

class Restorer {
 public:
  Restorer(const Git& results, const std::string& workspace, const std::string& commit, const Globs& globs)
      : workspace_(workspace),
        globs_(globs),
        folders_(folders_of(globs)),
        base_(BaseTree::read(results, commit)),
        wanted_(wanted()),
        originals_(results, commit, wanted_),
        reader_(workspace),
        root_(open(workspace.c_str(), kFolderFlags)) {
    if (!root_) fail(workspace);
  }

  std::vector<std::string> run() {
    std::vector<std::string> level{""};
    for (std::size_t depth = 0; !level.empty(); ++depth) {
      std::vector<std::string> next;
      for (const std::string& folder : level)
        look_into(folder, depth, next);
      level = std::move(next);
    }
    for (const auto& [path, entry] : wanted_.entries()) {
      if (!kept_.contains(path)) write_back(path, entry.mode);
    }
    return {touched_.begin(), touched_.end()};
  }

 private:
  [[nodiscard]] bool is_control(const std::string& path) const {
    return matches(globs_, path) || matches(folders_, path);
  }

  [[nodiscard]] BaseTree wanted() const {
    BaseTree wanted;
    for (const auto& [path, entry] : base_.entries()) {
      if (entry.mode != kGitlinkMode && is_control(path)) wanted.add(path, entry);
    }
    return wanted;
  }

  void look_into(const std::string& folder, std::size_t depth, std::vector<std::string>& next) {
    auto entries = reader_.list(folder);
    if (!entries) {
      (void)folder_below(root_.get(), folder);
      entries = reader_.list(folder);
    }
    if (!entries) return;  // not ours: no agent of this user can read there either
    for (const DirectoryEntry& entry : *entries) {
      std::string path = folder.empty() ? entry.name : folder + '/' + entry.name;
      if (path == ".git") continue;
      if (!S_ISDIR(entry.info.st_mode)) {
        look_at_file(path, entry.info);
      } else if (in_the_way(path) || (depth >= kDeepest && !base_.has_directory(path))) {
        (void)folder_below(root_.get(), path);  // or it could not be moved
        set_aside(path);
      } else {
        next.push_back(std::move(path));
      }
    }
  }

  [[nodiscard]] bool in_the_way(const std::string& folder) const {
    const TreeEntry* known = base_.find(folder);
    if (known != nullptr && known->mode == kGitlinkMode) return false;
    return wanted_.find(folder) != nullptr || (!base_.has_directory(folder) && matches(globs_, folder));
  }

  void look_at_file(const std::string& path, const struct stat& info) {
    if (!is_control(path) && !wanted_.has_directory(path)) return;
    if (is_original(path, info)) {
      kept_.insert(path);
    } else {
      set_aside(path);
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
    if (!aside_) make_aside();
    const auto [folder, name] = split(path);
    const Descriptor from = folder_below(root_.get(), folder);
    const Descriptor to = folder_below(aside_.get(), folder);
    if (renameat(from.get(), name.c_str(), to.get(), name.c_str()) != 0) fail(path);
    touched_.insert(path);
  }

  void make_aside() {
    std::string path;
    int n = 0;
    do {
      path = workspace_ + "-set-aside-" + std::to_string(++n);
    } while (mkdir(path.c_str(), kOwnRights) != 0 && errno == EEXIST);
    aside_ = Descriptor(open(path.c_str(), kFolderFlags));
    if (!aside_) fail(path);
  }

  void write_back(const std::string& path, unsigned mode) {
    const auto [folder, name] = split(path);
    const Descriptor parent = folder_below(root_.get(), folder);
    const std::string bytes = originals_.read(path);
    touched_.insert(path);
    if (mode == kSymlinkMode) {
      if (symlinkat(bytes.c_str(), parent.get(), name.c_str()) != 0) fail(path);
      return;
    }
    const mode_t rights = (mode & S_IXUSR) != 0 ? 0777 : 0666;
    if (!Descriptor(openat(parent.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, rights)))
      fail(path);
    write_file(handle_of(parent) + '/' + name, bytes);
  }

  std::string workspace_;
  const Globs& globs_;
  Globs folders_;
  BaseTree base_;
  BaseTree wanted_;
  Originals originals_;
  TreeReader reader_;
  Descriptor root_;
  Descriptor aside_;
  std::set<std::string> kept_;     // as in the base
  std::set<std::string> touched_;  // were not
};

}  // namespace

std::vector<std::string> restore(const Git& results, const std::string& workspace, const std::string& commit,
                                 const std::vector<std::string>& globs) {
  if (globs.empty()) return {};
  return Restorer(results, workspace, commit, globs).run();
}

}  // namespace orchestrate::workspaces
