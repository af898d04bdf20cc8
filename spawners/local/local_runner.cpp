#include "spawners/local/local_runner.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "spawners/local/leftovers.h"
#include "spawners/local/shim_process.h"
#include "spawners/step/step_files.h"
#include "spawners/step/tail.h"
#include "system/clock.h"
#include "system/descriptor.h"
#include "system/files.h"
#include "system/process_id.h"
#include "system/watch.h"

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
  system::Descriptor shim;  // empty: adopted before its start record was there, or it ended long ago
  system::Watch::Folder watch;
  bool reported_start = false;
  bool more_output = false;
  bool ended = false;  // known to be over: no need to wait for a wake-up
  bool woken = true;   // something of it may have changed since it was looked at
  bool cancel_asked = false;
  std::vector<Tail> tails;  // stdout first; empty: nobody wants lines
};

void signal_cancel(const Active& active) {
  if (active.cancel_asked && active.shim) system::signal_process(active.shim, SIGTERM);
}

// By the start record, when that names a living process.
void find_shim(Active& active) {
  const auto record = read_started(active.dir);
  active.shim = record ? adopt_shim(*record) : system::Descriptor();
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
    for (const auto& path : options_.wake_on)
      watch_for_wake(path);
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

  [[nodiscard]] std::string tail(const std::string& step_id, const std::string& stream,
                                 std::size_t most) const override {
    return output_tail(options_.runs_dir + "/" + step_id, stream, most);
  }

  [[nodiscard]] std::string read(const std::string& step_id, const std::string& file,
                                 std::size_t most) const override {
    return system::read_file(options_.runs_dir + "/" + step_id + "/" + file, most).text;
  }

  [[nodiscard]] std::vector<Event> wait(std::int64_t deadline_mono_ms) override {
    std::vector<Event> events;
    for (;;) {
      for (auto it = active_.begin(); it != active_.end();) {
        const bool over = std::exchange(it->second.woken, false) && advance(it->second, events);
        it = over ? active_.erase(it) : std::next(it);
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
    // A folder of which every file counts may be missing.
    if (name.empty() && !system::exists(dir)) return;
    wakers_.emplace_back(watch_.folder(dir, mask), name);
  }

  void watch(Active& active) {
    // Records arrive by rename; every write matters only where somebody waits for lines.
    const std::uint32_t mask = active.tails.empty() ? IN_MOVED_TO : IN_MOVED_TO | IN_MODIFY;
    active.watch = watch_.folder(active.dir, mask);
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
    std::vector<pollfd> fds = {
        {watch_.descriptor(), POLLIN, 0},
        {options_.signals != nullptr ? options_.signals->descriptor() : -1, POLLIN, 0}};
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
    drain_watch(events);
    drain_signals(events);
    return !events.empty() || now().mono_ms >= deadline_mono_ms;
  }

  void drain_watch(std::vector<Event>& events) {
    bool woken = false;
    for (const system::Watch::Change& change : watch_.take())
      woken |= wakes(change);
    if (woken) events.emplace_back(Woken{});
  }

  // Whether it is about a file that somebody else writes to; what it says of a step is noted there.
  bool wakes(const system::Watch::Change& change) {
    for (auto& [id, active] : active_)
      active.woken |= change.lost_some || active.watch.id() == change.folder;
    return change.lost_some || std::ranges::any_of(wakers_, [&change](const auto& waker) {
             const auto& [folder, name] = waker;
             return folder.id() == change.folder && !change.name.empty() &&
                    (name.empty() || name == change.name);
           });
  }

  void drain_signals(std::vector<Event>& events) const {
    if (options_.signals == nullptr) return;
    for (const int number : options_.signals->take())
      events.emplace_back(Signal{number});
  }

  LocalRunnerOptions options_;
  system::Watch watch_;
  // A folder, and the file in it that counts; empty: each of them.
  std::vector<std::pair<system::Watch::Folder, std::string>> wakers_;
  ActiveMap active_;
};

}  // namespace

std::unique_ptr<Runner> make_local_runner(const LocalRunnerOptions& options) {
  return std::make_unique<LocalRunner>(options);
}

}  // namespace orchestrate::spawners
