#include "system/lock.h"

#include <fcntl.h>

#include <cerrno>

namespace orchestrate::system {
namespace {

// From the first byte to whatever the end may be.
struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

bool try_lock(const Descriptor& file) {
  struct flock lock = whole_file();
  if (::fcntl(file.get(), F_OFD_SETLK, &lock) == 0) return true;
  if (errno == EACCES) errno = EWOULDBLOCK;
  return false;
}

bool wait_for_lock(const Descriptor& file) {
  struct flock lock = whole_file();
  int failed = -1;
  do {
    failed = ::fcntl(file.get(), F_OFD_SETLKW, &lock);
  } while (failed != 0 && errno == EINTR);
  return failed == 0;
}

LockState lock_state(const Descriptor& file) {
  struct flock lock = whole_file();
  if (::fcntl(file.get(), F_OFD_GETLK, &lock) != 0) return LockState::unknown;
  return lock.l_type == F_UNLCK ? LockState::free : LockState::held;
}

LockState lock_state(const std::string& path) {
  const Descriptor file = open_regular(AT_FDCWD, path);
  if (file) return lock_state(file);
  return errno == ENOENT ? LockState::free : LockState::unknown;
}

}  // namespace orchestrate::system
