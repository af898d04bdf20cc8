// Goes through a workspace level by level and says which of its entries belong to the result.
//
// Names and kinds only; nothing is opened but directories. `.git` is never entered, a directory that the base
// ignores is not either, and everything that is left out is said, with the reason.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "workspaces/git/base_tree.h"
#include "workspaces/git/ignore_rules.h"
#include "workspaces/tree/tree_reader.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {

// What was left out: the first 200 by name, all of them counted.
class LeftOutList {
 public:
  void add(const std::string& path, const std::string& why);
  [[nodiscard]] const std::vector<LeftOut>& first() const { return first_; }
  [[nodiscard]] std::int64_t count() const { return count_; }

 private:
  std::vector<LeftOut> first_;
  std::int64_t count_ = 0;
};

struct WalkEntry {
  std::string path;
  unsigned mode = kPlainMode;  // plain, executable or symlink
  std::int64_t size = 0;
};

struct WalkResult {
  std::vector<WalkEntry> entries;  // sorted by path
  LeftOutList left_out;
  // Left out, but in the base: stays as the base has it, with all below it.
  std::unordered_set<std::string> kept;
  std::int64_t ignored = 0;  // an ignored directory counts once
};

enum class RulesFrom {
  base,
  workspace
};  // workspace: also the rules files as they are met, for a tree that is the owner's

[[nodiscard]] WalkResult walk(TreeReader& reader, const BaseTree& base, IgnoreRules& rules,
                              RulesFrom rules_from, const Caps& caps);

}  // namespace orchestrate::workspaces
