// What changes on disk (inotify), so that nobody need look again and again.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "system/descriptor.h"

namespace orchestrate::system {

// Owns one inotify descriptor. One thread.
class Watch {
 public:
  // A folder that is watched as long as this lives, and not longer than its Watch. Twice at once for one
  // folder is one watch: the first that goes ends it.
  class Folder {
   public:
    Folder() = default;
    Folder(int watch, int id) : watch_(watch), id_(id) {}
    Folder(Folder&& other) noexcept : watch_(other.watch_), id_(std::exchange(other.id_, -1)) {}
    Folder& operator=(Folder&& other) noexcept {
      std::swap(watch_, other.watch_);
      std::swap(id_, other.id_);
      return *this;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder();

    // As in Change; -1: none is watched.
    [[nodiscard]] int id() const { return id_; }

   private:
    int watch_ = -1;
    int id_ = -1;
  };

  struct Change {
    int folder = -1;
    // Of the file in it; may be empty.
    std::string name;
    // Changes came faster than they were taken: anything may have happened, anywhere.
    bool lost_some = false;
  };

  // Throws std::system_error when the system has none left.
  Watch();

  // `mask` as for inotify_add_watch(2). Throws std::system_error when the folder cannot be watched.
  [[nodiscard]] Folder folder(const std::string& path, std::uint32_t mask) const;

  // As long as this lives: files that are written or appear. A folder that cannot be watched only makes waits
  // as long as their limit.
  void directory(const std::string& path) const;

  // For poll: readable when there is something to take.
  [[nodiscard]] int descriptor() const { return inotify_.get(); }

  // All that has changed since. Never blocks.
  [[nodiscard]] std::vector<Change> take() const;

  // Returns when something has changed since the last wait, and after limit_ms at the latest.
  void wait(int limit_ms) const;

 private:
  Descriptor inotify_;
};

}  // namespace orchestrate::system
