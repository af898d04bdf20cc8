// Starts the step's main child.
#pragma once

#include <sys/types.h>

#include <string>

#include "spawners/shim/launch_file.h"
#include "spawners/step/exit_record.h"
#include "system/descriptor.h"

namespace orchestrate::shim {

struct Child {
  pid_t pid = -1;
  system::Descriptor out, err;  // read ends of its stdout and stderr, non-blocking
};

struct Spawned {
  Child child;
  std::string error;  // a sentence naming call and file; empty: the program is running
  spawners::ExitReason reason = spawners::ExitReason::spawn_failed;  // with an error: whose fault that is
};

// The child leads a process group of its own, dies when the shim does, has signals as after a boot, our
// environment, and no descriptor but 0, 1 and 2. Returns once the program was executed or is known not to be
// (at most 30 s).
[[nodiscard]] Spawned spawn(const LaunchFile& launch, int step_dir);

}  // namespace orchestrate::shim
