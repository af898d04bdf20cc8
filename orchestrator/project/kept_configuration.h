// The configuration that runs began with, kept for the session that takes them up: a run is judged by what it
// was begun with, whatever a lead has changed meanwhile.
//
// Each lies whole below state/configurations/<name>.
#pragma once

#include <set>
#include <string>

#include "orchestrator/project/project.h"

namespace orchestrate {

// The texts as they were read. A name that is there already is written over. Throws std::system_error.
void keep_configuration(const Project& project, const std::string& name);

// With the paths that it says. What it lacks or gets wrong stands in `errors`.
[[nodiscard]] Project kept_configuration(const Paths& paths, const std::string& name);

// All but those; what cannot be removed stays.
void forget_configurations(const Paths& paths, const std::set<std::string>& but);

}  // namespace orchestrate
