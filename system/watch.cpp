#include "system/watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace orchestrate::api {

Watch::Watch() : fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "inotify_init1");
}

Watch::~Watch() {
  ::close(fd_);
}

void Watch::directory(const std::string& path) const {
  (void)::inotify_add_watch(fd_, path.c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO);
}

void Watch::wait(int limit_ms) const {
  pollfd changed = {fd_, POLLIN, 0};
  (void)::poll(&changed, 1, limit_ms);
  std::array<char, 4096> events{};
  while (::read(fd_, events.data(), events.size()) > 0) {
  }
}

}  // namespace orchestrate::api
