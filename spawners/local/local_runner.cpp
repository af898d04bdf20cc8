#include "spawners/local/local_runner.h"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "spawners/fd.h"
#include "spawners/local/leftovers.h"
#include "spawners/local/shim_process.h"
#include "spawners/step/step_files.h"
#include "spawners/step/tail.h"
#include "system/clock.h"

namespace orchestrate::spawners {
namespace {

// A flooding step must not starve the others: so much of its output is read per turn.
constexpr std::size_t kBytesPerTurn = 1 << 20;

// A step without a process handle gives no wake-up when it ends: its lock is looked at so often.
constexpr std::int64_t kLookAgainMs = 250;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct Active {
  std::string id;
  std::string dir;
  Fd shim;  // empty: adopted before its start record was there, or it ended long ago
  int watch = -1;
  bool reported_start = false;
  bool more_output = false;
  bool ended = false;  // known to be over: no need to wait for a wake-up
  bool woken = true;   // something of it may have changed since it was looked at
  bool cancel_asked = false;
  std::vector<Tail> tails;  // stdout first; empty: nobody wants lines
};

void signal_cancel(const Active& active) {
  if (active.cancel_asked && active.shim) signal_shim(active.shim, SIGTERM);
}

// By the start record, when that names a living process.
void find_shim(Active& active) {
  const auto record = read_started(active.dir);
  active.shim = record ? adopt_shim(*record) : Fd();
  signal_cancel(active);
}

bool is_over(const Active& active) {
  return active.shim ? shim_ended(active.shim) : !lock_held(active.dir);
}

void report_lines(const Active& active, Tail& tail, std::vector<std::string> lines,
                  std::vector<Event>& events) {
  if (!lines.empty()) events.emplace_back(Lines{active.id, tail.file(), std::move(lines), tail.newly_cut()});
}

Event end_without_record(const Active& active) {
  if (claimed(active.dir)) {
    kill_leftovers(active.dir);
    return Lost{active.id, "its supervisor process ended without an exit record"};
  }
  ExitRecord record;
  record.reason = active.cancel_asked ? ExitReason::cancelled : ExitReason::spawn_failed;
  record.error = "its supervisor process ended before it could claim the step (is the disk full?)";
  record.started_at_ms = record.ended_at_ms = system::wall_ms();
  return Exited{active.id, record};
}

class LocalRunner final : public Runner {
 public:
  explicit LocalRunner(LocalRunnerOptions options) : options_(std::move(options)) {
    if (::access(options_.shim.c_str(), X_OK) != 0) {
      throw std::system_error(errno, std::generic_category(), "the shim " + options_.shim + " cannot be run");
    }
    inotify_ = Fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!inotify_) fail("inotify_init1");
    for (const auto& path : options_.wake_on)
      watch_for_wake(path);
    if (options_.signals) block_signals();
  }

  [[nodiscard]] Now now() const override { return {system::boot_ms(), system::wall_ms()}; }

  void start(const Step& step) override {
    if (active_.count(step.id) > 0) return;
    Active active;
    active.id = step.id;
    active.dir = options_.runs_dir + "/" + step.id;
    if (step.wants_lines) {
      active.tails.emplace_back(active.dir, "stdout");
      for (const auto& file : step.launch.record_files)
        active.tails.emplace_back(active.dir, file);
    }
    // The lock before the record: an agent can write an exit.json while it runs, but cannot free the lock.
    if (lock_held(active.dir)) {
      watch(active);
      find_shim(active);
    } else if (claimed(active.dir) || read_exit(active.dir)) {
      active.ended = true;
    } else {
      write_step(active.dir, step.launch);
      watch(active);
      active.shim = launch_shim(options_.shim, active.dir, step.launch.env);
    }
    active_.emplace(step.id, std::move(active));
  }

  void cancel(const std::string& step_id) override {
    const auto it = active_.find(step_id);
    if (it == active_.end()) return;
    it->second.cancel_asked = true;
    signal_cancel(it->second);
  }

  [[nodiscard]] std::vector<Event> wait(std::int64_t deadline_mono_ms) override {
    std::vector<Event> events;
    for (;;) {
      for (auto it = active_.begin(); it != active_.end();) {
        it = std::exchange(it->second.woken, false) && advance(it->second, events) ? forget(it)
                                                                                   : std::next(it);
      }
      if (!events.empty()) return events;
      if (sleep(deadline_mono_ms, events)) return events;
    }
  }

 private:
  using ActiveMap = std::map<std::string, Active>;

