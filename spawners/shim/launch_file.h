// launch.json: what the shim is to run, completely decided by the orchestrator beforehand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrate::shim {

// The whole environment of the child is the shim's own, so that no secret is ever in a file.
struct LaunchFile {
  std::vector<std::string> argv;  // at least the program
  std::string cwd;                // absolute
  std::string stdin_file;         // absolute or relative to the step directory; empty: /dev/null
  std::int64_t wall_ms = 0;
  std::int64_t silence_ms = 0;
  std::int64_t startup_ms = 0;
  std::int64_t grace_ms = 0;
  std::int64_t output_bytes = 0;
  bool stop_on_output_limit = true;
  std::int64_t open_files = 0;  // its soft limit of descriptors; 0: ours
};

struct LaunchRead {
  std::optional<LaunchFile> launch;
  std::string error = {};  // a sentence that names the file and the key; empty when there is a launch
  int code = 0;            // of the call that failed; 0: none did
};

// Unknown keys are skipped. Everything else must be there, of the right type and in range: a limit that was
// misread would be no limit. Only `stdin`, `startup_ms`, `stop_on_output_limit` and `open_files` have
// defaults.
[[nodiscard]] LaunchRead parse_launch(std::string_view text);

// Reads launch.json of a step directory.
[[nodiscard]] LaunchRead read_launch(int step_dir);

}  // namespace orchestrate::shim
