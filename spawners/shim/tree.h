// The tree of processes below the shim, seen through what a child subreaper (PR_SET_CHILD_SUBREAPER) is
// given: every descendant whose parent dies becomes a direct child, so "no child left" proves "no descendant
// left".
//
// A process is signalled only while it is an unreaped child of ours, or in a group that such a child belongs
// to: its number cannot have gone to a stranger. One thread; nothing blocks.
#pragma once

#include <sys/types.h>

#include <optional>
#include <vector>

namespace orchestrate::shim {

class Tree {
 public:
  // `main_child` leads a process group of its own. Only its wait status is the step's.
  explicit Tree(pid_t main_child) : main_(main_child) {}

  // Waits for all that are dead by now.
  void reap();

  [[nodiscard]] bool gone() const { return gone_; }  // as of the last reap
  [[nodiscard]] std::optional<int> main_status() const { return main_status_; }

  // Descendants reaped after they outlived the main child or had to be signalled. Those that their own
  // parents waited for are nobody's to count.
  [[nodiscard]] int swept() const { return swept_; }

  // TERM to the main child's group, once, and to every direct child outside of it, once each. To be repeated:
  // children of those that end become ours and are told in their turn.
  void terminate();

  // KILL to the same. To be repeated until gone(): each death may hand us new children.
  void kill_all();

  [[nodiscard]] int living() const;

 private:
  void forget(pid_t pid);

  pid_t main_;
  std::optional<int> main_status_;
  std::vector<pid_t> told_;  // unreaped, TERM sent
  bool group_told_ = false;
  bool ending_ = false;
  bool gone_ = false;
  int swept_ = 0;
};

}  // namespace orchestrate::shim
