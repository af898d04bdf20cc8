// One simulated night: a project, a queue and people drawn from a seed, and everything that is on record
// after it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace orchestrate::test {

struct NightOutcome {
  std::string record;               // every row of every table, as text
  std::vector<std::string> broken;  // invariants that do not hold, in words
  std::map<std::string, int> verdicts;
  int runs = 0;
};

// Blocks for some milliseconds; leaves nothing behind. `crashes`: the session dies so often in mid-night, and
// another takes up what it left.
[[nodiscard]] NightOutcome play_night(std::uint64_t seed, int crashes = 0);

}  // namespace orchestrate::test
