#include "orchestrator/session/trouble.h"

#include <algorithm>

namespace orchestrate {
namespace {

constexpr std::int64_t kFirstPauseMs = 1'000;
constexpr std::int64_t kLongestPauseMs = 60'000;
constexpr std::int64_t kQuietMs = 600'000;      // without trouble for so long, the next one is a new one
constexpr std::int64_t kTooLongMs = 3'600'000;  // whoever is to put it right is asleep

}  // namespace

void Trouble::meet(const std::string& why, std::int64_t now_ms) {
  if (is_there()) return;
  if (!passed_ms_ || now_ms - *passed_ms_ >= kQuietMs) {
    since_ms_ = now_ms;
    pause_ms_ = 0;
  }
  why_ = why;
  met_ms_ = now_ms;
  wait(now_ms);
}

void Trouble::hope(std::int64_t now_ms) {
  since_ms_ = now_ms;
  pause_ms_ = 0;
  look_at_ms_ = std::min(look_at_ms_, std::max(now_ms, met_ms_ + kFirstPauseMs));
}

bool Trouble::has_passed(const Look& look, std::int64_t now_ms) {
  if (!is_there() || now_ms < look_at_ms_) return false;
  const std::string fault = look();
  if (fault.empty()) {
    why_.clear();
    passed_ms_ = now_ms;
    return true;
  }
  why_ = fault;
  wait(now_ms);
  return false;
}

void Trouble::wait(std::int64_t now_ms) {
  pause_ms_ = std::clamp(2 * pause_ms_, kFirstPauseMs, kLongestPauseMs);
  look_at_ms_ = now_ms + pause_ms_;
}

std::optional<std::int64_t> Trouble::look_at_ms() const {
  return is_there() ? std::optional(look_at_ms_) : std::nullopt;
}

bool Trouble::is_too_long(std::int64_t now_ms) const {
  return is_there() && now_ms - since_ms_ >= kTooLongMs;
}

}  // namespace orchestrate
