#include "spawners/local/leftovers.h"

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "system/process_id.h"

namespace orchestrate::spawners {
namespace {

constexpr int kMostPasses = 100;
constexpr std::chrono::milliseconds kBetweenPasses{20};

// Each of its words between two NUL.
std::string environment_of(pid_t pid) {
  return '\0' + system::process_words(pid, "environ") + '\0';
}

bool carries(pid_t pid, const std::string& mark) {
  return environment_of(pid).find('\0' + mark + '\0') != std::string::npos;
}

// Looked at again once the pidfd is held: until then the PID could have been given to somebody else.
bool kill_if_marked(pid_t pid, const std::string& mark) {
  if (!carries(pid, mark)) return false;
  const system::Descriptor process = system::open_process(pid);
  if (!process || !carries(pid, mark)) return false;
  system::signal_process(process, SIGKILL);
  return true;
}

bool kill_marked(const std::string& mark) {
  bool found = false;
  for (const pid_t pid : system::other_processes())
    found |= kill_if_marked(pid, mark);
  return found;
}

}  // namespace

std::string step_mark(const std::string& dir) {
  return "ORCHESTRATE_STEP=" + dir;
}

Swept kill_leftovers(const std::string& dir) {
  const std::string mark = step_mark(dir);
  bool found = false;
  int clean_passes = 0;
  for (int pass = 0; pass < kMostPasses && clean_passes < 2; ++pass) {
    clean_passes = kill_marked(mark) ? 0 : clean_passes + 1;
    found |= clean_passes == 0;
    // Between clean ones too: a program that is just being executed has no environment for an instant.
    if (clean_passes < 2) std::this_thread::sleep_for(kBetweenPasses);
  }
  return {found, clean_passes == 2};
}

std::set<std::string> living_steps(const std::string& runs) {
  const std::string below = '\0' + step_mark(runs + "/");
  std::set<std::string> steps;
  for (const pid_t pid : system::other_processes()) {
    const std::string environment = environment_of(pid);
    const auto at = environment.find(below);
    if (at == std::string::npos) continue;
    const auto begin = at + below.size();
    steps.insert(environment.substr(begin, environment.find('\0', begin) - begin));
  }
  return steps;
}

}  // namespace orchestrate::spawners
