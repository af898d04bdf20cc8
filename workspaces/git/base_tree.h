// The files of a commit in a repository of ours, as a table in memory.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "workspaces/git/git.h"

namespace orchestrate::workspaces {

struct TreeEntry {
  unsigned mode = 0;  // 0100644, 0100755, 0120000 or 0160000
  std::string id;     // 40 hex digits
};

constexpr unsigned kPlainMode = 0100644;
constexpr unsigned kExecutableMode = 0100755;
constexpr unsigned kSymlinkMode = 0120000;
constexpr unsigned kGitlinkMode = 0160000;

class BaseTree {
 public:
  // Empty commit: no files.
  static BaseTree read(const Git& git, const std::string& commit);

  void add(const std::string& path, TreeEntry entry);

  [[nodiscard]] const TreeEntry* find(const std::string& path) const;
  [[nodiscard]] bool has_directory(const std::string& path) const { return directories_.contains(path); }
  [[nodiscard]] const std::unordered_map<std::string, TreeEntry>& entries() const { return entries_; }

  // Regular files of that name anywhere in the tree, with their bytes.
  struct File {
    std::string path;
    std::string bytes;
  };
  [[nodiscard]] std::vector<File> files_named(const Git& git, const std::string& name) const;

 private:
  std::unordered_map<std::string, TreeEntry> entries_;
  std::unordered_set<std::string> directories_;
};

}  // namespace orchestrate::workspaces
