#include "orchestrator/session/process/session_lock.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "system/clock.h"
#include "system/lock.h"
#include "text/time_text.h"

namespace orchestrate {
namespace {

std::string path_of(const std::string& state_dir) {
  return state_dir + "/orchestrator.lock";
}

}  // namespace

SessionLock::SessionLock(const std::string& state_dir) {
  const std::string path = path_of(state_dir);
  file_ = system::open_at(AT_FDCWD, path, O_RDWR | O_CREAT);
  if (!file_) throw std::system_error(errno, std::generic_category(), "cannot open " + path);
  held_ = system::try_lock(file_);
  if (!held_ && errno != EWOULDBLOCK)
    throw std::system_error(errno, std::generic_category(), "cannot lock " + path);
  if (!held_) return;
  const std::string who =
      "pid " + std::to_string(::getpid()) + ", since " + text::utc_time(system::wall_ms());
  if (::ftruncate(file_.get(), 0) != 0 || ::pwrite(file_.get(), who.data(), who.size(), 0) < 0)
    throw std::system_error(errno, std::generic_category(), "cannot write " + path);
}

std::string SessionLock::holder() const {
  char text[128] = {};
  const ssize_t n = ::pread(file_.get(), text, sizeof text - 1, 0);
  return n > 0 ? std::string(text, static_cast<std::size_t>(n)) : "another process";
}

bool session_runs(const std::string& state_dir) {
  const std::string path = path_of(state_dir);
  const system::LockState lock = system::lock_state(path);
  if (lock == system::LockState::unknown)
    throw std::system_error(errno, std::generic_category(), "cannot look at " + path);
  return lock == system::LockState::held;
}

}  // namespace orchestrate
