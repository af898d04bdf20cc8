// Times, durations and money as people read them, and as JSON has them. Pure but for the local time zone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace orchestrate::text {

[[nodiscard]] std::string utc_time(std::int64_t ms);  // "2026-11-21T03:10:00Z"
// "03:10", with the date when it is not within 20 hours of now: "11-22 03:10", and with the year half a year
// away.
[[nodiscard]] std::string local_time(std::int64_t ms, std::int64_t now_ms);
[[nodiscard]] std::string duration(std::int64_t ms);  // "0.4 s", "12 s", "3 min 05 s", "2 h 10 min"
[[nodiscard]] std::string money(double usd);          // "$0.42"

// The next time the local clock shows so many minutes after midnight, strictly after now.
[[nodiscard]] std::int64_t next_local_ms(std::int64_t now_ms, int minutes_after_midnight);

// "2026-11-22T03:10:00Z", "2026-11-22 03:10" (local), "03:10" (the next one, local) -> Unix milliseconds.
[[nodiscard]] std::optional<std::int64_t> parse_time_ms(const std::string& text, std::int64_t now_ms);

}  // namespace orchestrate::text
