// Turns the bytes of a checkout back into what the project stores: line ends, encodings, and the owner's LFS
// filter.
//
// Attributes are the base's and never the workspace's. Filters are those in our repository's configuration,
// where only allow-listed settings of the owner ever go (see results.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workspaces/git/base_tree.h"
#include "workspaces/git/git.h"
#include "workspaces/tree/folder.h"

namespace orchestrate::workspaces {

class Converter {
 public:
  Converter(const Git& results, const BaseTree& base);

  // False: the project stores bytes as they are, and nothing need be added.
  [[nodiscard]] bool active() const { return active_; }

  // A regular file; false when it cannot be converted, and its bytes count as they are.
  [[nodiscard]] bool add(const std::string& path, std::string_view bytes);

  // Ids of the stored blobs, in the order in which the files were added.
  [[nodiscard]] std::vector<std::string> finish();

 private:
  TemporaryFolder folder_;
  Git git_;
  bool active_ = false;
  struct File {
    std::string path;
    std::string id;
  };
  std::vector<File> files_;
};

}  // namespace orchestrate::workspaces
