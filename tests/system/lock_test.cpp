// A lock says who is alive, and looking at it changes nothing.
#include "system/lock.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <thread>

#include "tests/system/scratch.h"

namespace orchestrate::system {
namespace {

class Lock : public testing::Test {
 protected:
  [[nodiscard]] Descriptor open(int flags = O_RDWR | O_CREAT) const {
    return open_at(AT_FDCWD, scratch_.at("lock"), flags);
  }
  [[nodiscard]] LockState state() const { return lock_state(scratch_.at("lock")); }

  Scratch scratch_;
};

TEST_F(Lock, IsHeldByOneAtATimeAndFreeWhenItsHolderGoes) {
  EXPECT_EQ(state(), LockState::free);
  Descriptor first = open();
  const Descriptor second = open();
  EXPECT_TRUE(try_lock(first));
  EXPECT_EQ(state(), LockState::held);
  EXPECT_FALSE(try_lock(second));
  EXPECT_EQ(errno, EWOULDBLOCK);
  first.reset();
  EXPECT_EQ(state(), LockState::free);
  EXPECT_TRUE(try_lock(second));
}

TEST_F(Lock, IsNotFreedWhenAnotherDescriptorOfTheFileIsClosed) {
  const Descriptor holder = open();
  ASSERT_TRUE(try_lock(holder));
  { const Descriptor other = open(); }
  EXPECT_EQ(state(), LockState::held);
}

TEST_F(Lock, IsFreeWhenItsHolderIsKilled) {
  int ready[2];
  ASSERT_EQ(::pipe2(ready, O_CLOEXEC), 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    const Descriptor file = open();
    const char said = try_lock(file) ? 'y' : 'n';
    if (::write(ready[1], &said, 1) != 1) ::_exit(1);
    for (;;)
      ::pause();
  }
  char said = 0;
  ASSERT_EQ(::read(ready[0], &said, 1), 1);
  EXPECT_EQ(said, 'y');
  EXPECT_EQ(state(), LockState::held);
  ::kill(holder, SIGKILL);
  ::waitpid(holder, nullptr, 0);
  EXPECT_EQ(state(), LockState::free);
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(Lock, OfWhatCannotBeLookedAtIsUnknown) {
  ASSERT_EQ(::mkfifo(scratch_.at("lock").c_str(), 0600), 0);
  EXPECT_EQ(state(), LockState::unknown);
  EXPECT_EQ(lock_state(scratch_.at("none/lock")), LockState::free);
  scratch_.put("file", "");
  EXPECT_EQ(lock_state(scratch_.at("file/lock")), LockState::unknown);
  EXPECT_EQ(lock_state(Descriptor()), LockState::unknown);
}

TEST_F(Lock, NeedsADescriptorThatMayWrite) {
  scratch_.put("lock", "");
  EXPECT_FALSE(try_lock(open(O_RDONLY)));
  EXPECT_EQ(errno, EBADF);
  EXPECT_EQ(lock_state(open(O_RDONLY)), LockState::free);
}

TEST_F(Lock, IsWaitedFor) {
  Descriptor holder = open();
  ASSERT_TRUE(try_lock(holder));
  std::atomic<bool> taken = false;
  std::thread waiter([&] { taken = wait_for_lock(open()); });
  EXPECT_FALSE(taken);
  holder.reset();
  waiter.join();
  EXPECT_TRUE(taken);
}

// What flock(2) could not do: there the look was a lock, and whoever wanted the lock just then did not get
// it.
TEST_F(Lock, IsGotEveryTimeWhileOthersLookAtIt) {
  std::atomic<bool> over = false;
  std::atomic<int> looks = 0;
  std::thread looking([&] {
    while (!over) {
      (void)state();
      ++looks;
    }
  });
  while (looks == 0)
    std::this_thread::yield();
  int got = 0;
  constexpr int kTimes = 20'000;
  for (int i = 0; i < kTimes; ++i)
    got += try_lock(open()) ? 1 : 0;
  over = true;
  looking.join();
  EXPECT_EQ(got, kTimes);
}

}  // namespace
}  // namespace orchestrate::system
