// One orchestrator per project: whoever holds this runs its session.
#pragma once

#include <string>

namespace orchestrate {

// Takes the lock, without waiting, for as long as it lives. Throws std::system_error when the file cannot be
// used.
class SessionLock {
 public:
  explicit SessionLock(const std::string& state_dir);
  ~SessionLock();
  SessionLock(const SessionLock&) = delete;
  SessionLock& operator=(const SessionLock&) = delete;

  [[nodiscard]] bool held() const { return held_; }
  [[nodiscard]] std::string holder() const;  // "pid 4711, since ...": who has it instead

 private:
  int fd_ = -1;
  bool held_ = false;
};

// True while somebody's session runs.
[[nodiscard]] bool session_runs(const std::string& state_dir);

}  // namespace orchestrate
