#include "orchestrator/attempt/backoff.h"

#include <gtest/gtest.h>

namespace orchestrate {
namespace {

TEST(Backoff, DoublesFromTenSecondsToFiveMinutes) {
  const double almost_one = 0.999999;
  const std::int64_t most[] = {10'000, 20'000, 40'000, 80'000, 160'000, 300'000, 300'000};
  for (int attempt = 1; attempt <= 7; ++attempt) {
    EXPECT_NEAR(static_cast<double>(retry_delay_ms(attempt, almost_one)),
                static_cast<double>(most[attempt - 1]), 2);
  }
}

TEST(Backoff, JitterCoversTheWholeRange) {
  EXPECT_EQ(retry_delay_ms(3, 0), 0);
  EXPECT_EQ(retry_delay_ms(3, 0.5), 20'000);
}

TEST(Backoff, AnyCountStaysWithinTheBound) {
  for (const int n : {-5, 0, 1, 63, 64, 1'000'000}) {
    EXPECT_LE(retry_delay_ms(n, 0.9999), 300'000);
    EXPECT_GE(cool_down_ms(n), 60'000);
    EXPECT_LE(cool_down_ms(n), 3'600'000);
  }
}

}  // namespace
}  // namespace orchestrate
