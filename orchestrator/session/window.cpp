#include "orchestrator/session/window.h"

#include "text/time_text.h"

namespace orchestrate {
namespace {

std::optional<std::int64_t> next_time(std::int64_t now_ms, const std::optional<int>& minutes) {
  return minutes ? std::optional(text::next_local_ms(now_ms, *minutes)) : std::nullopt;
}

}  // namespace

Window::Window(std::optional<int> until, std::optional<int> last_start, std::int64_t now_ms)
    : until_ms_(next_time(now_ms, until)), last_start_ms_(next_time(now_ms, last_start)) {
  if (until_ms_ && last_start_ms_ && *last_start_ms_ > *until_ms_) last_start_ms_ = now_ms;
}

std::string Window::closed(std::int64_t now_ms) const {
  if (is_over(now_ms)) return "the night ended at " + text::local_time(*until_ms_, now_ms);
  if (last_start_ms_ && now_ms >= *last_start_ms_)
    return "nothing is started after " + text::local_time(*last_start_ms_, now_ms);
  return {};
}

}  // namespace orchestrate
