#include "spawners/shim/clock.h"

#include <ctime>

namespace orchestrate::shim {
namespace {

std::int64_t read_ms(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace

std::int64_t boot_ms() {
  return read_ms(CLOCK_BOOTTIME);
}

std::int64_t wall_clock_ms() {
  return read_ms(CLOCK_REALTIME);
}

}  // namespace orchestrate::shim
