// The control files of a workspace: put back as the base has them, or taken away while an agent works there.
//
// What is not as in the commit is set aside (set_aside.h says how). The workspace's .git stays as it is, and
// so does every file that no glob (control_globs.h) matches, unless it stands in the place of a folder above
// one. Throws WorkspaceError when one of them cannot be dealt with; to be called again then.
#pragma once

#include <string>
#include <vector>

#include "workspaces/git/git.h"
#include "workspaces/guard/control_globs.h"
#include "workspaces/guard/set_aside.h"

namespace orchestrate::workspaces {

// Afterwards the files that match are those of the commit, byte for byte as a checkout writes them. Returns
// the paths that were not, sorted.
[[nodiscard]] std::vector<std::string> restore(const Git& results, SetAside& workspace,
                                               const std::string& commit, const ControlGlobs& globs);

// Afterwards no file matches. Returns the paths of those that did, sorted.
[[nodiscard]] std::vector<std::string> take_away(const Git& results, const std::string& workspace,
                                                 const std::string& commit, const ControlGlobs& globs);

// Those that match, sorted; nothing is touched.
[[nodiscard]] std::vector<std::string> find_control_files(const std::string& workspace,
                                                          const ControlGlobs& globs);

// Writes the files of the commit that match and of which nothing is there; one whose place is taken stays
// away.
void bring_back(const Git& results, const std::string& workspace, const std::string& commit,
                const ControlGlobs& globs);

}  // namespace orchestrate::workspaces
