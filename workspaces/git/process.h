// One child process with a time limit, in a process group of its own, whose output is collected.
//
// Blocking. The environment is exactly the one given; no descriptor of ours is inherited. When the time is
// up, when more output comes than allowed, or when this object goes, the whole group is killed. A child that
// stops reading its input is no error here: its exit code tells.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "system/descriptor.h"

namespace orchestrate::workspaces {

struct ProcessSpec {
  std::string program;  // absolute path
  std::vector<std::string> argv;
  std::vector<std::string> environment;
  std::string cwd = "/";
  bool has_input = false;  // false: /dev/null
  std::chrono::milliseconds time_limit{60'000};
  std::int64_t memory_limit_bytes = 0;  // RLIMIT_DATA of it and of each child it starts; 0: none
  std::size_t output_limit_bytes = std::size_t{512} << 20;
};

struct ProcessResult {
  int exit_code = 0;  // 128 + signal when it was killed
  bool timed_out = false;
  bool output_limit = false;
  std::string out;
  std::string err;  // its last 4 KiB
};

class Process {
 public:
  explicit Process(const ProcessSpec& spec);  // throws WorkspaceError when it cannot be started
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void write(std::string_view bytes);
  [[nodiscard]] ProcessResult finish();  // closes the input and waits; once

 private:
  using Clock = std::chrono::steady_clock;
  enum class Ready { input, other };

  void start(const ProcessSpec& spec, int input, int output, int errors);
  Ready poll_once(bool want_write);
  void collect();
  void wait_for_exit();
  void kill_group();
  [[nodiscard]] int remaining_ms() const;

  pid_t pid_ = -1;
  system::Descriptor pidfd_;
  system::Descriptor in_;
  system::Descriptor out_;
  system::Descriptor err_;
  Clock::time_point deadline_;
  std::size_t output_limit_bytes_;
  ProcessResult result_;
};

}  // namespace orchestrate::workspaces
