#include "spawners/shim/fd.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace orchestrate::shim {

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    reset();
    number_ = std::exchange(other.number_, -1);
  }
  return *this;
}

void Fd::reset() {
  if (number_ >= 0) close(std::exchange(number_, -1));
}

Fd open_at(int dir, const std::string& path, int flags) {
  return Fd(openat(dir, path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR));
}

Fd create_new(int dir, const std::string& name, int flags) {
  unlinkat(dir, name.c_str(), 0);
  return open_at(dir, name, O_WRONLY | O_CREAT | O_EXCL | flags);
}

std::size_t write_all(int fd, std::string_view bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = write(fd, bytes.data() + done, bytes.size() - done);
    if (n > 0) {
      done += static_cast<std::size_t>(n);
    } else if (n == 0 || errno != EINTR) {
      break;
    }
  }
  return done;
}

bool read_all(int fd, std::size_t most, std::string& into) {
  std::array<char, 4096> block;
  for (;;) {
    const ssize_t n = read(fd, block.data(), block.size());
    if (n == 0) return true;
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    if (into.size() + static_cast<std::size_t>(n) > most) {
      errno = EFBIG;
      return false;
    }
    into.append(block.data(), static_cast<std::size_t>(n));
  }
}

}  // namespace orchestrate::shim
