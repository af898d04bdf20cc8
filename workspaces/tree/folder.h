// Folders and files of our own: private (0700), never below a place that an agent can write to.
#pragma once

#include <string>
#include <string_view>

namespace orchestrate::workspaces {

// `path` and the parents it lacks, each with mode 0700. What exists is left as it is.
void make_private_folders(const std::string& path);

// Throws WorkspaceError when it cannot be written whole.
void write_file(const std::string& path, std::string_view bytes);

// The whole of a regular file of at most 64 MiB, "" when there is none. Throws WorkspaceError when that
// cannot be known.
[[nodiscard]] std::string file_text(const std::string& path);

// A folder that goes, with all that is in it, when this object goes.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string& parent);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

  // Both make the folders that `relative` lacks; false when something else already stands in the way.
  [[nodiscard]] bool put(const std::string& relative, std::string_view bytes) const;
  [[nodiscard]] bool make_folder(const std::string& relative) const;

 private:
  std::string path_;
};

}  // namespace orchestrate::workspaces
