// What one step is to run, completely decided: nothing in here is looked up again by the shim.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace orchestrate::spawners {

// Limits the shim enforces by itself, whether the orchestrator lives or not. All finite.
struct Limits {
  std::int64_t wall_ms = 45 * 60LL * 1000;
  std::int64_t silence_ms = 10 * 60LL * 1000;  // no byte on stdout or stderr for so long
  std::int64_t grace_ms = 10'000;              // between TERM and KILL
  std::int64_t output_bytes = 64LL << 20;      // kept on disk, stdout and stderr together
  bool stop_on_output_limit = true;  // false: keep head and tail, count what was dropped, let it run
};

// A file the step needs in its own directory before it starts (mode 0600).
struct StepFile {
  std::string name;  // relative, no slash: "bundle.md"
  std::string text;
};

struct Launch {
  std::vector<std::string> argv;  // argv[0] with a slash: that file; without: looked up in PATH of `env`
  std::vector<std::string>
      env;                 // "NAME=value", the whole environment. Never written to disk: may hold secrets
  std::string cwd;         // absolute; empty: the step's own directory
  std::string stdin_file;  // relative to the step directory, or absolute; empty: /dev/null
  Limits limits;
  std::vector<StepFile> files;  // written by the runner before the start
  std::vector<std::string>
      record_files;  // files in the step directory that the CLI writes and whose lines are notes too
};

}  // namespace orchestrate::spawners
