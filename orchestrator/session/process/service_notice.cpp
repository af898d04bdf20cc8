#include "orchestrator/session/process/service_notice.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "system/clock.h"

namespace orchestrate {
namespace {

std::string value_of(const std::vector<std::string>& environment, const std::string& name) {
  for (const auto& entry : environment) {
    if (entry.starts_with(name + "=")) return entry.substr(name.size() + 1);
  }
  return {};
}

class ServiceNotice final : public Observer {
 public:
  ServiceNotice(std::string socket, std::int64_t interval_ms, Observer& next)
      : socket_(std::move(socket)), interval_ms_(interval_ms), next_(next) {}
  ~ServiceNotice() override { send("STOPPING=1"); }
  ServiceNotice(const ServiceNotice&) = delete;
  ServiceNotice& operator=(const ServiceNotice&) = delete;

  void events(const std::vector<EventRow>& rows) override {
    if (!ready_) send("READY=1\nSTATUS=the session runs");
    ready_ = true;
    const std::int64_t now_ms = system::boot_ms();
    if (interval_ms_ > 0 && (!last_ms_ || now_ms - *last_ms_ >= interval_ms_)) {
      send("WATCHDOG=1");
      last_ms_ = now_ms;
    }
    next_.events(rows);
  }

  void turn(const std::vector<RunningView>& running, const QueueCounts& counts) override {
    next_.turn(running, counts);
  }

 private:
  void send(std::string_view text) const {
    sockaddr_un address{};
    if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socket_.data(), socket_.size());
    if (socket_.front() == '@') address.sun_path[0] = '\0';  // a name that is no file
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    (void)::sendto(fd, text.data(), text.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
                   size);
    ::close(fd);
  }

  std::string socket_;
  std::int64_t interval_ms_;
  Observer& next_;
  bool ready_ = false;
  std::optional<std::int64_t> last_ms_;
};

}  // namespace

std::int64_t watchdog_interval_ms(const std::vector<std::string>& environment) {
  const std::string pid = value_of(environment, "WATCHDOG_PID");
  if (!pid.empty() && pid != std::to_string(::getpid())) return 0;  // meant for somebody else
  return std::strtoll(value_of(environment, "WATCHDOG_USEC").c_str(), nullptr, 10) / 2000;
}

std::unique_ptr<Observer> make_service_notice(const std::vector<std::string>& environment, Observer& next) {
  return std::make_unique<ServiceNotice>(value_of(environment, "NOTIFY_SOCKET"),
                                         watchdog_interval_ms(environment), next);
}

}  // namespace orchestrate
