// A workspace's bytes as a commit in a repository of ours; the workspace's own git state plays no part in it.
#pragma once

#include <cstdint>
#include <string>

#include "workspaces/git/fast_import.h"
#include "workspaces/guard/control_globs.h"
#include "workspaces/tree/walk.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {

struct ScanRequest {
  std::string workspace;
  std::string parent;  // commit in the repository; the result is relative to it. Empty: a root commit
  std::string rules;   // commit whose ignore rules and attributes hold. Empty: none
  RulesFrom rules_from = RulesFrom::base;
  std::string ref;  // set to the new commit
  CommitText text;
  Caps caps;
  ControlGlobs hidden{{}};  // files of the parent that match and are not there were taken away by us
};

struct Scan {
  std::string commit;  // the parent itself when nothing differs from it
  LeftOutList left_out;
  std::int64_t ignored = 0;
};

// Of one moment: what changes meanwhile is read again, and a third time; then it is a StillWriting.
[[nodiscard]] Scan scan(const Git& results, const ScanRequest& request);

}  // namespace orchestrate::workspaces
