#include "workspaces/tree/tree_reader.h"

#include <dirent.h>
#include <fcntl.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <memory>
#include <utility>

namespace orchestrate::workspaces {
namespace {

constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

[[noreturn]] void moved(const std::string& path) {
  throw StillWriting(path +
                     " changed while it was read: some process still writes in the workspace. End it, "
                     "then try again");
}

[[noreturn]] void failed(const std::string& path) {
  if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP) moved(path);
  throw WorkspaceError("cannot read " + path + ": " + std::strerror(errno));
}

std::string base_name(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

}  // namespace

TreeReader::TreeReader(std::string root)
    : root_(std::move(root)), root_fd_(open(root_.c_str(), kDirectoryFlags)) {
  if (!root_fd_) {
    throw WorkspaceError("cannot open the workspace " + root_ + " as a folder: " + std::strerror(errno));
  }
  current_fd_ = system::Descriptor(fcntl(root_fd_.get(), F_DUPFD_CLOEXEC, 0));
}

bool TreeReader::enter(const std::string& directory) {
  if (directory == current_ && current_fd_) return true;
  current_fd_.reset();
  system::Descriptor at(fcntl(root_fd_.get(), F_DUPFD_CLOEXEC, 0));
  for (std::size_t begin = 0; begin < directory.size();) {
    const std::size_t end = std::min(directory.find('/', begin), directory.size());
    system::Descriptor next(openat(at.get(), directory.substr(begin, end - begin).c_str(), kDirectoryFlags));
    if (!next && errno == EACCES) return false;
    if (!next) failed(root_ + '/' + directory);
    at = std::move(next);
    begin = end + 1;
  }
  current_ = directory;
  current_fd_ = std::move(at);
  return true;
}

bool TreeReader::enter_parent(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return enter(slash == std::string::npos ? "" : path.substr(0, slash));
}

std::optional<std::vector<DirectoryEntry>> TreeReader::list(const std::string& directory) {
  if (!enter(directory)) return std::nullopt;
  const int again = openat(current_fd_.get(), ".", kDirectoryFlags);
  if (again < 0) {
    if (errno == EACCES) return std::nullopt;
    failed(root_ + '/' + directory);
  }
  struct stat own {};
  if (fstat(again, &own) == 0) seen_.emplace_back(directory, stamp_of(own));
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(again), closedir);
  std::vector<DirectoryEntry> entries;
  while (const dirent* found = readdir(stream.get())) {
    DirectoryEntry entry{found->d_name, {}};
    if (entry.name == "." || entry.name == "..") continue;
    if (fstatat(current_fd_.get(), found->d_name, &entry.info, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == EACCES) return std::nullopt;
      failed(root_ + '/' + directory + '/' + entry.name);
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::optional<std::string> TreeReader::read_file(const std::string& path, std::size_t expected_bytes) {
  if (!enter_parent(path)) return std::nullopt;
  const system::Descriptor file(openat(current_fd_.get(), base_name(path).c_str(),
                                       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file && (errno == EACCES || errno == EPERM)) return std::nullopt;
  struct stat info {};
  if (!file || fstat(file.get(), &info) != 0) failed(root_ + '/' + path);
  if (!S_ISREG(info.st_mode)) moved(root_ + '/' + path);
  // One byte of room more than there should be, so that a file that grew shows itself.
  std::string bytes(expected_bytes + 1, '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t count = read(file.get(), bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) failed(root_ + '/' + path);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size != expected_bytes) moved(root_ + '/' + path);
  seen_.emplace_back(path, stamp_of(info));
  bytes.resize(size);
  return bytes;
}

std::optional<std::string> TreeReader::read_link(const std::string& path) {
  if (!enter_parent(path)) return std::nullopt;
  std::string target(PATH_MAX, '\0');
  const ssize_t count = readlinkat(current_fd_.get(), base_name(path).c_str(), target.data(), target.size());
  if (count < 0) failed(root_ + '/' + path);
  target.resize(static_cast<std::size_t>(count));
  return target;
}

TreeReader::Stamp TreeReader::stamp_of(const struct stat& info) {
  return {info.st_size, info.st_ctim.tv_sec * 1'000'000'000L + info.st_ctim.tv_nsec};
}

void TreeReader::require_unchanged() {
  for (const auto& [path, stamp] : seen_) {
    struct stat now {};
    const std::string name = path.empty() ? "." : base_name(path);
    if (!enter_parent(path) || fstatat(current_fd_.get(), name.c_str(), &now, AT_SYMLINK_NOFOLLOW) != 0 ||
        stamp_of(now) != stamp) {
      moved(root_ + '/' + path);
    }
  }
}

}  // namespace orchestrate::workspaces
