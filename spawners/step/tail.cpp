#include "spawners/step/tail.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace orchestrate::spawners {
namespace {

constexpr std::size_t kBlock = 64 << 10;

}  // namespace

bool Tail::read(std::vector<std::string>& lines, std::size_t max_bytes) {
  if (!fd_) fd_ = system::Descriptor(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd_) return false;
  // Not on the heap: freed at its top it would be given back to the system, and asked for again.
  std::array<char, kBlock> buffer;
  while (max_bytes > 0) {
    const std::size_t want = std::min(max_bytes, kBlock);
    const ssize_t n = ::pread(fd_.get(), buffer.data(), want, static_cast<off_t>(offset_));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    offset_ += n;
    max_bytes -= static_cast<std::size_t>(n);
    take(buffer.data(), static_cast<std::size_t>(n), lines);
  }
  return true;
}

void Tail::take(const char* data, std::size_t size, std::vector<std::string>& lines) {
  const char* const end = data + size;
  while (data < end) {
    const auto* newline =
        static_cast<const char*>(std::memchr(data, '\n', static_cast<std::size_t>(end - data)));
    const char* const stop = newline != nullptr ? newline : end;
    if (!skipping_) {
      const std::size_t room = kMaxLine - partial_.size();
      const auto length = static_cast<std::size_t>(stop - data);
      partial_.append(data, std::min(length, room));
      skipping_ = length > room;
    }
    if (newline == nullptr) return;
    end_line(lines);
    data = newline + 1;
  }
}

void Tail::end_line(std::vector<std::string>& lines) {
  lines.push_back(std::exchange(partial_, {}));
  if (std::exchange(skipping_, false)) ++cut_;
}

void Tail::finish(std::vector<std::string>& lines) {
  if (!partial_.empty()) end_line(lines);
}

void Tail::continue_with(std::string path) {
  path_ = std::move(path);
  fd_ = {};
  offset_ = 0;
}

}  // namespace orchestrate::spawners
