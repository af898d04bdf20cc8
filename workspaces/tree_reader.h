// Reads a directory tree that an agent wrote, by descriptors: no component of a path is ever followed through
// a symlink, and nothing that is not a regular file is ever opened for reading (a FIFO would hang).
//
// The caller promises that no process writes there any more; what vanishes or changes meanwhile is a
// WorkspaceError.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <vector>

#include "workspaces/descriptor.h"

namespace orchestrate::workspaces {

struct DirectoryEntry {
  std::string name;
  struct stat info {};
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

 private:
  [[nodiscard]] bool enter(const std::string& directory);
  [[nodiscard]] bool enter_parent(const std::string& path);

  std::string root_;
  Descriptor root_fd_;
  std::string current_;  // the directory that current_fd_ is open on: files of one directory come in a row
  Descriptor current_fd_;
};

}  // namespace orchestrate::workspaces
