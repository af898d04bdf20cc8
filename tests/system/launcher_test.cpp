// The door to programs: whatever goes wrong, nothing of the program is left and the reason is told.
#include "system/launcher.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <system_error>

#include "system/process_id.h"

namespace orchestrate::system {
namespace {

int open_descriptors() {
  int count = 0;
  for (int fd = 0; fd < 256; ++fd)
    count += ::fcntl(fd, F_GETFD) >= 0;
  return count;
}

bool no_child_left() {
  return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
}

Program shell(const std::string& script) {
  return {"/bin/sh", {"sh", "-c", script}, {"PATH=/usr/bin:/bin"}};
}

int error_of(Launcher& launcher, const Program& program) {
  try {
    const Child child = launcher.start(program);
    return 0;
  } catch (const std::system_error& error) {
    return error.code().value();
  }
}

TEST(Launcher, SaysWhyAProgramCannotBeExecutedAndLeavesNothing) {
  Launcher launcher;
  Program elsewhere = shell("true");
  elsewhere.cwd = "/etc/passwd";
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(error_of(launcher, {"/no/such/program", {"x"}}), ENOENT);
    ASSERT_EQ(error_of(launcher, {"/etc/passwd", {"x"}}), EACCES);
    ASSERT_EQ(error_of(launcher, elsewhere), ENOTDIR);
  }
  EXPECT_TRUE(no_child_left());
}

TEST(Launcher, GivesTheChildThreeDescriptorsAndCleanSignals) {
  Launcher launcher;
  // Neither is closed at exec.
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  const int file = ::open("/etc/passwd", O_RDONLY);
  ::signal(SIGUSR2, SIG_IGN);
  sigset_t blocked{};
  sigset_t old{};
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &old);
  // The fourth is the listing itself. glibc keeps signals 32 and 33 for itself.
  const int status = launcher
                         .start(shell("set -- /proc/$$/fd/*; [ $# -le 4 ] || exit 1; "
                                      "exec awk '/SigBlk/ && $2 !~ /^0+$/ || /SigIgn/ && $2 !~ /[0-7]..$/ "
                                      "{bad = 2} END {exit bad}' /proc/self/status"))
                         .wait();
  ::pthread_sigmask(SIG_SETMASK, &old, nullptr);
  ::signal(SIGUSR2, SIG_DFL);
  ::close(file);
  ::close(socket);
  EXPECT_EQ(status, 0);
}

// One Ctrl-C, or a terminal that is closed, goes to every process of the session.
TEST(Launcher, StartsASessionOfItsOwn) {
  Launcher launcher;
  Child child = launcher.start(shell("sleep 60"));
  EXPECT_EQ(::getsid(child.pid()), child.pid());
  EXPECT_EQ(read_process_stat(child.pid())->group, child.pid());
}

TEST(Launcher, ADetachedProgramLivesAndADroppedOneDoesNot) {
  Launcher launcher;
  // Whoever reaps the sleep may take its time, but its end of the pipe is closed when it dies.
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  Program waits = shell("sleep 60 & wait");
  waits.out = write_end.get();
  std::optional<Child> child = launcher.start(waits);
  write_end = Descriptor();
  child.reset();
  pollfd closed{read_end.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&closed, 1, 30'000), 1);
  EXPECT_EQ(closed.revents, POLLHUP);
  child = launcher.start(shell("sleep 60"));
  const pid_t detached = child->pid();
  Descriptor pidfd = child->detach();
  child.reset();
  EXPECT_EQ(::waitpid(detached, nullptr, WNOHANG), 0);
  EXPECT_TRUE(signal_process(pidfd, SIGKILL));
  EXPECT_EQ(::waitpid(detached, nullptr, 0), detached);
}

TEST(Launcher, ItsDescriptorWakesAPollAndItsStatusTellsASignalFromAnExit) {
  Launcher launcher;
  Child exited = launcher.start(shell("exit 9"));
  pollfd ended{exited.descriptor(), POLLIN, 0};
  ASSERT_EQ(::poll(&ended, 1, 60'000), 1);
  const int exit_status = exited.wait();
  EXPECT_TRUE(WIFEXITED(exit_status));
  EXPECT_EQ(WEXITSTATUS(exit_status), 9);
  const int signal_status = launcher.start(shell("kill -9 $$")).wait();
  EXPECT_TRUE(WIFSIGNALED(signal_status));
  EXPECT_EQ(WTERMSIG(signal_status), SIGKILL);
  EXPECT_TRUE(no_child_left());
}

// A child of which no pidfd can be had must not be left running, however few descriptors there are.
TEST(Launcher, WithoutDescriptorsItFailsAndLeavesNothing) {
  rlimit old{};
  ::getrlimit(RLIMIT_NOFILE, &old);
  Launcher launcher;
  const int used = open_descriptors();
  int succeeded_with = -1;
  for (int room = 0; room < 6; ++room) {
    rlimit tight{0, old.rlim_max};
    for (int free = 0; free <= room; ++tight.rlim_cur)
      free += ::fcntl(static_cast<int>(tight.rlim_cur), F_GETFD) < 0;
    --tight.rlim_cur;
    ::setrlimit(RLIMIT_NOFILE, &tight);
    const int error = error_of(launcher, shell("sleep 60"));
    ::setrlimit(RLIMIT_NOFILE, &old);
    ASSERT_TRUE(error == 0 || error == EMFILE) << error;
    if (error == 0 && succeeded_with < 0) succeeded_with = room;
    EXPECT_TRUE(error == EMFILE || succeeded_with >= 0);
    EXPECT_TRUE(no_child_left()) << room;
  }
  EXPECT_EQ(succeeded_with, 2);
  EXPECT_EQ(open_descriptors(), used);
}

TEST(Launcher, AHundredChildrenLeaveNoDescriptorAndNoZombie) {
  Launcher launcher;
  const int used = open_descriptors();
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(launcher.start(shell("true")).wait(), 0);
  EXPECT_EQ(open_descriptors(), used);
  EXPECT_TRUE(no_child_left());
}

}  // namespace
}  // namespace orchestrate::system