  void watch_for_wake(const std::string& path) {
    const std::filesystem::path file(path);
    const auto dir = file.parent_path().string();
    const auto name = file.filename().string();
    // The directory, not the file: SQLite deletes and recreates its WAL, editors replace what they write.
    const std::uint32_t mask = name.empty() ? IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE
                                            : IN_MODIFY | IN_CREATE | IN_MOVED_TO;
    const int watch = ::inotify_add_watch(inotify_.get(), dir.c_str(), mask);
    if (watch < 0 && name.empty() && errno == ENOENT) return;
    if (watch < 0) fail("inotify_add_watch");
    wakers_[watch] = name;
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
    // Records arrive by rename; every write matters only where somebody waits for lines.
    const std::uint32_t mask = active.tails.empty() ? IN_MOVED_TO : IN_MOVED_TO | IN_MODIFY;
    active.watch = ::inotify_add_watch(inotify_.get(), active.dir.c_str(), mask);
    if (active.watch < 0) fail("inotify_add_watch on a step's directory");
  }

  ActiveMap::iterator forget(ActiveMap::iterator it) {
    if (it->second.watch >= 0) ::inotify_rm_watch(inotify_.get(), it->second.watch);
    return active_.erase(it);
  }

  // Reports what is new of one step. True when it is over and everything of it has been reported.
  static bool advance(Active& active, std::vector<Event>& events) {
    // Asked before its files are read: what a step that is over has written is all there.
    active.ended = active.ended || is_over(active);
    if (!active.reported_start) report_start(active, events);
    read_lines(active, events);
    if (!active.ended || active.more_output) return false;
    const auto record = read_exit(active.dir);
    if (!record && lock_held(active.dir)) {
      // Our shim was the second one: that of an orchestrator that died a moment ago was faster.
      active.ended = false;
      find_shim(active);
      return false;
    }
    if (record) finish_lines(active, *record, events);
    events.push_back(record ? Exited{active.id, *record} : end_without_record(active));
    return true;
  }

  static void report_start(Active& active, std::vector<Event>& events) {
    const auto record = read_started(active.dir);
    if (!record) return;
    active.reported_start = true;
    if (!active.shim && !active.ended) find_shim(active);
    events.emplace_back(Started{active.id, record->pid});
  }

  static void read_lines(Active& active, std::vector<Event>& events) {
    active.more_output = false;
    for (auto& tail : active.tails) {
      std::vector<std::string> lines;
      active.more_output |= tail.read(lines, kBytesPerTurn);
      report_lines(active, tail, std::move(lines), events);
    }
  }

  // What the shim kept after the head, at most an eighth of the output limit, and the unterminated last
  // lines.
  static void finish_lines(Active& active, const ExitRecord& record, std::vector<Event>& events) {
    for (auto& tail : active.tails) {
      std::vector<std::string> lines;
      const auto& kept = tail.file() == "stdout"   ? record.stdout_tail
                         : tail.file() == "stderr" ? record.stderr_tail
                                                   : std::vector<std::string>();
      if (!kept.empty() && record.dropped_bytes > 0)
        tail.finish(lines);  // there is a gap before what follows
      for (const auto& name : kept) {
        tail.continue_with(active.dir + "/" + name);
        while (tail.read(lines, kBytesPerTurn)) {
        }
      }
      tail.finish(lines);
      report_lines(active, tail, std::move(lines), events);
    }
  }

  // True when the deadline has come, or there is something to report that is not a step's.
  bool sleep(std::int64_t deadline_mono_ms, std::vector<Event>& events) {
    std::vector<pollfd> fds = {{inotify_.get(), POLLIN, 0}, {signals_ ? signals_.get() : -1, POLLIN, 0}};
    // At most a minute at a time: poll sleeps on a clock that stands still while the machine is suspended.
    std::int64_t longest = 60'000;
    for (auto& [id, active] : active_) {
      fds.push_back({active.shim && !active.ended ? active.shim.get() : -1, POLLIN, 0});
      if (!active.shim) longest = std::min(longest, kLookAgainMs);
      active.woken = !active.shim || active.more_output || active.ended;
      if (active.more_output) longest = 0;
    }
    const std::int64_t left = std::clamp<std::int64_t>(deadline_mono_ms - now().mono_ms, 0, longest);
    const int ready = ::poll(fds.data(), fds.size(), static_cast<int>(left));
    if (ready < 0 && errno != EINTR) fail("poll");
    auto fd = fds.begin() + 2;
    for (auto& [id, active] : active_)
      active.woken |= (fd++)->revents != 0;
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
        woken |= wakes(*event);
        p += sizeof(inotify_event) + event->len;
      }
    }
    if (woken) events.emplace_back(Woken{});
  }

  // Whether it is about a file that somebody else writes to; what it says of a step is noted there.
  bool wakes(const inotify_event& event) {
    const bool lost_some = (event.mask & IN_Q_OVERFLOW) != 0;
    for (auto& [id, active] : active_)
      active.woken |= lost_some || active.watch == event.wd;
    const auto waker = wakers_.find(event.wd);
    if (waker == wakers_.end() || event.len == 0) return lost_some;
    return waker->second.empty() || waker->second == event.name;
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
  std::map<int, std::string> wakers_;  // watch -> the file's name, empty: any
  ActiveMap active_;
};

}  // namespace

std::unique_ptr<Runner> make_local_runner(const LocalRunnerOptions& options) {
  return std::make_unique<LocalRunner>(options);
}

}  // namespace orchestrate::spawners
