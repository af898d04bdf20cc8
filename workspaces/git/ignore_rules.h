// Which paths the project's .gitignore files ignore, whatever an agent did to them in its workspace.
//
// git's own check-ignore is asked, in a folder of ours that holds nothing but the rules.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "workspaces/git/base_tree.h"
#include "workspaces/git/git.h"
#include "workspaces/tree/folder.h"

namespace orchestrate::workspaces {

class IgnoreRules {
 public:
  // Works in a temporary folder inside the repository.
  explicit IgnoreRules(const Git& results);

  void add_all(const BaseTree& base);
  void add(const std::string& path, std::string_view bytes);  // path: "src/.gitignore"

  struct Question {
    std::string path;
    bool directory = false;
  };
  // Those of the paths that are ignored.
  [[nodiscard]] std::unordered_set<std::string> ignored(const std::vector<Question>& questions) const;

 private:
  Git results_;
  TemporaryFolder folder_;
  Git git_;
  bool any_ = false;
};

}  // namespace orchestrate::workspaces
