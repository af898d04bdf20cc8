#include "spawners/local/shim_process.h"

#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <system_error>

#include "system/process_id.h"

namespace orchestrate::spawners {
namespace {

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

system::Descriptor launch_shim(const std::string& shim, const std::string& dir,
                               const std::vector<std::string>& env) {
  const pid_t pid = spawn(shim, {shim, dir}, env);
  system::Descriptor pidfd = system::open_process(pid);
  if (!pidfd) throw std::system_error(errno, std::generic_category(), "pidfd_open of the shim");
  return pidfd;
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

}  // namespace orchestrate::spawners
