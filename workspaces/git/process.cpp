#include "workspaces/git/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "system/process_id.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

constexpr std::size_t kErrorTailBytes = 4096;

struct Pipe {
  system::Descriptor read;
  system::Descriptor write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw WorkspaceError(std::string("pipe: ") + std::strerror(errno));
  return {system::Descriptor(ends[0]), system::Descriptor(ends[1])};
}

// A socket instead of a pipe, because send() can be told not to raise SIGPIPE.
Pipe make_input() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw WorkspaceError(std::string("socketpair: ") + std::strerror(errno));
  }
  return {system::Descriptor(ends[0]), system::Descriptor(ends[1])};
}

std::vector<char*> c_strings(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (const std::string& text : strings)
    pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

class SpawnSettings {
 public:
  SpawnSettings() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

}  // namespace

Process::Process(const ProcessSpec& spec)
    : deadline_(Clock::now() + spec.time_limit), output_limit_bytes_(spec.output_limit_bytes) {
  Pipe input;
  if (spec.has_input) input = make_input();
  Pipe output = make_pipe();
  Pipe errors = make_pipe();
  start(spec, input.write.get(), output.write.get(), errors.write.get());
  in_ = std::move(input.read);
  out_ = std::move(output.read);
  err_ = std::move(errors.read);
}

void Process::start(const ProcessSpec& spec, int input, int output, int errors) {
  SpawnSettings settings;
  posix_spawn_file_actions_addchdir_np(&settings.actions, spec.cwd.c_str());
  if (spec.has_input) {
    posix_spawn_file_actions_adddup2(&settings.actions, input, STDIN_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&settings.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  posix_spawn_file_actions_adddup2(&settings.actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&settings.actions, errors, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&settings.actions, STDERR_FILENO + 1);
  const int failure = posix_spawn(&pid_, spec.program.c_str(), &settings.actions, &settings.attributes,
                                  c_strings(spec.argv).data(), c_strings(spec.environment).data());
  if (failure != 0) {
    throw WorkspaceError("cannot start " + spec.program + " in " + spec.cwd + ": " + std::strerror(failure));
  }
  if (spec.memory_limit_bytes > 0) {
    const auto bytes = static_cast<rlim_t>(spec.memory_limit_bytes);
    const rlimit limit{bytes, bytes};
    prlimit(pid_, RLIMIT_DATA, &limit, nullptr);
  }
  pidfd_ = system::open_process(pid_);
  if (!pidfd_) {
    const int error = errno;
    kill_group();
    waitpid(pid_, nullptr, 0);
    throw WorkspaceError(std::string("pidfd_open (Linux 5.3 or newer is needed): ") + std::strerror(error));
  }
}

Process::~Process() {
  if (!pidfd_) return;
  kill_group();
  waitpid(pid_, nullptr, 0);
}

void Process::write(std::string_view bytes) {
  while (!bytes.empty() && in_) {
    if (poll_once(true) != Ready::input) continue;
    const ssize_t sent = send(in_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
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
  const int ready = poll(waits.data(), waits.size(), remaining_ms());
  if (ready < 0 && errno != EINTR) throw WorkspaceError(std::string("poll: ") + std::strerror(errno));
  if (ready == 0) {
    result_.timed_out = true;
    kill_group();
  }
  if (ready <= 0) return Ready::other;
  if (waits[1].revents != 0 || waits[2].revents != 0) collect();
  return waits[0].revents != 0 ? Ready::input : Ready::other;
}

void Process::collect() {
  std::array<char, 65536> buffer{};
  for (system::Descriptor* from : {&out_, &err_}) {
    pollfd readable{from->get(), POLLIN, 0};
    if (!*from || poll(&readable, 1, 0) != 1) continue;
    const ssize_t count = read(from->get(), buffer.data(), buffer.size());
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
    kill_group();
  }
}

void Process::wait_for_exit() {
  pollfd ended{pidfd_.get(), POLLIN, 0};
  int ready = -1;
  do {
    ready = poll(&ended, 1, remaining_ms());
  } while (ready < 0 && errno == EINTR);
  if (ready == 0) {
    result_.timed_out = true;
    kill_group();
  }
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0) {
    if (errno != EINTR) throw WorkspaceError(std::string("waitpid: ") + std::strerror(errno));
  }
  pidfd_.reset();
  result_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Whoever escaped the group could hold the pipes open for ever, so they are let go as well.
void Process::kill_group() {
  kill(-pid_, SIGKILL);
  in_.reset();
  out_.reset();
  err_.reset();
}

int Process::remaining_ms() const {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 24L * 3600 * 1000));
}

}  // namespace orchestrate::workspaces
