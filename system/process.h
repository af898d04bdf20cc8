// One child process with a time limit, in a session of its own, whose output is collected.
//
// Blocking. The environment is exactly the one given; no descriptor of ours is inherited. When the time is
// up, when more output comes than allowed, or when this object goes, the whole group is killed. A child that
// stops reading its input is no error here: its exit code tells.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "system/descriptor.h"
#include "system/launcher.h"

namespace orchestrate::system {

struct ProcessSpec {
  // Absolute.
  std::string program;
  std::vector<std::string> argv;
  std::vector<std::string> environment;
  std::string cwd = "/";
  // false: /dev/null.
  bool has_input = false;
  std::chrono::milliseconds time_limit{60'000};
  // RLIMIT_DATA of it and of each child it starts; 0: none.
  std::int64_t memory_limit_bytes = 0;
  std::size_t output_limit_bytes = std::size_t{512} << 20;
};

struct ProcessResult {
  // 128 + signal when it was killed.
  int exit_code = 0;
  bool timed_out = false;
  bool output_limit = false;
  std::string out;
  // Its last 4 KiB.
  std::string err;
};

class Process {
 public:
  // Throws std::system_error when it cannot be started.
  explicit Process(const ProcessSpec& spec);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void write(std::string_view bytes);

  // Closes the input and waits; once.
  [[nodiscard]] ProcessResult finish();

 private:
  enum class Ready { input, other };

  Ready poll_once(bool want_write);
  void collect();
  void wait_for_exit();
  void stop();
  [[nodiscard]] int remaining_ms() const;

  std::int64_t deadline_ms_;
  std::size_t output_limit_bytes_;
  Launcher launcher_;
  std::optional<Child> child_;
  Descriptor in_;
  Descriptor out_;
  Descriptor err_;
  ProcessResult result_;
};

}  // namespace orchestrate::system
