// Where an agent works: in a clone of its own, in the project's own folder, in an empty folder.
#pragma once

namespace orchestrate::workspaces {

enum class Kind { clone, in_place, scratch };

}  // namespace orchestrate::workspaces
