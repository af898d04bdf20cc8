#include "spawners/local/shim_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <limits>

#include "system/process_id.h"

namespace orchestrate::spawners {
namespace {

// The shim says there what is wrong before it has a record to say it in.
int our_stderr() {
  return ::fcntl(STDERR_FILENO, F_GETFD) < 0 ? -1 : STDERR_FILENO;
}

// As it was started: the program, the folder.
bool is_shim_of(pid_t pid, const std::string& dir) {
  const std::string words = system::process_words(pid, "cmdline").value_or("");
  const auto first = words.find('\0');
  return first != std::string::npos && words.compare(first + 1, std::string::npos, dir + '\0') == 0 &&
         words.substr(0, first).ends_with("orchestrate-shim");
}

}  // namespace

system::Descriptor launch_shim(system::Launcher& launcher, const std::string& shim, const std::string& dir,
                               const std::vector<std::string>& env) {
  system::Program program{shim, {shim, dir}, env};
  program.err = our_stderr();
  return launcher.start(program).detach();
}

system::Descriptor adopt_shim(const StartRecord& record) {
  if (record.shim_pid <= 0 || record.shim_pid > std::numeric_limits<pid_t>::max()) return {};
  // What an unreadable stat file looks like to the shim.
  if (record.shim_start_ticks == 0) return {};
  if (record.boot_id != system::boot_id()) return {};
  const auto pid = static_cast<pid_t>(record.shim_pid);
  system::Descriptor pidfd = system::open_process(pid);
  if (!pidfd) return {};
  const auto stat = system::read_process_stat(pid);
  if (!stat || stat->start_ticks != record.shim_start_ticks) return {};
  return pidfd;
}

bool shim_ended(const system::Descriptor& pidfd) {
  pollfd p{pidfd.get(), POLLIN, 0};
  if (::poll(&p, 1, 0) != 1) return false;
  siginfo_t info{};
  // Fails with ECHILD for an adopted shim: init reaps that one.
  ::waitid(P_PIDFD, static_cast<id_t>(pidfd.get()), &info, WEXITED | WNOHANG);
  return true;
}

system::Descriptor find_shim_of(const std::string& dir) {
  for (const pid_t pid : system::other_processes().value_or(std::vector<pid_t>())) {
    if (!is_shim_of(pid, dir)) continue;
    system::Descriptor process = system::open_process(pid);
    if (process && is_shim_of(pid, dir)) return process;
  }
  return {};
}

}  // namespace orchestrate::spawners
