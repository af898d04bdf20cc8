// Nights in virtual time, with everything drawn from a seed: what a failing seed prints is the bug report.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "tests/simulation/night.h"

namespace orchestrate::test {
namespace {

constexpr std::uint64_t kFirstSeed = 1;
constexpr std::uint64_t kNights = 200;
constexpr std::uint64_t kNightsWithCrashes = 100;

void expect_sound(const NightOutcome& night, std::uint64_t seed) {
  for (const auto& what : night.broken)
    ADD_FAILURE() << "seed " << seed << ": " << what;
}

TEST(Simulation, TheSameSeedGivesTheSameNightByteForByte) {
  std::map<std::string, int> verdicts;
  int runs = 0;
  for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + kNights; ++seed) {
    const NightOutcome first = play_night(seed);
    const NightOutcome second = play_night(seed);
    expect_sound(first, seed);
    ASSERT_EQ(first.record, second.record) << "seed " << seed;
    runs += first.runs;
    for (const auto& [verdict, count] : first.verdicts)
      verdicts[verdict] += count;
  }
  // A world in which nothing happens would pass, too.
  EXPECT_GT(runs, 1000);
  for (const char* verdict : {"accept", "retry", "park", "escalate"})
    EXPECT_GT(verdicts[verdict], 20) << verdict;
}

TEST(Simulation, TwoSeedsGiveTwoNights) {
  EXPECT_NE(play_night(1).record, play_night(2).record);
}

TEST(Simulation, ASessionThatDiesLosesNothingAndRunsNothingTwice) {
  for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + kNightsWithCrashes; ++seed)
    expect_sound(play_night(seed, 3), seed);
}

}  // namespace
}  // namespace orchestrate::test
