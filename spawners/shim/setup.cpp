#include "spawners/shim/setup.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

namespace orchestrate::shim {

bool close_inherited_descriptors() {
  int number = 0;
  do {
    number = open("/dev/null", O_RDWR);
  } while (number >= 0 && number <= 2);
  return number >= 0 && close_range(3, ~0U, 0) == 0;
}

bool lead_own_session() {
  // It fails only where we lead a process group already, as a shell's job does; then that group is our own.
  setsid();
  return prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
}

system::Descriptor take_signals() {
  // An inherited "ignore" of SIGCHLD would make the kernel throw away every exit status.
  for (int number = 1; number < NSIG; ++number)
    std::signal(number, SIG_DFL);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT})
    sigaddset(&wanted, number);
  sigprocmask(SIG_SETMASK, &wanted, nullptr);
  return system::Descriptor(signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC));
}

bool leave_standard_streams() {
  const system::Descriptor null = system::open_at(AT_FDCWD, "/dev/null", O_RDWR);
  for (int number = 0; number <= 2; ++number) {
    if (!null || dup2(null.get(), number) < 0) return false;
  }
  return true;
}

}  // namespace orchestrate::shim
