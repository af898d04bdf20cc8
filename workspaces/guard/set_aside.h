// A workspace that an agent wrote, changed by us: what must not act there is set aside.
//
// By descriptors, and no symlink is followed; folders that are closed to us are opened (chmod u+rwx) where it
// must go through. What is taken lies in <workspace>-set-aside-<n> afterwards, under its old path: it is
// never deleted. The folder is made when the first thing is taken. Throws WorkspaceError.
#pragma once

#include <sys/stat.h>

#include <map>
#include <string>
#include <utility>

#include "system/descriptor.h"

namespace orchestrate::workspaces {

using Entries = std::map<std::string, struct stat>;

class SetAside {
 public:
  explicit SetAside(std::string workspace);

  [[nodiscard]] const std::string& workspace() const { return workspace_; }

  // A folder of the workspace ("" is its root); missing ones are made.
  [[nodiscard]] system::Descriptor folder(const std::string& path) const;

  // What is in a folder that is there; nothing of one that cannot be read by anyone who works there.
  [[nodiscard]] Entries list(const std::string& folder) const;

  // Of a regular file of at most `most` bytes; empty: there is none, or it is longer. Its folder is there.
  [[nodiscard]] std::string text(const std::string& path, off_t most) const;

  // Moves a file, symlink, special file or folder out of the workspace; false: nothing is there. Each path is
  // taken once, and nothing below a folder that was taken whole.
  bool take(const std::string& path);

  // Writes a file where there is none, executable or not.
  void write(const std::string& path, const std::string& bytes, bool runs = false) const;

 private:
  void make_aside();

  std::string workspace_;
  system::Descriptor root_;
  system::Descriptor aside_;
};

[[nodiscard]] bool is_folder(const Entries& entries, const std::string& name);

// "src/a.txt" -> {"src", "a.txt"}
[[nodiscard]] std::pair<std::string, std::string> split_path(const std::string& path);

// Names the path and what errno says.
[[noreturn]] void fail_at(const std::string& path);

}  // namespace orchestrate::workspaces
