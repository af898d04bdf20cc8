#include "spawners/local/shim_process.h"

#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <limits>
#include <system_error>

namespace orchestrate::spawners {
namespace {

std::string first_line(const char* path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

// Field 22 of /proc/PID/stat. The command name (field 2) may hold blanks and parentheses, hence the last ')'.
std::uint64_t start_ticks(std::int64_t pid) {
  const std::string stat = first_line(("/proc/" + std::to_string(pid) + "/stat").c_str());
  std::size_t at = stat.rfind(')');
  for (int field = 2; field < 22 && at != std::string::npos; ++field)
    at = stat.find(' ', at + 1);
  return at == std::string::npos ? 0 : std::strtoull(stat.c_str() + at, nullptr, 10);
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const auto& text : texts)
    pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// posix_spawn, because it shares our memory until exec instead of copying its page tables, and says so when
// exec fails.
pid_t spawn(const std::string& program, const std::vector<std::string>& argv,
            const std::vector<std::string>& env) {
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, program.c_str(), &files, nullptr, pointers_to(argv).data(),
                                  pointers_to(env).data());
  ::posix_spawn_file_actions_destroy(&files);
  if (error != 0) throw std::system_error(error, std::generic_category(), "cannot start " + program);
  return pid;
}

}  // namespace

Fd launch_shim(const std::string& shim, const std::string& dir, const std::vector<std::string>& env) {
  const pid_t pid = spawn(shim, {shim, dir}, env);
  Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd) throw std::system_error(errno, std::generic_category(), "pidfd_open of the shim");
  return pidfd;
}

Fd adopt_shim(const StartRecord& record) {
  // No process started at tick 0; it is what an unreadable stat file looks like, here and in the shim.
  if (record.shim_pid <= 0 || record.shim_pid > std::numeric_limits<pid_t>::max()) return {};
  if (record.shim_start_ticks == 0) return {};
  if (record.boot_id != first_line("/proc/sys/kernel/random/boot_id")) return {};
  Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(record.shim_pid), 0)));
  if (!pidfd || start_ticks(record.shim_pid) != record.shim_start_ticks) return {};
  return pidfd;
}

bool shim_ended(const Fd& pidfd) {
  pollfd p{pidfd.get(), POLLIN, 0};
  if (::poll(&p, 1, 0) != 1) return false;
  siginfo_t info{};
  // Fails with ECHILD for an adopted shim: init reaps that one.
  ::waitid(P_PIDFD, static_cast<id_t>(pidfd.get()), &info, WEXITED | WNOHANG);
  return true;
}

void signal_shim(const Fd& pidfd, int signal) {
  ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0);
}

}  // namespace orchestrate::spawners
