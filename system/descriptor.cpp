#include "system/descriptor.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>

namespace orchestrate::system {

Descriptor open_at(int dir, const std::string& path, int flags) {
  return Descriptor(::openat(dir, path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR));
}

Descriptor open_regular(int dir, const std::string& path, int more_flags) {
  Descriptor file = open_at(dir, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | more_flags);
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) return {};
  if (S_ISREG(info.st_mode)) return file;
  errno = S_ISDIR(info.st_mode) ? EISDIR : ENOTSUP;
  return {};
}

Descriptor create_new(int dir, const std::string& name, int more_flags) {
  ::unlinkat(dir, name.c_str(), 0);
  return open_at(dir, name, O_WRONLY | O_CREAT | O_EXCL | more_flags);
}

std::size_t write_all(int fd, std::string_view bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
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
    const ssize_t n = ::read(fd, block.data(), block.size());
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

}  // namespace orchestrate::system
