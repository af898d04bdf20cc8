#include "spawners/shim/supervisor.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <utility>

#include "spawners/shim/output.h"
#include "spawners/shim/tree.h"
#include "system/clock.h"

namespace orchestrate::shim {
namespace {

constexpr std::int64_t kill_limit_ms = 30'000;
constexpr std::int64_t terminate_pass_ms = 100;
constexpr std::int64_t kill_pass_ms = 20;
constexpr std::int64_t sleep_max_ms = 60'000;  // poll does not count the time asleep, our deadlines do
constexpr std::size_t block_bytes = 64 << 10;
constexpr int drain_blocks_max = 64;  // more than the largest pipe an unprivileged process may have

struct Stream {
  system::Descriptor pipe;
  Output output;
};

class Supervisor {
 public:
  Supervisor(const LaunchFile& launch, Child child, int step_dir, int signals)
      : launch_(launch),
        signals_(signals),
        cap_(launch.output_bytes),
        out_{std::move(child.out), Output(step_dir, "stdout", cap_)},
        err_{std::move(child.err), Output(step_dir, "stderr", cap_)},
        tree_(child.pid) {}

  ExitRecord run() {
    while (phase_ != Phase::over) {
      sleep();
      pump(out_);
      pump(err_);
      read_signals();
      tree_.reap();
      advance(system::boot_ms());
    }
    drain(out_);
    drain(err_);
    return record();
  }

 private:
  enum class Phase { running, terminating, killing, over };

  void sleep() {
    const std::int64_t ms = std::clamp<std::int64_t>(next_deadline() - system::boot_ms(), 0, sleep_max_ms);
    std::array<pollfd, 3> sources{
        {{signals_, POLLIN, 0}, {out_.pipe.get(), POLLIN, 0}, {err_.pipe.get(), POLLIN, 0}}};
    poll(sources.data(), sources.size(), static_cast<int>(ms));
  }

  std::int64_t next_deadline() const {
    if (phase_ != Phase::running) return next_pass_ms_;
    return std::min(started_ms_ + launch_.wall_ms, heard_ms_ + launch_.silence_ms);
  }

  // Takes one block at most, so that neither stream nor a flood keeps the loop from its clocks. False:
  // nothing there.
  bool pump(Stream& stream) {
    if (!stream.pipe) return false;
    const ssize_t n = read(stream.pipe.get(), block_.data(), block_.size());
    if (n > 0) {
      heard_ms_ = system::boot_ms();
      stream.output.append({block_.data(), static_cast<std::size_t>(n)});
    } else if (n == 0) {
      stream.pipe.reset();
    }
    return n > 0;
  }

  void drain(Stream& stream) {
    for (int block = 0; block < drain_blocks_max && pump(stream); ++block) {
    }
    stream.output.sync();
  }

  void read_signals() {
    signalfd_siginfo signal{};
    while (read(signals_, &signal, sizeof signal) == sizeof signal) {
      if (signal.ssi_signo == SIGCHLD) continue;
      (phase_ == Phase::running ? stop_asked_ : hurry_) = true;
    }
  }

  std::optional<ExitReason> reason_to_end(std::int64_t now) const {
    if (const std::optional<int> status = tree_.main_status()) {
      return WIFEXITED(*status) ? ExitReason::exited : ExitReason::signalled;
    }
    if (stop_asked_) return ExitReason::cancelled;
    if (cap_.exceeded && launch_.stop_on_output_limit) return ExitReason::output_limit;
    if (now >= started_ms_ + launch_.wall_ms) return ExitReason::wall_limit;
    if (now >= heard_ms_ + launch_.silence_ms) return ExitReason::silence_limit;
    return std::nullopt;
  }

  void advance(std::int64_t now) {
    if (phase_ == Phase::running) {
      const std::optional<ExitReason> reason = reason_to_end(now);
      if (!reason) return;
      reason_ = *reason;
      enter(Phase::terminating, now, launch_.grace_ms);
    }
    if (tree_.gone()) return enter(Phase::over, now, 0);
    if (now >= next_pass_ms_) pass(now);
    if (phase_ == Phase::terminating && (hurry_ || now >= phase_end_ms_)) {
      enter(Phase::killing, now, kill_limit_ms);
      pass(now);
    } else if (phase_ == Phase::killing && now >= phase_end_ms_) {
      enter(Phase::over, now, 0);
    }
  }

  void enter(Phase phase, std::int64_t now, std::int64_t lasts_ms) {
    phase_ = phase;
    phase_end_ms_ = now + lasts_ms;
    next_pass_ms_ = now;
  }

  void pass(std::int64_t now) {
    const bool killing = phase_ == Phase::killing;
    killing ? tree_.kill_all() : tree_.terminate();
    next_pass_ms_ = std::min(now + (killing ? kill_pass_ms : terminate_pass_ms), phase_end_ms_);
  }

  ExitRecord record() const {
    ExitRecord record;
    record.reason = reason_;
    if (const std::optional<int> status = tree_.main_status()) {
      if (WIFEXITED(*status)) record.code = WEXITSTATUS(*status);
      if (WIFSIGNALED(*status)) record.signal = WTERMSIG(*status);
    }
    record.wall_ms = system::boot_ms() - started_ms_;
    record.stdout_bytes = out_.output.produced();
    record.stderr_bytes = err_.output.produced();
    record.dropped_bytes = out_.output.dropped() + err_.output.dropped();
    record.stdout_tail = out_.output.tail_names();
    record.stderr_tail = err_.output.tail_names();
    record.swept = tree_.swept();
    record.left = tree_.gone() ? 0 : tree_.living();
    return record;
  }

  const LaunchFile& launch_;
  int signals_;
  OutputCap cap_;
  Stream out_, err_;
  Tree tree_;
  Phase phase_ = Phase::running;
  ExitReason reason_ = ExitReason::exited;
  bool stop_asked_ = false;
  bool hurry_ = false;
  std::int64_t started_ms_ = system::boot_ms();
  // A CLI that takes long to say its first word is not silent yet.
  std::int64_t heard_ms_ = started_ms_ + std::max<std::int64_t>(0, launch_.startup_ms - launch_.silence_ms);
  std::int64_t phase_end_ms_ = 0;
  std::int64_t next_pass_ms_ = 0;
  std::array<char, block_bytes> block_;
};

std::int64_t milliseconds(const timeval& time) {
  return std::int64_t{time.tv_sec} * 1000 + time.tv_usec / 1000;
}

}  // namespace

ExitRecord supervise(const LaunchFile& launch, Child child, int step_dir, int signals) {
  ExitRecord record = Supervisor(launch, std::move(child), step_dir, signals).run();
  rusage used{};
  getrusage(RUSAGE_CHILDREN, &used);
  record.user_ms = milliseconds(used.ru_utime);
  record.system_ms = milliseconds(used.ru_stime);
  record.max_rss_kib = used.ru_maxrss;
  return record;
}

}  // namespace orchestrate::shim
