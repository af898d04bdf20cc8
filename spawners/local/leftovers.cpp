#include "spawners/local/leftovers.h"

#include <dirent.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <thread>

#include "spawners/fd.h"

namespace orchestrate::spawners {
namespace {

constexpr int kMostPasses = 100;
constexpr std::chrono::milliseconds kBetweenPasses{20};

bool carries(pid_t pid, const std::string& mark) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/environ", std::ios::binary);
  std::string environment(1, '\0');
  environment.append(std::istreambuf_iterator<char>(in), {});
  environment += '\0';
  return environment.find('\0' + mark + '\0') != std::string::npos;
}

// Looked at again once the pidfd is held: until then the PID could have been given to somebody else.
bool kill_if_marked(pid_t pid, const std::string& mark) {
  if (!carries(pid, mark)) return false;
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process || !carries(pid, mark)) return false;
  ::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0);
  return true;
}

bool kill_marked(const std::string& mark) {
  bool found = false;
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), ::closedir);
  if (!proc) return false;
  while (const dirent* entry = ::readdir(proc.get())) {
    const char* end = entry->d_name + std::strlen(entry->d_name);
    pid_t pid = 0;
    if (std::from_chars(entry->d_name, end, pid).ptr != end || pid == ::getpid()) continue;
    found |= kill_if_marked(pid, mark);
  }
  return found;
}

}  // namespace

std::string step_mark(const std::string& dir) {
  return "ORCHESTRATE_STEP=" + dir;
}

bool kill_leftovers(const std::string& dir) {
  const std::string mark = step_mark(dir);
  int clean_passes = 0;
  for (int pass = 0; pass < kMostPasses && clean_passes < 2; ++pass) {
    clean_passes = kill_marked(mark) ? 0 : clean_passes + 1;
    if (clean_passes == 0) std::this_thread::sleep_for(kBetweenPasses);
  }
  return clean_passes == 2;
}

}  // namespace orchestrate::spawners
