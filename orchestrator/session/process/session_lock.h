// One orchestrator per project: whoever holds this runs its session.
#pragma once

#include <string>

#include "system/descriptor.h"

namespace orchestrate {

// Takes the lock, without waiting, for as long as it lives. Throws std::system_error when the file cannot be
// used.
class SessionLock {
 public:
  explicit SessionLock(const std::string& state_dir);

  [[nodiscard]] bool held() const { return held_; }
  [[nodiscard]] std::string holder() const;  // "pid 4711, since ...": who has it instead

 private:
  system::Descriptor file_;
  bool held_ = false;
};

// True while somebody's session runs. Looking disturbs nobody. Throws std::system_error when it cannot be
// known.
[[nodiscard]] bool session_runs(const std::string& state_dir);

}  // namespace orchestrate
