// A file descriptor with an owner, and the few whole-file operations of a step directory.
//
// Nothing here throws. Failures come back as `false` or a closed Fd with errno untouched.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace orchestrate::shim {

// Owns one descriptor; closed on destruction. -1: none.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) : number_(number) {}
  Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd() { reset(); }

  [[nodiscard]] int get() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  void reset();

 private:
  int number_ = -1;
};

// Opens with O_CLOEXEC, created files are for the owner only (0600). `dir` as for openat.
[[nodiscard]] Fd open_at(int dir, const std::string& path, int flags);

// Creates a file for writing, removing whatever had the name before: a step directory may be writable to an
// agent, and a link or a FIFO that it left there must neither lead us elsewhere nor make us wait.
[[nodiscard]] Fd create_new(int dir, const std::string& name, int flags);

// Writes as much as it can and returns how much that was; less than `bytes` means that errno says why.
[[nodiscard]] std::size_t write_all(int fd, std::string_view bytes);

// Reads to the end. False on an error, or with errno EFBIG when there is more than `most` bytes.
[[nodiscard]] bool read_all(int fd, std::size_t most, std::string& into);

}  // namespace orchestrate::shim
