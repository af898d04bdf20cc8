// Wakes a verb that waits for something to change on disk, so that it need not look again and again.
#pragma once

#include <string>

namespace orchestrate::api {

// Owns one inotify descriptor. Throws std::system_error when the system has none left.
class Watch {
 public:
  Watch();
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // From now on, files that change or appear in the directory end a wait. One that cannot be watched only
  // makes waits as long as their limit.
  void directory(const std::string& path) const;
  // Returns when something has changed since the last wait, and after limit_ms at the latest.
  void wait(int limit_ms) const;

 private:
  int fd_;
};

}  // namespace orchestrate::api
