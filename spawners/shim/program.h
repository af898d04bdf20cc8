// Which file an argv[0] means, and why it could not be run: in a sentence for people.
#pragma once

#include <string>

#include "spawners/shim/launch_file.h"

namespace orchestrate::shim {

struct Program {
  std::string path;   // what to execute, relative to the working directory when argv[0] was
  std::string error;  // when no file of that name was found; then `path` is empty
};

// A name with a slash is that file; without, it is looked up in PATH of our environment, which is the
// child's. Relative entries of PATH are skipped: they would mean the directory the agent writes to.
[[nodiscard]] Program find_program(const std::string& name);

// What to tell about an execve of `path` that failed with `error`. Never shows a value of the environment
// except PATH.
[[nodiscard]] std::string explain_exec(const LaunchFile& launch, const std::string& path, int error);

}  // namespace orchestrate::shim
