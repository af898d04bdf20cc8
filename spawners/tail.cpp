#include "spawners/tail.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace orchestrate::spawners {

bool Tail::read(std::vector<std::string>& lines, std::size_t max_bytes) {
  if (!fd_) fd_ = Fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd_) return false;
  std::string buffer(std::min<std::size_t>(max_bytes, 256 << 10), '\0');
  while (max_bytes > 0) {
    const std::size_t want = std::min(max_bytes, buffer.size());
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
      if (length > room) {
        ++cut_;
        skipping_ = true;
      }
    }
    if (newline == nullptr) return;
    lines.push_back(std::move(partial_));
    partial_.clear();
    skipping_ = false;
    data = newline + 1;
  }
}

void Tail::finish(std::vector<std::string>& lines) {
  if (!partial_.empty()) lines.push_back(std::move(partial_));
  partial_.clear();
  skipping_ = false;
}

}  // namespace orchestrate::spawners
