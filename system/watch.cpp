#include "system/watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace orchestrate::system {

Watch::Folder::~Folder() {
  if (id_ >= 0) ::inotify_rm_watch(watch_, id_);
}

Watch::Watch() : inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (!inotify_) throw std::system_error(errno, std::generic_category(), "inotify_init1");
}

Watch::Folder Watch::folder(const std::string& path, std::uint32_t mask) const {
  const int id = ::inotify_add_watch(inotify_.get(), path.c_str(), mask);
  if (id < 0) throw std::system_error(errno, std::generic_category(), "cannot watch " + path);
  return {inotify_.get(), id};
}

void Watch::directory(const std::string& path) const {
  (void)::inotify_add_watch(inotify_.get(), path.c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO);
}

std::vector<Watch::Change> Watch::take() const {
  std::vector<Change> changes;
  alignas(inotify_event) char buffer[16 << 10];
  for (ssize_t n = 0; (n = ::read(inotify_.get(), buffer, sizeof buffer)) > 0;) {
    for (const char* p = buffer; p < buffer + n;) {
      const auto* event = reinterpret_cast<const inotify_event*>(p);
      changes.push_back({event->wd, event->len > 0 ? event->name : "", (event->mask & IN_Q_OVERFLOW) != 0});
      p += sizeof(inotify_event) + event->len;
    }
  }
  return changes;
}

void Watch::wait(int limit_ms) const {
  pollfd changed = {inotify_.get(), POLLIN, 0};
  (void)::poll(&changed, 1, limit_ms);
  (void)take();
}

}  // namespace orchestrate::system
