// A file descriptor that closes itself, and what is done with one. Moves, never copies; -1 means none.
//
// Nothing here throws: a failure is an empty Descriptor, `false` or a short count, and errno says why.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace orchestrate::system {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  // What it held is closed at once.
  Descriptor& operator=(Descriptor&& other) noexcept {
    const Descriptor old(std::exchange(fd_, other.release()));
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }
  void reset() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

// Opens with O_CLOEXEC; a file that it creates is for its owner only (0600). `dir` as for openat.
[[nodiscard]] Descriptor open_at(int dir, const std::string& path, int flags);

// Opens a regular file for reading. Anything else in its place (a link, a FIFO, a device) is refused at once
// and never waited for: EISDIR, ELOOP, or ENOTSUP.
[[nodiscard]] Descriptor open_regular(int dir, const std::string& path, int more_flags = 0);

// Creates a file for writing, removing whatever had the name before: where an agent may write, a link or a
// FIFO that it left must neither lead us elsewhere nor make us wait.
[[nodiscard]] Descriptor create_new(int dir, const std::string& name, int more_flags = 0);

// Writes as much as it can and returns how much that was.
[[nodiscard]] std::size_t write_all(int fd, std::string_view bytes);

// Appends what follows to `into`, to the end. False on an error, with EFBIG when it is more than `most`
// bytes.
[[nodiscard]] bool read_all(int fd, std::size_t most, std::string& into);

}  // namespace orchestrate::system
