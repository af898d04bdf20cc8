#include "workspaces/tree/folder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "system/descriptor.h"
#include "system/files.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

constexpr std::size_t kLargestFile = 64 << 20;

// False: it cannot be opened. Throws when it cannot be written whole.
bool write_there(const std::string& path, std::string_view bytes) {
  const system::Descriptor file =
      system::open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK);
  if (!file) return false;
  if (system::write_all(file.get(), bytes) == bytes.size()) return true;
  throw WorkspaceError("cannot write " + path + ": " + std::strerror(errno));
}

bool climbs(const std::filesystem::path& relative) {
  for (const auto& part : relative) {
    if (part == ".." || part == "/") return true;
  }
  return false;
}

}  // namespace

void make_private_folders(const std::string& path) {
  try {
    system::make_private_folders(path);
  } catch (const std::system_error& error) {
    throw WorkspaceError(error.what());
  }
}

void write_file(const std::string& path, std::string_view bytes) {
  if (!write_there(path, bytes)) throw WorkspaceError("cannot write " + path + ": " + std::strerror(errno));
}

std::string file_text(const std::string& path) {
  const system::FileText file = system::read_file(path, kLargestFile, system::Links::follow);
  if (file || file.absent()) return file.text;
  throw WorkspaceError("cannot read " + path + ": " + file.why());
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
  return write_there(path_ + '/' + relative, bytes);
}

bool TemporaryFolder::make_folder(const std::string& relative) const {
  if (climbs(relative)) return false;
  std::error_code failure;
  std::filesystem::create_directories(path_ + '/' + relative, failure);
  return !failure;
}

}  // namespace orchestrate::workspaces
