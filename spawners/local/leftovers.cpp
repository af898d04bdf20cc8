#include "spawners/local/leftovers.h"

#include <sys/types.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <system_error>
#include <thread>

#include "system/process_id.h"

namespace orchestrate::spawners {
namespace {

constexpr int kMostPasses = 100;
constexpr std::chrono::milliseconds kBetweenPasses{20};

enum class Look { found, none, unknown };

// Each of its words between two NUL. Absent: nobody could look.
std::optional<std::string> environment_of(pid_t pid) {
  const auto words = system::process_words(pid, "environ");
  return words ? std::optional('\0' + *words + '\0') : std::nullopt;
}

Look look_for(pid_t pid, const std::string& mark) {
  const auto environment = environment_of(pid);
  if (!environment) return Look::unknown;
  return environment->find('\0' + mark + '\0') != std::string::npos ? Look::found : Look::none;
}

// Looked at again once the pidfd is held: until then the PID could have been given to somebody else.
Look kill_if_marked(pid_t pid, const std::string& mark) {
  if (const Look first = look_for(pid, mark); first != Look::found) return first;
  const system::Descriptor process = system::open_process(pid);
  if (!process) return errno == ESRCH ? Look::none : Look::unknown;
  const Look again = look_for(pid, mark);
  if (again == Look::found) system::signal_process(process, SIGKILL);
  return again;
}

Look kill_marked(const std::string& mark) {
  const auto others = system::other_processes();
  if (!others) return Look::unknown;
  Look all = Look::none;
  for (const pid_t pid : *others) {
    const Look one = kill_if_marked(pid, mark);
    if (one == Look::found || all == Look::none) all = one;
  }
  return all;
}

}  // namespace

std::string step_mark(const std::string& dir) {
  return std::string(system::kStepMark) + "=" + dir;
}

Swept kill_leftovers(const std::string& dir) {
  const std::string mark = step_mark(dir);
  bool found = false;
  int clean_passes = 0;
  for (int pass = 0; pass < kMostPasses && clean_passes < 2; ++pass) {
    const Look pass_found = kill_marked(mark);
    clean_passes = pass_found == Look::none ? clean_passes + 1 : 0;
    found |= pass_found == Look::found;
    // Between clean ones too: a program that is just being executed has no environment for an instant.
    if (clean_passes < 2) std::this_thread::sleep_for(kBetweenPasses);
  }
  return {found, clean_passes == 2};
}

std::set<std::string> living_steps(const std::string& runs) {
  const std::string below = '\0' + step_mark(runs + "/");
  std::set<std::string> steps;
  const auto others = system::other_processes();
  if (!others) throw std::system_error(errno, std::generic_category(), "cannot list /proc");
  for (const pid_t pid : *others) {
    const auto looked_at = environment_of(pid);
    if (!looked_at) throw std::system_error(errno, std::generic_category(), "cannot look at a process");
    const std::string& environment = *looked_at;
    const auto at = environment.find(below);
    if (at == std::string::npos) continue;
    const auto begin = at + below.size();
    steps.insert(environment.substr(begin, environment.find('\0', begin) - begin));
  }
  return steps;
}

}  // namespace orchestrate::spawners
