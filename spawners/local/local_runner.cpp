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
#include "spawners/step/watcher.h"
#include "system/clock.h"
#include "system/descriptor.h"
#include "system/files.h"
#include "system/launcher.h"
#include "system/lock.h"
#include "system/process_id.h"
#include "system/watch.h"

namespace orchestrate::spawners {
namespace {

// A step without a process handle gives no wake-up when it ends: its lock is looked at so often.
constexpr std::int64_t kLookAgainMs = 250;
constexpr std::int64_t kLongestMs = 30LL * 24 * 3'600'000;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct Active {
  StepWatcher files;
  // Empty: adopted before its start record was there, or it ended long ago.
  system::Descriptor shim = {};
  system::Watch::Folder watch = {};
  // Known to be over: no need to wait for a wake-up.
  bool ended = false;
  // Something of it may have changed since it was looked at.
  bool woken = true;
  bool cancel_asked = false;
  // Its start record was seen.
  bool started = false;
  // Of its shim; when it should have ended the step, and whether it was reminded of that.
  Limits limits = {};
  std::int64_t due_ms = 0;
  bool reminded = false;
  bool wedged = false;
  // Nothing of it is on disk, and it is not to be started.
  bool vanished = false;
  // It was begun for another database, and says nothing to ours.
  bool foreign = false;
  // Since when its lock cannot be looked at.
  std::optional<std::int64_t> unknown_since_ms = {};
};

void signal_cancel(const Active& active) {
  if (active.cancel_asked && active.shim) system::signal_process(active.shim, SIGTERM);
}

// By the start record, when that names a living process.
void find_shim(Active& active) {
  const auto record = read_started(active.files.dir());
  active.shim = record ? adopt_shim(*record) : find_shim_of(active.files.dir());
  signal_cancel(active);
}

// It was begun, and either its folder is gone, or it runs though nothing in its folder says so. Else the
// session that began it died before it started it.
bool is_wiped(const std::string& dir) {
  if (!system::exists(dir)) return true;
  const Swept swept = kill_leftovers(dir);
  return swept.found || !swept.clean;
}

bool is_of_another(const std::string& dir, const Origin& ours) {
  const std::string theirs = read_origin(dir).database;
  return !ours.database.empty() && !theirs.empty() && theirs != ours.database;
}

Event end_without_record(const Active& active) {
  const std::string& dir = active.files.dir();
  const Swept swept = kill_leftovers(dir);
  const bool never_ran = !active.vanished && !active.foreign && !active.wedged && !active.started &&
                         !may_be_claimed(dir) && system::exists(dir + "/launch.json") && !swept.found &&
                         swept.clean;
  if (!never_ran) {
    std::string why = active.vanished ? "nothing of it is there: " + dir
                                      : "its supervisor process ended without an exit record";
    if (active.foreign) why = "what lies there was begun for another database: " + dir;
    if (active.wedged) why = "its supervisor process did not end it in time, and was ended";
    if (active.unknown_since_ms) why = "its lock cannot be looked at: " + dir + "/lock";
    if (!swept.clean) why += "; processes that it left could not be ended";
    return Lost{active.files.id(), why};
  }
  ExitRecord record;
  record.reason = active.cancel_asked ? ExitReason::cancelled : ExitReason::not_started;
  record.error = "its supervisor process ended before it could claim the step (is the disk full?)";
  record.started_at_ms = record.ended_at_ms = system::wall_ms();
  return Exited{active.files.id(), record};
}

// By its shim's own start; as far as is known, now.
std::int64_t began_ms(const std::string& dir) {
  const auto record = read_started(dir);
  const std::int64_t now_ms = system::boot_ms();
  if (!record || record->shim_start_ticks <= 0) return now_ms;
  return std::min(now_ms, record->shim_start_ticks * 1000 / ::sysconf(_SC_CLK_TCK));
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
    Active active{StepWatcher(step.id, options_.runs_dir + "/" + step.id)};
    const std::string& dir = active.files.dir();
    if (step.wants_lines) active.files.want_lines(step.launch.record_files);
    if (is_of_another(dir, step.launch.origin)) {
      active.ended = active.foreign = true;
      active_.emplace(step.id, std::move(active));
      return;
    }
    // The lock before the record: an agent can write an exit.json while it runs, but cannot free the lock.
    if (step_lock(dir) != system::LockState::free) {
      watch_begun(active, step.begun_before);
      find_shim(active);
      active.limits = read_limits(dir).value_or(step.launch.limits);
      // An agent can write that file.
      active.limits.wall_ms = std::clamp<std::int64_t>(active.limits.wall_ms, 0, kLongestMs);
      active.limits.grace_ms = std::clamp<std::int64_t>(active.limits.grace_ms, 0, kLongestMs);
      expect_end(active, began_ms(dir) + active.limits.wall_ms);
    } else if (may_be_claimed(dir) || read_exit(dir)) {
      active.ended = true;
    } else if (step.launch.argv.empty() || (step.begun_before && is_wiped(dir))) {
      active.ended = active.vanished = true;
    } else {
      write_step(dir, step.launch, options_.open_files);
      watch(active);
      auto environment = step.launch.env;
      environment.push_back(step_mark(dir));
      active.shim = launch_shim(launcher_, options_.shim, dir, environment);
      active.limits = step.launch.limits;
      expect_end(active, now().mono_ms + active.limits.wall_ms);
    }
    active_.emplace(step.id, std::move(active));
  }

