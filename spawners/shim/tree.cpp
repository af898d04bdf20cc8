#include "spawners/shim/tree.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "system/process_id.h"

namespace orchestrate::shim {
namespace {

struct DirectChild {
  pid_t pid;
  pid_t group;
};

// By a scan for our own PID as parent. The kernel's list (/proc/PID/task/TID/children) is documented to skip
// entries while children come and go, and is not compiled in everywhere; one way that always works beats two.
// Zombies are not left out: a process whose first thread has ended looks like one while its other threads go
// on.
std::vector<DirectChild> direct_children() {
  std::vector<DirectChild> children;
  // Whether some are left says waitpid; here they are only to be told.
  for (const pid_t pid : system::other_processes().value_or(std::vector<pid_t>())) {
    const std::optional<system::ProcessStat> stat = system::read_process_stat(pid);
    if (stat && stat->parent == getpid()) children.push_back({pid, stat->group});
  }
  return children;
}

// A stopped process would sleep through its grace.
void ask_to_end(pid_t pid_or_group) {
  kill(pid_or_group, SIGTERM);
  kill(pid_or_group, SIGCONT);
}

}  // namespace

void Tree::reap() {
  for (;;) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid <= 0) {
      gone_ = pid < 0;
      break;
    }
    if (pid == main_) {
      main_status_ = status;
    } else if (ending_) {
      ++swept_;
    }
    forget(pid);
  }
  // Only now: what was found dead in the same pass did not outlive the main child.
  if (main_status_) ending_ = true;
}

void Tree::forget(pid_t pid) {
  told_.erase(std::remove(told_.begin(), told_.end(), pid), told_.end());
}

void Tree::terminate() {
  ending_ = true;
  for (const DirectChild& child : direct_children()) {
    if (std::find(told_.begin(), told_.end(), child.pid) != told_.end()) continue;
    told_.push_back(child.pid);
    if (child.group != main_) {
      ask_to_end(child.pid);
    } else if (!group_told_) {
      group_told_ = true;
      ask_to_end(-main_);
    }
  }
}

void Tree::kill_all() {
  ending_ = true;
  for (const DirectChild& child : direct_children()) {
    kill(child.pid, SIGKILL);
    if (child.group == main_) kill(-main_, SIGKILL);
  }
}

int Tree::living() const {
  return static_cast<int>(direct_children().size());
}

}  // namespace orchestrate::shim
