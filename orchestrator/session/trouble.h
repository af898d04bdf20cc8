// What is wrong with the machine itself. While there is something nothing is started, and nobody is blamed.
//
// A disk that is full or read-only, no more processes or descriptors: it may pass by itself, so it is looked
// at again, less and less often. Plain values; times are of the boot clock.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace orchestrate {

class Trouble {
 public:
  // Something could not be started, or failed while the machine did.
  void meet(const std::string& why, std::int64_t now_ms);
  // Something came to its end: what it held is free, and the next who asks may have it.
  void hope(std::int64_t now_ms);
  // Once it is time, looks again: what is still wrong, or nothing. True when it has passed.
  using Look = std::function<std::string()>;
  [[nodiscard]] bool has_passed(const Look& look, std::int64_t now_ms);

  [[nodiscard]] bool is_there() const { return !why_.empty(); }
  // In a sentence; empty: there is none.
  [[nodiscard]] const std::string& why() const { return why_; }
  // When it is time; absent: there is none.
  [[nodiscard]] std::optional<std::int64_t> look_at_ms() const;
  // For so long that nobody should wait any more.
  [[nodiscard]] bool is_too_long(std::int64_t now_ms) const;

 private:
  void wait(std::int64_t now_ms);

  std::string why_;
  std::int64_t met_ms_ = 0;
  std::int64_t since_ms_ = 0;  // what returns soon after it passed has never been away
  std::int64_t pause_ms_ = 0;
  std::int64_t look_at_ms_ = 0;
  std::optional<std::int64_t> passed_ms_;
};

}  // namespace orchestrate
