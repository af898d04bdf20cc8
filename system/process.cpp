#include "system/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "system/clock.h"

namespace orchestrate::system {
namespace {

constexpr std::size_t kErrorTailBytes = 4096;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// `ours` is the end that this process keeps.
struct Pipe {
  Descriptor ours;
  Descriptor theirs;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

// A socket instead of a pipe, because send() can be told not to raise SIGPIPE.
Pipe make_input() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) fail("socketpair");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

void limit_memory(pid_t pid, std::int64_t limit_bytes) {
  if (limit_bytes <= 0) return;
  const auto bytes = static_cast<rlim_t>(limit_bytes);
  const rlimit limit{bytes, bytes};
  ::prlimit(pid, RLIMIT_DATA, &limit, nullptr);
}

}  // namespace

Process::Process(const ProcessSpec& spec)
    : deadline_ms_(boot_ms() + spec.time_limit.count()), output_limit_bytes_(spec.output_limit_bytes) {
  Pipe input = spec.has_input ? make_input() : Pipe{};
  Pipe output = make_pipe();
  Pipe errors = make_pipe();
  child_ = launcher_.start({spec.program, spec.argv, spec.environment, spec.cwd, input.theirs.get(),
                            output.theirs.get(), errors.theirs.get()});
  limit_memory(child_->pid(), spec.memory_limit_bytes);
  in_ = std::move(input.ours);
  out_ = std::move(output.ours);
  err_ = std::move(errors.ours);
}

void Process::write(std::string_view bytes) {
  while (!bytes.empty() && in_) {
    if (poll_once(true) != Ready::input) continue;
    const ssize_t sent = ::send(in_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN && errno != EINTR) {
      in_.reset();
    }
  }
}

ProcessResult Process::finish() {
  in_.reset();
  while (out_ || err_)
    poll_once(false);
  wait_for_exit();
  return std::move(result_);
}

Process::Ready Process::poll_once(bool want_write) {
  std::array<pollfd, 3> waits{
      {{want_write ? in_.get() : -1, POLLOUT, 0}, {out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}}};
  const int ready = ::poll(waits.data(), waits.size(), remaining_ms());
  if (ready < 0 && errno != EINTR) fail("poll");
  if (ready == 0) {
    result_.timed_out = true;
    stop();
  }
  if (ready <= 0) return Ready::other;
  if (waits[1].revents != 0 || waits[2].revents != 0) collect();
  return waits[0].revents != 0 ? Ready::input : Ready::other;
}

void Process::collect() {
  std::array<char, 65536> buffer{};
  for (Descriptor* from : {&out_, &err_}) {
    pollfd readable{from->get(), POLLIN, 0};
    if (!*from || ::poll(&readable, 1, 0) != 1) continue;
    const ssize_t count = ::read(from->get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      from->reset();
      continue;
    }
    std::string& text = from == &out_ ? result_.out : result_.err;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  if (result_.err.size() > kErrorTailBytes) result_.err.erase(0, result_.err.size() - kErrorTailBytes);
  if (result_.out.size() > output_limit_bytes_) {
    result_.output_limit = true;
    stop();
  }
}

void Process::wait_for_exit() {
  pollfd ended{child_->descriptor(), POLLIN, 0};
  int ready = -1;
  do {
    ready = ::poll(&ended, 1, remaining_ms());
  } while (ready < 0 && errno == EINTR);
  if (ready == 0) {
    result_.timed_out = true;
    stop();
  }
  const int status = child_->wait();
  result_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Whoever escaped the group could hold the pipes open for ever, so they are let go as well.
void Process::stop() {
  child_->kill_group();
  in_.reset();
  out_.reset();
  err_.reset();
}

int Process::remaining_ms() const {
  return static_cast<int>(std::clamp<std::int64_t>(deadline_ms_ - boot_ms(), 0, 24L * 3600 * 1000));
}

}  // namespace orchestrate::system
