// Signals that ask us to stop are read, never died of.
#include "system/signals.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <pthread.h>

#include <csignal>
#include <thread>

namespace orchestrate::system {
namespace {

struct KeptMask {
  KeptMask() { ::pthread_sigmask(SIG_SETMASK, nullptr, &before); }
  ~KeptMask() { ::pthread_sigmask(SIG_SETMASK, &before, nullptr); }
  sigset_t before{};
};

TEST(StopSignals, AreReadInsteadOfDelivered) {
  const KeptMask mask;
  const StopSignals signals;
  EXPECT_EQ(signals.take(), std::vector<int>{});
  ::raise(SIGTERM);
  ::raise(SIGHUP);
  pollfd readable{signals.descriptor(), POLLIN, 0};
  EXPECT_EQ(::poll(&readable, 1, 0), 1);
  EXPECT_EQ(signals.take(), (std::vector<int>{SIGHUP, SIGTERM}));
  EXPECT_EQ(signals.take(), std::vector<int>{});
}

TEST(StopSignals, AreBlockedInThreadsThatAreStartedLater) {
  const KeptMask mask;
  const StopSignals signals;
  sigset_t inherited{};
  std::thread([&inherited] { ::pthread_sigmask(SIG_SETMASK, nullptr, &inherited); }).join();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    EXPECT_EQ(sigismember(&inherited, signal), 1) << signal;
  EXPECT_EQ(sigismember(&inherited, SIGUSR1), 0);
}

}  // namespace
}  // namespace orchestrate::system
