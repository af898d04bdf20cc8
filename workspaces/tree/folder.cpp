#include "workspaces/tree/folder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "system/descriptor.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

bool write_all(const std::string& path, std::string_view bytes) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return false;
  while (!bytes.empty()) {
    const ssize_t count = write(file.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw WorkspaceError("cannot write " + path + ": " + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool climbs(const std::filesystem::path& relative) {
  for (const auto& part : relative) {
    if (part == ".." || part == "/") return true;
  }
  return false;
}

}  // namespace

void make_private_folders(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0) return;
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    mkdir(path.substr(0, slash).c_str(), 0700);
  }
  struct stat info {};
  if (mkdir(path.c_str(), 0700) == 0) return;
  const int error = errno;
  if (stat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
    throw WorkspaceError("cannot make the folder " + path + ": " + std::strerror(error));
  }
}

void write_file(const std::string& path, std::string_view bytes) {
  if (!write_all(path, bytes)) throw WorkspaceError("cannot write " + path + ": " + std::strerror(errno));
}

TemporaryFolder::TemporaryFolder(const std::string& parent) : path_(parent + "/tmp-XXXXXX") {
  if (mkdtemp(path_.data()) == nullptr) {
    throw WorkspaceError("cannot make a folder in " + parent + ": " + std::strerror(errno));
  }
}

TemporaryFolder::~TemporaryFolder() {
  try {
    remove_tree(path_);
  } catch (const WorkspaceError&) {
    // It holds copies only, and lies inside a folder that is removed with its task.
  }
}

bool TemporaryFolder::put(const std::string& relative, std::string_view bytes) const {
  const std::filesystem::path parent = std::filesystem::path(relative).parent_path();
  if (climbs(relative) || (!parent.empty() && !make_folder(parent.string()))) return false;
  return write_all(path_ + '/' + relative, bytes);
}

bool TemporaryFolder::make_folder(const std::string& relative) const {
  if (climbs(relative)) return false;
  std::error_code failure;
  std::filesystem::create_directories(path_ + '/' + relative, failure);
  return !failure;
}

}  // namespace orchestrate::workspaces
