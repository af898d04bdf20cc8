#include "spawners/local_runner.h"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <map>
#include <system_error>

#include "spawners/fd.h"
#include "spawners/shim_process.h"
#include "spawners/step_files.h"
#include "spawners/tail.h"

namespace orchestrate::spawners {
namespace {

// A flooding step must not starve the others: so much of its output is read per turn.
constexpr std::size_t kBytesPerTurn = 1 << 20;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::int64_t milliseconds(clockid_t clock) {
  timespec t{};
  ::clock_gettime(clock, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1000 + t.tv_nsec / 1'000'000;
}

struct Active {
  std::string id;
  std::string dir;
  Fd shim;  // empty: adopted before its start record was there, or it ended long ago
  int watch = -1;
  bool reported_start = false;
  bool more_output = false;
  bool ended = false;  // known to be over: no need to wait for a wake-up
  std::vector<Tail> tails;
  bool wants_lines = false;
};

class LocalRunner final : public Runner {
 public:
  explicit LocalRunner(LocalRunnerOptions options) : options_(std::move(options)) {
    if (::access(options_.shim.c_str(), X_OK) != 0) {
      throw std::system_error(errno, std::generic_category(), "the shim " + options_.shim + " cannot be run");
    }
    inotify_ = Fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!inotify_) fail("inotify_init1");
    if (!options_.wake_file.empty()) watch_wake_file();
    if (options_.signals) block_signals();
  }

  [[nodiscard]] Now now() const override {
    return {milliseconds(CLOCK_BOOTTIME), milliseconds(CLOCK_REALTIME)};
  }

  void start(const Step& step) override {
    Active active;
    active.id = step.id;
    active.dir = options_.runs_dir + "/" + step.id;
    active.wants_lines = step.wants_lines;
    if (step.wants_lines) {
      active.tails.emplace_back(active.dir + "/stdout");
      for (const auto& file : step.launch.record_files)
        active.tails.emplace_back(active.dir + "/" + file);
    }
    if (read_exit(active.dir)) {
      active.ended = true;
    } else if (lock_held(active.dir) || claimed(active.dir)) {
      adopt(active);
    } else {
      write_step(active.dir, step.launch);
      watch(active);
      active.shim = launch_shim(options_.shim, active.dir, step.launch.env);
    }
    active_.emplace(step.id, std::move(active));
  }

  void cancel(const std::string& step_id) override {
    const auto it = active_.find(step_id);
    if (it != active_.end() && it->second.shim) signal_shim(it->second.shim, SIGTERM);
  }

  [[nodiscard]] std::vector<Event> wait(std::int64_t deadline_mono_ms) override {
    std::vector<Event> events;
    for (;;) {
      for (auto it = active_.begin(); it != active_.end();) {
        it = advance(it->second, events) ? forget(it) : std::next(it);
      }
      if (!events.empty()) return events;
      if (sleep(deadline_mono_ms, events)) return events;
    }
  }

 private:
  using ActiveMap = std::map<std::string, Active>;

  void watch_wake_file() {
    const std::filesystem::path file(options_.wake_file);
    const auto dir = file.parent_path().string();
    wake_name_ = file.filename().string();
    // The directory, not the file: SQLite deletes and recreates its WAL.
    wake_watch_ = ::inotify_add_watch(inotify_.get(), dir.c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO);
    if (wake_watch_ < 0) fail("inotify_add_watch on the state directory");
  }

  void block_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
      sigaddset(&set, signal);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signals_ = Fd(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
    if (!signals_) fail("signalfd");
  }

  void watch(Active& active) {
    active.watch =
        ::inotify_add_watch(inotify_.get(), active.dir.c_str(), IN_MODIFY | IN_MOVED_TO | IN_CREATE);
    if (active.watch < 0) fail("inotify_add_watch on a step's directory");
  }

  void adopt(Active& active) {
    watch(active);
    if (const auto record = read_started(active.dir)) active.shim = adopt_shim(*record);
    // A shim between its claim and its start record holds the lock; its next file wakes us.
    active.ended = !active.shim && !lock_held(active.dir);
  }

  ActiveMap::iterator forget(ActiveMap::iterator it) {
    if (it->second.watch >= 0) ::inotify_rm_watch(inotify_.get(), it->second.watch);
    return active_.erase(it);
  }

  // Reports what is new of one step. True when it is over and everything of it has been reported.
  bool advance(Active& active, std::vector<Event>& events) {
    if (!active.reported_start) report_start(active, events);
    const bool over = active.ended || (active.shim && shim_ended(active.shim));
    active.ended = over;
    read_lines(active, events);
    if (!over || active.more_output) return false;
    const auto record = read_exit(active.dir);
    if (!record) {
      events.emplace_back(Lost{active.id, "its supervisor process ended without an exit record"});
      return true;
    }
    finish_lines(active, *record, events);
    events.emplace_back(Exited{active.id, *record});
    return true;
  }

  void report_start(Active& active, std::vector<Event>& events) {
    const auto record = read_started(active.dir);
    if (!record) return;
    active.reported_start = true;
    if (!active.shim) active.shim = adopt_shim(*record);
    events.emplace_back(Started{active.id, record->pid});
  }

  static void read_lines(Active& active, std::vector<Event>& events) {
    active.more_output = false;
    Lines lines{active.id, {}, 0};
    for (auto& tail : active.tails) {
      const int cut_before = tail.cut();
      active.more_output |= tail.read(lines.lines, kBytesPerTurn);
      lines.cut += tail.cut() - cut_before;
    }
    if (!lines.lines.empty()) events.emplace_back(std::move(lines));
  }

  // The unterminated last line, and what the shim kept after a gap: at most an eighth of the output limit.
  static void finish_lines(Active& active, const ExitRecord& record, std::vector<Event>& events) {
    if (!active.wants_lines) return;
    Lines lines{active.id, {}, 0};
    for (auto& tail : active.tails)
      tail.finish(lines.lines);
    for (const auto& name : record.stdout_tail) {
      Tail tail(active.dir + "/" + name);
      while (tail.read(lines.lines, kBytesPerTurn)) {
      }
      tail.finish(lines.lines);
    }
    if (!lines.lines.empty()) events.emplace_back(std::move(lines));
  }

  // True when the deadline has come, or there is something to report that is not a step's.
  bool sleep(std::int64_t deadline_mono_ms, std::vector<Event>& events) {
    std::vector<pollfd> fds = {{inotify_.get(), POLLIN, 0}};
    if (signals_) fds.push_back({signals_.get(), POLLIN, 0});
    bool more_output = false;
    for (const auto& [id, active] : active_) {
      if (active.shim && !active.ended) fds.push_back({active.shim.get(), POLLIN, 0});
      more_output |= active.more_output;
    }
    const std::int64_t left = more_output ? 0 : std::max<std::int64_t>(0, deadline_mono_ms - now().mono_ms);
    // At most a minute at a time: poll sleeps on a clock that stands still while the machine is suspended.
    const int ready = ::poll(fds.data(), fds.size(), static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready < 0 && errno != EINTR) fail("poll");
    drain_inotify(events);
    drain_signals(events);
    return !events.empty() || now().mono_ms >= deadline_mono_ms;
  }

  void drain_inotify(std::vector<Event>& events) {
    alignas(inotify_event) char buffer[16 << 10];
    bool woken = false;
    for (ssize_t n = 0; (n = ::read(inotify_.get(), buffer, sizeof buffer)) > 0;) {
      for (const char* p = buffer; p < buffer + n;) {
        const auto* event = reinterpret_cast<const inotify_event*>(p);
        if (event->wd == wake_watch_ && event->len > 0) woken |= wake_name_ == event->name;
        woken |= (event->mask & IN_Q_OVERFLOW) != 0;
        p += sizeof(inotify_event) + event->len;
      }
    }
    if (woken) events.emplace_back(Woken{});
  }

  void drain_signals(std::vector<Event>& events) const {
    signalfd_siginfo info{};
    while (signals_ && ::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      events.emplace_back(Signal{static_cast<int>(info.ssi_signo)});
    }
  }

  LocalRunnerOptions options_;
  Fd inotify_;
  Fd signals_;
  std::string wake_name_;
  int wake_watch_ = -1;
  ActiveMap active_;
};

}  // namespace

std::unique_ptr<Runner> make_local_runner(const LocalRunnerOptions& options) {
  return std::make_unique<LocalRunner>(options);
}

}  // namespace orchestrate::spawners
