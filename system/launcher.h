// The door through which we start programs: Boost.Process v2, with a launcher of our own on posix_spawn.
//
// Boost's own launchers fork, which copies our page tables and needs 25 times the CPU once we hold 200 MB,
// or, in 1.81, spoil the reactor. Boost is seen by launcher.cpp alone. Starting blocks until the program was
// executed or is known not to be. SIGCHLD must not be ignored: nobody would learn how a program ended.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "system/descriptor.h"

namespace orchestrate::system {

// It leads a session and a group of its own, so that no terminal reaches it; no signal is blocked or ignored
// in it, and it has no descriptor but 0, 1 and 2.
struct Program {
  // Absolute.
  std::string path;
  // argv[0] first.
  std::vector<std::string> argv;
  // "NAME=value", the whole of it.
  std::vector<std::string> environment = {};
  std::string cwd = "/";
  // -1: /dev/null.
  int in = -1;
  int out = -1;
  int err = -1;
};

// A program that was started by us. Must not outlive its Launcher.
class Child {
 public:
  // Kills it with its whole group, and waits for it.
  ~Child();
  Child(Child&&) noexcept;
  Child& operator=(Child&&) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] pid_t pid() const;

  // A pidfd: readable once it has ended.
  [[nodiscard]] int descriptor() const;

  // KILL to it and to what has stayed in its group.
  void kill_group() const;

  // Blocks until it has ended; its status as of waitpid(2). Afterwards, as after detach(), nothing else may
  // be asked. Throws std::system_error.
  [[nodiscard]] int wait();

  // From now on it lives as long as it likes. The pidfd is the caller's, and so is reaping it.
  [[nodiscard]] Descriptor detach();

 private:
  friend class Launcher;
  struct State;
  explicit Child(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// One thread.
class Launcher {
 public:
  // Takes three descriptors for as long as it lives. Throws std::system_error.
  Launcher();
  ~Launcher();
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;

  // Throws std::system_error when the program cannot be executed, or its folder entered, and when we have no
  // descriptors left; then nothing of it runs.
  [[nodiscard]] Child start(const Program& program);

 private:
  struct Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace orchestrate::system
