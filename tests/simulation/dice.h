// Numbers drawn from a seed: the same on every machine and with every standard library.
#pragma once

#include <cstdint>
#include <random>

namespace orchestrate::test {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  // 0 .. most, both included.
  std::int64_t upto(std::int64_t most) {
    return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(most + 1));
  }
  bool one_in(std::int64_t n) { return upto(n - 1) == 0; }

 private:
  std::mt19937_64 engine_;  // its sequence is fixed by the standard; distributions are not
};

}  // namespace orchestrate::test
