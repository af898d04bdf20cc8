// Nights in virtual time, with everything drawn from a seed: what a failing seed prints is the bug report.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include "tests/simulation/night.h"

namespace orchestrate::test {
namespace {

constexpr std::uint64_t kFirstSeed = 1;
constexpr std::uint64_t kNights = 200;
constexpr std::uint64_t kNightsWithCrashes = 100;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? std::stoull(value) : otherwise;
}

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

// `./dev sim --seeds N --from S` plays more of them.
TEST(Simulation, ASessionThatDiesLosesNothingAndRunsNothingTwice) {
  const std::uint64_t first = from_environment("ORCHESTRATE_SIM_FROM", kFirstSeed);
  const std::uint64_t nights = from_environment("ORCHESTRATE_SIM_SEEDS", kNightsWithCrashes);
  int runs = 0;
  for (std::uint64_t seed = first; seed < first + nights; ++seed) {
    const NightOutcome night = play_night(seed, 1 + static_cast<int>(seed % 5));
    expect_sound(night, seed);
    runs += night.runs;
  }
  std::cout << "sim: " << nights << " nights with crashes, " << runs << " runs, from seed " << first << "\n";
}

}  // namespace
}  // namespace orchestrate::test
