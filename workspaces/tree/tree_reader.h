// Reads a directory tree that an agent wrote, by descriptors: no component of a path is ever followed through
// a symlink, and nothing that is not a regular file is ever opened for reading (a FIFO would hang).
//
// The caller promises that no process writes there any more; what vanishes or changes meanwhile is a
// StillWriting. Times of change (ctime) tell: no process can set them back.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "system/descriptor.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {

struct DirectoryEntry {
  std::string name;
  struct stat info {};
};

class StillWriting : public WorkspaceError {
 public:
  using WorkspaceError::WorkspaceError;
};

class TreeReader {
 public:
  // Throws when `root` is not a directory or is a symlink.
  explicit TreeReader(std::string root);

  [[nodiscard]] const std::string& root() const { return root_; }

  // In no particular order; "" is the root. nullopt: we may not read it.
  [[nodiscard]] std::optional<std::vector<DirectoryEntry>> list(const std::string& directory);

  // The bytes of a regular file, or the target of a symlink. nullopt: we may not read it.
  [[nodiscard]] std::optional<std::string> read_file(const std::string& path, std::size_t expected_bytes);
  [[nodiscard]] std::optional<std::string> read_link(const std::string& path);

  // Looks again at every folder listed and every file read: all of it was there at this one moment.
  void require_unchanged();

 private:
  // What changes with a file's bytes or a folder's names. A file that takes another's place changes its
  // folder.
  struct Stamp {
    off_t size = 0;
    std::int64_t changed_ns = 0;
    bool operator==(const Stamp&) const = default;
  };
  static Stamp stamp_of(const struct stat& info);

  [[nodiscard]] bool enter(const std::string& directory);
  [[nodiscard]] bool enter_parent(const std::string& path);

  std::string root_;
  system::Descriptor root_fd_;
  std::string current_;  // the directory that current_fd_ is open on: files of one directory come in a row
  system::Descriptor current_fd_;
  std::vector<std::pair<std::string, Stamp>> seen_;
};

}  // namespace orchestrate::workspaces
