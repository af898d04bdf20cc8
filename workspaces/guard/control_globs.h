// Which paths of a repository steer an agent's CLI or judge its work, by globs (text/glob.h). Pure.
#pragma once

#include <string>
#include <vector>

namespace orchestrate::workspaces {

// `*` takes `/` too, case does not count.
class ControlGlobs {
 public:
  explicit ControlGlobs(std::vector<std::string> globs);

  [[nodiscard]] bool empty() const { return globs_.empty(); }
  [[nodiscard]] bool match(const std::string& path) const;

  // The same, or where a symlink could stand in for a folder of such files: ".claude" of ".claude/**". Not
  // "**" of "**/CLAUDE.md": every symlink would be one. For what is no folder.
  [[nodiscard]] bool match_file(const std::string& path) const;

 private:
  std::vector<std::string> globs_;
  std::vector<std::string> folders_;
};

}  // namespace orchestrate::workspaces
