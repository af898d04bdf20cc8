// The hours in which a session may start work, and may do it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace orchestrate {

class Window {
 public:
  Window() = default;
  // Both in minutes after local midnight, the next one after now; absent: no such limit. A `last_start` that
  // would come after `until` has passed for tonight.
  Window(std::optional<int> until, std::optional<int> last_start, std::int64_t now_ms);

  [[nodiscard]] bool is_over(std::int64_t now_ms) const { return until_ms_ && now_ms >= *until_ms_; }

  // Why nothing is started any more; empty: it may be.
  [[nodiscard]] std::string closed(std::int64_t now_ms) const;

  // Wall clock; absent: none.
  [[nodiscard]] const std::optional<std::int64_t>& until_ms() const { return until_ms_; }
  [[nodiscard]] const std::optional<std::int64_t>& last_start_ms() const { return last_start_ms_; }

 private:
  std::optional<std::int64_t> until_ms_, last_start_ms_;
};

}  // namespace orchestrate
