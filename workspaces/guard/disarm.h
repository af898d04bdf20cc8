// The .git of a clone in which an earlier agent worked: nothing it left there runs when the next one calls
// git.
//
// What git runs or obeys is set aside (set_aside.h): hooks, attributes, any other configuration than ours.
// Commits, branches, index and stash stay as they are. git itself is not run.
#pragma once

#include <string>
#include <vector>

#include "workspaces/guard/set_aside.h"

namespace orchestrate::workspaces {

// False: git would not take the workspace's .git for a repository, or it is none of its own.
[[nodiscard]] bool holds_repository(const SetAside& workspace);

// Afterwards .git/config is `config`, byte for byte. Returns the paths that were not as in a new clone,
// sorted. Only where holds_repository().
[[nodiscard]] std::vector<std::string> disarm(SetAside& workspace, const std::string& config);

}  // namespace orchestrate::workspaces
