// Names that git refuses in a tree, because some file system would take them for its own (git's fsck:
// hasDotgit, gitmodulesSymlink; HFS+ drops some code points, NTFS drops trailing dots and has short names).
#pragma once

#include <string_view>

namespace orchestrate::workspaces {

// One component of a path that HFS+ or NTFS could take for ".git".
[[nodiscard]] bool is_dot_git(std::string_view component);

// One that they could take for ".gitmodules": as a symlink git refuses it.
[[nodiscard]] bool is_dot_gitmodules(std::string_view component);

}  // namespace orchestrate::workspaces
