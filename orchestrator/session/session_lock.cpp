#include "orchestrator/session/session_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <system_error>

#include "system/clock.h"
#include "text/time_text.h"

namespace orchestrate {
namespace {

std::string path_of(const std::string& state_dir) {
  return state_dir + "/orchestrator.lock";
}

// Again a few times: session_runs() of another program may hold it for a moment.
bool take(int fd) {
  constexpr timespec kMoment{0, 10'000'000};
  for (int tries = 5; tries > 0; --tries) {
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
    ::nanosleep(&kMoment, nullptr);
  }
  return false;
}

}  // namespace

SessionLock::SessionLock(const std::string& state_dir) {
  const std::string path = path_of(state_dir);
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "cannot open " + path);
  held_ = take(fd_);
  if (!held_) return;
  const std::string who = "pid " + std::to_string(::getpid()) + ", since " + utc_time(system::wall_ms());
  if (::ftruncate(fd_, 0) != 0 || ::pwrite(fd_, who.data(), who.size(), 0) < 0) {
    throw std::system_error(errno, std::generic_category(), "cannot write " + path);
  }
}

SessionLock::~SessionLock() {
  ::close(fd_);
}

std::string SessionLock::holder() const {
  char text[128] = {};
  const ssize_t n = ::pread(fd_, text, sizeof text - 1, 0);
  return n > 0 ? std::string(text, static_cast<std::size_t>(n)) : "another process";
}

bool session_runs(const std::string& state_dir) {
  const int fd = ::open(path_of(state_dir).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool runs = ::flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(fd);
  return runs;
}

}  // namespace orchestrate
