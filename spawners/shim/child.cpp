#include "spawners/shim/child.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>
#include <vector>

#include "spawners/shim/program.h"
#include "system/resources.h"

namespace orchestrate::shim {
namespace {

constexpr int start_limit_ms = 30'000;

struct Pipe {
  system::Descriptor read, write;
};

// What goes through the report pipe when the child could not become the program.
struct Failure {
  enum class Call { prepare, chdir, exec } call;
  int error;
};

// Everything the child needs, made before the fork: after it there is nothing to allocate and nothing to look
// up.
struct Plan {
  const char* path;
  char* const* argv;
  const char* cwd;
  int in, out, err, report;
  pid_t shim;
  rlim_t open_files;
};

// Why there is no child. `error` 0: no call failed.
struct Refusal {
  std::string text = {};
  int error = 0;
};

Refusal refused(const std::string& what, int error) {
  return {what + ": " + std::strerror(error), error};
}

Spawned failed(Refusal refusal) {
  const auto reason = system::is_machine_fault(refusal.error) ? spawners::ExitReason::not_started
                                                              : spawners::ExitReason::spawn_failed;
  return {Child{}, std::move(refusal.text), reason};
}

bool make_pipe(Pipe& into) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  into.read = system::Descriptor(ends[0]);
  into.write = system::Descriptor(ends[1]);
  return true;
}

void reset_signals() {
  for (int number = 1; number < NSIG; ++number)
    std::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void give_up(const Plan& plan, Failure::Call call) {
  const Failure failure{call, errno};
  [[maybe_unused]] const ssize_t told = write(plan.report, &failure, sizeof failure);
  _exit(127);
}

// Only the soft limit, which the program may raise again.
void limit_open_files(rlim_t most) {
  rlimit limit{};
  if (most == 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min(most, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);
}

[[noreturn]] void become_program(const Plan& plan) {
  if (setpgid(0, 0) != 0) give_up(plan, Failure::Call::prepare);
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) give_up(plan, Failure::Call::prepare);
  // The shim may have died before the line above; then nobody would ever send the signal.
  if (getppid() != plan.shim) _exit(127);
  reset_signals();
  limit_open_files(plan.open_files);
  if (chdir(plan.cwd) != 0) give_up(plan, Failure::Call::chdir);
  if (dup2(plan.in, 0) < 0 || dup2(plan.out, 1) < 0 || dup2(plan.err, 2) < 0 ||
      close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) != 0) {
    give_up(plan, Failure::Call::prepare);
  }
  execve(plan.path, plan.argv, environ);
  give_up(plan, Failure::Call::exec);
}

// A FIFO or a device could block the child before it even starts, where no limit of the step is watched yet.
Refusal open_stdin(const LaunchFile& launch, int step_dir, system::Descriptor& into) {
  const std::string& path = launch.stdin_file;
  into = system::open_at(step_dir, path.empty() ? "/dev/null" : path, O_RDONLY | O_NONBLOCK);
  if (!into) return refused("cannot open '" + path + "' as stdin", errno);
  struct stat info {};
  if (!path.empty() && (fstat(into.get(), &info) != 0 || !S_ISREG(info.st_mode))) {
    return {"cannot open '" + path + "' as stdin: not a regular file"};
  }
  fcntl(into.get(), F_SETFL, 0);
  return {};
}

// Waits until the report pipe is closed by a successful exec, or says what went wrong.
Refusal await_exec(const LaunchFile& launch, const std::string& path, pid_t pid, int report) {
  pollfd readable{report, POLLIN, 0};
  if (poll(&readable, 1, start_limit_ms) == 0) {
    kill(pid, SIGKILL);
    return {"cannot run '" + path + "': no start within 30 s (a file system that does not answer?)", EIO};
  }
  Failure failure{};
  if (read(report, &failure, sizeof failure) != sizeof failure) return {};
  waitpid(pid, nullptr, 0);
  switch (failure.call) {
    case Failure::Call::chdir:
      return refused("cannot enter the working directory '" + launch.cwd + "'", failure.error);
    case Failure::Call::exec:
      return {explain_exec(launch, path, failure.error), failure.error};
    case Failure::Call::prepare:
      break;
  }
  return refused("cannot prepare the process of '" + path + "'", failure.error);
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const std::string& s : strings)
    result.push_back(const_cast<char*>(s.c_str()));
  result.push_back(nullptr);
  return result;
}

}  // namespace

Spawned spawn(const LaunchFile& launch, int step_dir) {
  Program program = find_program(launch.argv[0]);
  if (!program.error.empty()) return failed({std::move(program.error)});
  system::Descriptor in;
  if (Refusal refusal = open_stdin(launch, step_dir, in); !refusal.text.empty())
    return failed(std::move(refusal));
  Pipe out, err, report;
  if (!make_pipe(out) || !make_pipe(err) || !make_pipe(report)) {
    return failed(refused("cannot make a pipe", errno));
  }

  const std::vector<char*> argv = pointers(launch.argv);
  const Plan plan{program.path.c_str(),
                  argv.data(),
                  launch.cwd.c_str(),
                  in.get(),
                  out.write.get(),
                  err.write.get(),
                  report.write.get(),
                  getpid(),
                  static_cast<rlim_t>(launch.open_files)};
  const pid_t pid = fork();
  if (pid < 0) return failed(refused("cannot fork", errno));
  if (pid == 0) become_program(plan);

  // In the parent as well: a signal to the group must find it, whoever of the two runs first.
  setpgid(pid, pid);
  report.write.reset();
  Refusal refusal = await_exec(launch, program.path, pid, report.read.get());
  if (!refusal.text.empty()) return failed(std::move(refusal));
  fcntl(out.read.get(), F_SETFL, O_NONBLOCK);
  fcntl(err.read.get(), F_SETFL, O_NONBLOCK);
  return {Child{pid, std::move(out.read), std::move(err.read)}, {}};
}

}  // namespace orchestrate::shim