  void cancel(const std::string& step_id) override {
    const auto it = active_.find(step_id);
    if (it == active_.end()) return;
    Active& active = it->second;
    if (!active.cancel_asked && !active.ended) expect_end(active, now().mono_ms);
    active.cancel_asked = true;
    signal_cancel(active);
  }

  std::vector<std::string> end_all_but(const std::set<std::string>& step_ids) override {
    std::vector<std::string> ended;
    for (const auto& id : living_steps(options_.runs_dir)) {
      if (step_ids.contains(id)) continue;
      (void)kill_leftovers(options_.runs_dir + "/" + id);
      ended.push_back(id);
    }
    return ended;
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

  // At its limit it is told to end, and may take its grace.
  void expect_end(Active& active, std::int64_t limit_ms) const {
    const std::int64_t due_ms = limit_ms + active.limits.grace_ms + options_.wedged_ms;
    if (active.due_ms == 0 || due_ms < active.due_ms) active.due_ms = due_ms;
  }

  // A shim is a process like any other: an agent can stop it, and then nothing keeps the agent to its limits.
  void end_if_wedged(Active& active) const {
    if (active.ended || active.due_ms == 0 || now().mono_ms < active.due_ms) return;
    if (!active.reminded && active.shim) {
      active.reminded = true;
      active.due_ms += options_.wedged_ms;
      signal_cancel(active);
      system::signal_process(active.shim, SIGCONT);
      return;
    }
    if (active.shim) system::signal_process(active.shim, SIGKILL);
    (void)kill_leftovers(active.files.dir());
    active.wedged = true;
    active.due_ms = 0;
  }

  void watch(Active& active) {
    // Records arrive by rename; every write matters only where somebody waits for lines.
    const std::uint32_t mask = active.files.wants_lines() ? IN_MOVED_TO | IN_MODIFY : IN_MOVED_TO;
    active.watch = watch_.folder(active.files.dir(), mask);
  }

  // Of a step that was begun nobody may say "failed" because its folder cannot be looked at: without a watch
  // it is looked at again and again.
  void watch_begun(Active& active, bool begun_before) {
    try {
      watch(active);
    } catch (const std::system_error&) {
      if (!begun_before) throw;
    }
  }

  // False only when it is certain, or when nobody could find out for too long.
  bool lock_held(Active& active) const {
    const system::LockState lock = step_lock(active.files.dir());
    if (lock != system::LockState::unknown) {
      active.unknown_since_ms.reset();
      return lock == system::LockState::held;
    }
    const std::int64_t now_ms = system::boot_ms();
    if (!active.unknown_since_ms) active.unknown_since_ms = now_ms;
    return now_ms - *active.unknown_since_ms < options_.unknown_lock_ms;
  }

  // Reports what is new of one step. True when it is over and everything of it has been reported.
  bool advance(Active& active, std::vector<Event>& events) {
    if (active.foreign) {
      events.push_back(end_without_record(active));
      return true;
    }
    end_if_wedged(active);
    // Asked before its files are read: what a step that is over has written is all there.
    active.ended = active.ended || (active.shim ? shim_ended(active.shim) : !lock_held(active));
    const bool has_started = active.files.read(events).has_value();
    active.started |= has_started;
    if (has_started && !active.shim && !active.ended) find_shim(active);
    if (!active.ended || active.files.has_more()) return false;
    if (active.files.finish(events)) return true;
    if (lock_held(active)) {
      // Our shim was the second one: that of an orchestrator that died a moment ago was faster.
      active.ended = false;
      find_shim(active);
      return false;
    }
    events.push_back(end_without_record(active));
    return true;
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
      const bool is_due = active.due_ms != 0 && !active.ended;
      const std::int64_t left = is_due ? std::max<std::int64_t>(0, active.due_ms - now().mono_ms) : longest;
      longest = std::min(longest, left);
      active.woken = !active.shim || active.files.has_more() || active.ended || left == 0;
      if (active.files.has_more()) longest = 0;
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
  system::Launcher launcher_;
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
