#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "system/descriptor.h"
#include "workspaces/git/results.h"
#include "workspaces/tree/scan.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr int kDeepest = 64;  // descriptors held open at once

class TreeRemover {
 public:
  TreeRemover(int parent, std::string name) : parent_(parent), name_(std::move(name)) {}

  void run() {
    root_ = open_directory(parent_, name_);
    do {
      moved_up_ = false;
      empty(root_.get(), 0);
    } while (moved_up_);
    if (unlinkat(parent_, name_.c_str(), AT_REMOVEDIR) != 0) fail(name_);
  }

 private:
  // Without all rights on a directory it can be neither listed nor emptied nor moved.
  static system::Descriptor open_directory(int parent, const std::string& name) {
    system::Descriptor directory(openat(parent, name.c_str(), kDirectoryFlags));
    if (!directory && errno == EACCES) {
      const system::Descriptor path(
          openat(parent, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      const std::string handle = "/proc/self/fd/" + std::to_string(path.get());
      if (path && chmod(handle.c_str(), 0700) == 0)
        directory = system::Descriptor(openat(parent, name.c_str(), kDirectoryFlags));
    }
    if (!directory) fail(name);
    fchmod(directory.get(), 0700);
    return directory;
  }

  static std::vector<std::string> names(int directory) {
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(openat(directory, ".", kDirectoryFlags)),
                                                     closedir);
    if (!stream) fail(".");
    std::vector<std::string> names;
    while (const dirent* entry = readdir(stream.get())) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    return names;
  }

  void empty(int directory, int depth) {
    for (const std::string& name : names(directory)) {
      if (unlinkat(directory, name.c_str(), 0) == 0) continue;
      if (errno != EISDIR && errno != EPERM) fail(name);
      const system::Descriptor below = open_directory(directory, name);
      if (depth >= kDeepest) {
        move_up(directory, name);
        continue;
      }
      empty(below.get(), depth + 1);
      if (unlinkat(directory, name.c_str(), AT_REMOVEDIR) != 0) fail(name);
    }
  }

  // A tree may be deeper than there are descriptors: its deep part becomes a new branch at the root.
  void move_up(int directory, const std::string& name) {
    const std::string above = "moved-" + std::to_string(++moves_);
    if (renameat2(directory, name.c_str(), root_.get(), above.c_str(), RENAME_NOREPLACE) == 0) {
      moved_up_ = true;
    } else if (errno == EEXIST) {
      move_up(directory, name);
    } else {
      fail(name);
    }
  }

  [[noreturn]] static void fail(const std::string& name) {
    throw WorkspaceError("cannot remove " + name + ": " + std::strerror(errno));
  }

  int parent_;
  std::string name_;
  system::Descriptor root_;
  bool moved_up_ = false;
  int moves_ = 0;
};

}  // namespace

void remove_tree(const std::string& path) {
  const std::filesystem::path target(path);
  const system::Descriptor parent(open(target.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::string name = target.filename().string();
  if (name.empty() || name == "." || name == "..") throw WorkspaceError("not a folder to remove: " + path);
  struct stat info {};
  if (!parent || fstatat(parent.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return;
    throw WorkspaceError("cannot remove " + path + ": " + std::strerror(errno));
  }
  if (S_ISDIR(info.st_mode)) {
    try {
      TreeRemover(parent.get(), name).run();
    } catch (const WorkspaceError& error) {
      throw WorkspaceError(path + ": " + error.what());
    }
  } else if (unlinkat(parent.get(), name.c_str(), 0) != 0) {
    throw WorkspaceError("cannot remove " + path + ": " + std::strerror(errno));
  }
}

bool remove_if_published(const RemoveRequest& request, std::string& why) {
  const auto missing = [](const std::string& path) {
    struct stat info {};
    return lstat(path.c_str(), &info) != 0 && errno == ENOENT;
  };
  for (const std::string& checkout : request.checkouts) {
    if (!missing(checkout)) remove_tree(contained(request.root, checkout));
  }
  if (request.path.empty() || missing(request.path)) return !request.path.empty();
  const std::string path = contained(request.root, request.path);
  const Git results(request.results_git);
  ScanRequest wanted;
  wanted.workspace = path;
  wanted.parent = commit_of(results, request.ref);
  if (wanted.parent.empty()) {
    why = "nothing of it was published (" + request.ref + " is not set)";
    return false;
  }
  wanted.rules = request.base_commit;
  wanted.ref = "refs/orchestrate/unpublished";
  wanted.text = {"", "What was found when the workspace was to be removed\n"};
  const Scan found = scan(results, wanted);
  if (found.commit != wanted.parent) {
    why = "it holds changes that were not published; they are kept as " + wanted.ref + " in " +
          request.results_git;
    return false;
  }
  if (found.left_out.count() > 0) {
    const LeftOut& first = found.left_out.first().front();
    why = "it holds what no result contains: " + first.path + " (" + first.why + ")";
    return false;
  }
  remove_tree(path);
  return true;
}

}  // namespace orchestrate::workspaces
