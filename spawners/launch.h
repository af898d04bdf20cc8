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
  std::int64_t startup_ms = 0;                 // before the first byte it may be this long, if that is more
  std::int64_t grace_ms = 10'000;              // between TERM and KILL
  std::int64_t output_bytes = 64LL << 20;      // kept on disk, stdout and stderr together
  bool stop_on_output_limit = true;  // false: keep head and tail, count what was dropped, let it run
};

// A file the step needs in its own directory before it starts (mode 0600).
struct StepFile {
  std::string name;  // relative, no slash: "bundle.md"
  std::string text;
};

// A file that a CLI wants in a HOME of its own (mode 0600; folders above it 0700).
struct HomeFile {
  std::string path;  // absolute
  std::string text;
};

// For whom a step runs. A database that is another one, or an older copy of itself, must not take it for its
// own.
struct Origin {
  std::string database;  // its mark; empty: nobody said
  std::int64_t task = 0;
  bool unknown = false;  // what says it is there, and cannot be read
};

struct Launch {
  std::vector<std::string> argv;  // argv[0] with a slash: that file; without: looked up in PATH of `env`
  std::vector<std::string>
      env;                 // "NAME=value", the whole environment. Never written to disk: may hold secrets
  std::string cwd;         // absolute; empty: the step's own directory
  std::string stdin_file;  // relative to the step directory, or absolute; empty: /dev/null
  Limits limits;
  std::vector<StepFile> files;       // written by the runner before the start
  std::vector<HomeFile> home_files;  // likewise, in the place of whatever is there
  Origin origin;
  std::vector<std::string> record_files;  // names in the step directory: what the CLI writes there is read
                                          // line by line, as stdout is. May be "stderr"
};

}  // namespace orchestrate::spawners
