// Repositories inside a workspace (submodules, an agent's own clones): git at the top runs what their
// configuration names, once its index knows them.
//
// One that could run something is set aside (set_aside.h): its .git, with all that is in it. It may have the
// hooks' samples and the settings that git itself writes for a clone or a submodule. What a .git file names
// has to be such a repository of the workspace. The configuration is parsed by git in a folder of ours.
#pragma once

#include <string>
#include <vector>

#include "workspaces/git/git.h"
#include "workspaces/guard/set_aside.h"

namespace orchestrate::workspaces {

// `own`: the workspace's own .git is a clone's and was seen to already (disarm.h). Returns the paths that
// were set aside, sorted.
[[nodiscard]] std::vector<std::string> disarm_inner(SetAside& workspace, const Git& results, bool own);

}  // namespace orchestrate::workspaces
