// One step in a directory of its own, run by the real shim program; for tests.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace orchestrate::shim {

// Long enough that a test which waits for its end notices.
inline constexpr int default_grace_ms = 20'000;

// Polls until `condition` holds; false after a generous deadline.
[[nodiscard]] bool eventually(const std::function<bool()>& condition);

// No such process, or a zombie that nobody waited for.
[[nodiscard]] bool is_dead(pid_t pid);

// Exit status of a child of ours: -1 when it had to be killed for being late, 128 + signal when it was
// killed.
[[nodiscard]] int await_status(pid_t pid);

// The directory and every process are gone when this is.
class StepRun {
 public:
  // `target` is MODE and arguments of shim_target.
  explicit StepRun(const std::vector<std::string>& target);
  StepRun(const StepRun&) = delete;
  StepRun& operator=(const StepRun&) = delete;
  ~StepRun();

  nlohmann::json launch;                               // may be changed before start()
  std::vector<std::string> env{"PATH=/usr/bin:/bin"};  // of the shim
  std::function<void()> before_exec = [] {};           // runs in the process that becomes the shim

  // Writes launch.json and starts the shim.
  void start();
  int wait();
  int run();

  // Starts one more shim on the same step; to be awaited.
  [[nodiscard]] pid_t start_again() const { return spawn_shim(); }

  void signal_shim(int number) const;
  [[nodiscard]] pid_t shim_pid() const { return shim_; }
  [[nodiscard]] bool lock_is_free() const;

  [[nodiscard]] const std::filesystem::path& dir() const { return dir_; }
  [[nodiscard]] bool has(const std::string& name) const;
  [[nodiscard]] std::string text(const std::string& name) const;  // "" when absent
  void write(const std::string& name, const std::string& content) const;
  [[nodiscard]] nlohmann::json record() const;  // exit.json, or null

  // Waits until `name` contains `part`.
  [[nodiscard]] bool await_text(const std::string& name, const std::string& part) const;
  // The first line of stdout as a PID, once it is there.
  [[nodiscard]] pid_t await_pid() const;

 private:
  [[nodiscard]] pid_t spawn_shim() const;

  std::filesystem::path dir_;
  pid_t shim_ = -1;
};

}  // namespace orchestrate::shim
