#include "workspaces/guard/set_aside.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "workspaces/tree/folder.h"
#include "workspaces/tree/tree_reader.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

constexpr mode_t kOwnRights = 0700;
constexpr int kFolderFlags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

std::string handle_of(const system::Descriptor& folder) {
  return "/proc/self/fd/" + std::to_string(folder.get());
}

bool open_up(const system::Descriptor& folder) {
  struct stat info {};
  if (fstat(folder.get(), &info) != 0) return false;
  if ((info.st_mode & kOwnRights) != kOwnRights)
    (void)chmod(handle_of(folder).c_str(), (info.st_mode & 07777U) | kOwnRights);
  return true;
}

// Missing folders are made; what we may not enter, list or change is opened.
system::Descriptor folder_below(const system::Descriptor& root, const std::string& path) {
  system::Descriptor at(fcntl(root.get(), F_DUPFD_CLOEXEC, 0));
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string name = path.substr(begin, end - begin);
    if (mkdirat(at.get(), name.c_str(), 0777) != 0 && errno != EEXIST) fail_at(path);
    system::Descriptor next(openat(at.get(), name.c_str(), kFolderFlags));
    if (!next || !open_up(next)) fail_at(path);
    at = std::move(next);
    begin = end + 1;
  }
  return at;
}

}  // namespace

bool is_folder(const Entries& entries, const std::string& name) {
  const auto found = entries.find(name);
  return found != entries.end() && S_ISDIR(found->second.st_mode);
}

std::pair<std::string, std::string> split_path(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {"", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

void fail_at(const std::string& path) {
  throw WorkspaceError("cannot deal with the control files of the workspace: " + path + ": " +
                       std::strerror(errno));
}

SetAside::SetAside(std::string workspace)
    : workspace_(std::move(workspace)), root_(open(workspace_.c_str(), kFolderFlags)) {
  if (!root_ || !open_up(root_)) fail_at(workspace_);
}

system::Descriptor SetAside::folder(const std::string& path) const {
  return folder_below(root_, path);
}

Entries SetAside::list(const std::string& folder) const {
  TreeReader reader(workspace_);
  auto found = reader.list(folder);
  if (!found) {
    (void)this->folder(folder);
    found = reader.list(folder);
  }
  Entries entries;
  if (!found) return entries;
  for (const DirectoryEntry& entry : *found)
    entries.emplace(entry.name, entry.info);
  return entries;
}

std::string SetAside::text(const std::string& path, off_t most) const {
  const auto [above, name] = split_path(path);
  struct stat info {};
  if (fstatat(folder(above).get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return "";
  if (!S_ISREG(info.st_mode) || info.st_size > most) return "";
  return TreeReader(workspace_).read_file(path, static_cast<std::size_t>(info.st_size)).value_or("");
}

bool SetAside::take(const std::string& path) {
  const auto [above, name] = split_path(path);
  const system::Descriptor from = folder(above);
  struct stat info {};
  if (fstatat(from.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return false;
    fail_at(path);
  }
  if (S_ISDIR(info.st_mode)) (void)folder(path);  // a closed folder cannot be moved
  if (!aside_) make_aside();
  const system::Descriptor to = folder_below(aside_, above);
  if (renameat(from.get(), name.c_str(), to.get(), name.c_str()) != 0) fail_at(path);
  return true;
}

void SetAside::write(const std::string& path, const std::string& bytes, bool runs) const {
  const auto [above, name] = split_path(path);
  const system::Descriptor parent = folder(above);
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  if (!system::Descriptor(openat(parent.get(), name.c_str(), flags, runs ? 0777 : 0666))) fail_at(path);
  write_file(handle_of(parent) + '/' + name, bytes);
}

void SetAside::make_aside() {
  std::string path;
  int n = 0;
  do {
    path = workspace_ + "-set-aside-" + std::to_string(++n);
  } while (mkdir(path.c_str(), kOwnRights) != 0 && errno == EEXIST);
  aside_ = system::Descriptor(open(path.c_str(), kFolderFlags));
  if (!aside_) fail_at(path);
}

}  // namespace orchestrate::workspaces
