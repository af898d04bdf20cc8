// Gives a workspace its control files back before a further attempt works there.
#pragma once

#include <string>
#include <vector>

#include "workspaces/git.h"

namespace orchestrate::workspaces {

// Afterwards the files of the workspace that match a glob (fnmatch(3); `*` takes `/` too, case does not
// count) are those of the commit, byte for byte as a checkout writes them. Whatever else was at such a path,
// or in the place of a folder above one, is moved to <workspace>-set-aside-<n> and never deleted. The
// workspace's .git stays as it is, and so does every other file.
//
// Goes by descriptors and follows no symlink; folders that are closed to us are opened (chmod u+rwx) where it
// must go through. Returns the paths that were not as in the commit, sorted. Throws WorkspaceError when one
// of them cannot be put back; to be called again then.
[[nodiscard]] std::vector<std::string> restore(const Git& results, const std::string& workspace,
                                               const std::string& commit,
                                               const std::vector<std::string>& globs);

}  // namespace orchestrate::workspaces
