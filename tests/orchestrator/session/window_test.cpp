#include "orchestrator/session/window.h"

#include <gtest/gtest.h>

#include "text/time_text.h"

namespace orchestrate {
namespace {

constexpr std::int64_t kNowMs = 1'795'000'000'000;
constexpr std::int64_t kMinuteMs = 60'000;

// Minutes after local midnight, so many minutes from now.
int in_minutes(int minutes) {
  for (int candidate = 0; candidate < 24 * 60; ++candidate) {
    const std::int64_t at_ms = text::next_local_ms(kNowMs, candidate);
    if (at_ms > kNowMs + (minutes - 1) * kMinuteMs && at_ms <= kNowMs + minutes * kMinuteMs) return candidate;
  }
  ADD_FAILURE() << "no such minute";
  return 0;
}

TEST(Window, WithoutLimitsItIsNeverClosed) {
  const Window window;
  EXPECT_TRUE(window.closed(kNowMs).empty());
  EXPECT_FALSE(window.is_over(kNowMs + 1'000'000'000));
}

TEST(Window, AfterTheLastStartWorkGoesOnButNothingBegins) {
  const Window window(in_minutes(120), in_minutes(60), kNowMs);
  EXPECT_TRUE(window.closed(*window.last_start_ms() - 1).empty());
  EXPECT_FALSE(window.closed(*window.last_start_ms()).empty());
  EXPECT_FALSE(window.is_over(*window.last_start_ms()));
  EXPECT_TRUE(window.is_over(*window.until_ms()));
  EXPECT_EQ(window.closed(*window.until_ms()).find("the night ended at "), 0U);
}

TEST(Window, ALastStartThatComesAfterTheEndHasPassedForTonight) {
  const Window window(in_minutes(60), in_minutes(120), kNowMs);
  EXPECT_FALSE(window.closed(kNowMs).empty());
  EXPECT_FALSE(window.is_over(kNowMs));
}

}  // namespace
}  // namespace orchestrate
