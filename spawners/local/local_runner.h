// The runner for this machine: each step is a shim process.
//
// What is true is on disk: exit.json first, the lock second. Process handles (pidfds) and inotify are only
// what wakes `wait`; losing one loses time, never a result. Shims outlive this object and are adopted by the
// next one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "spawners/runner.h"
#include "system/signals.h"

namespace orchestrate::spawners {

struct LocalRunnerOptions {
  std::string shim;      // absolute path of orchestrate-shim
  std::string runs_dir;  // steps live at runs_dir/<step id>
  // Changes of these give Woken: a file, or every file of a directory when it ends in '/'. The directory of a
  // file must exist, others need not.
  std::vector<std::string> wake_on;
  // Reported as events; must outlive the runner. Null: none are.
  const system::StopSignals* signals = nullptr;
  // A step whose lock cannot be looked at for so long is Lost, if it may have begun.
  std::int64_t unknown_lock_ms = 30'000;
  // So long after its limit and grace a shim that has not ended its step is woken, and after as long again
  // ended with all that it started.
  std::int64_t wedged_ms = 10'000;
  // The limit of descriptors that programs get; 0: ours.
  std::int64_t open_files = 0;
};

// Throws std::system_error when the shim is missing or the directories cannot be used.
[[nodiscard]] std::unique_ptr<Runner> make_local_runner(const LocalRunnerOptions& options);

}  // namespace orchestrate::spawners
