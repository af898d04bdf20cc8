#include "text/time_text.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <vector>

namespace orchestrate::text {
namespace {

constexpr std::int64_t kDayMs = 24LL * 3'600'000;

std::tm local(std::int64_t ms) {
  const auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm tm{};
  ::localtime_r(&seconds, &tm);
  return tm;
}

std::string format(const std::tm& tm, const char* pattern) {
  std::array<char, 64> buffer{};
  return {buffer.data(), std::strftime(buffer.data(), buffer.size(), pattern, &tm)};
}

template <typename... Args>
std::string print(const char* pattern, Args... args) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), pattern, args...);
  return buffer.data();
}

// The whole of `text` in the strptime format, or nothing.
std::optional<std::tm> scan(const std::string& text, const char* pattern, std::tm tm) {
  const char* end = ::strptime(text.c_str(), pattern, &tm);
  if (end != text.c_str() + text.size()) return std::nullopt;
  return tm;
}

// When the local clock shows this. In autumn an hour comes twice: in summer time, then in winter time. In
// spring one is left out: what lies in it is then as long after midnight as it always is.
std::vector<std::int64_t> moments(const std::tm& shown) {
  std::vector<std::int64_t> found;
  for (const int summer : {1, 0}) {
    std::tm tm = shown;
    tm.tm_isdst = summer;
    const std::int64_t at_ms = static_cast<std::int64_t>(std::mktime(&tm)) * 1000;
    if (tm.tm_isdst == summer || (summer == 0 && found.empty())) found.push_back(at_ms);
  }
  return found;
}

// Nothing for a day that its month does not have: the C library would make 2 March of 30 February.
std::optional<std::int64_t> moment(std::tm tm, std::time_t (*since_epoch)(std::tm*)) {
  tm.tm_isdst = -1;
  const int day = tm.tm_mday;
  const auto seconds = static_cast<std::int64_t>(since_epoch(&tm));
  return tm.tm_mday == day ? std::optional(seconds * 1000) : std::nullopt;
}

}  // namespace

std::string utc_time(std::int64_t ms) {
  const auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm tm{};
  ::gmtime_r(&seconds, &tm);
  return format(tm, "%Y-%m-%dT%H:%M:%SZ");
}

std::string local_time(std::int64_t ms, std::int64_t now_ms) {
  const std::int64_t away_ms = std::llabs(ms - now_ms);
  if (away_ms < 20LL * 3'600'000) return format(local(ms), "%H:%M");
  return format(local(ms), away_ms < 180 * kDayMs ? "%m-%d %H:%M" : "%Y-%m-%d %H:%M");
}

std::string duration(std::int64_t ms) {
  if (ms < 10'000) return print("%.1f s", static_cast<double>(ms) / 1000);
  const long long s = ms / 1000;
  if (s < 120) return print("%lld s", s);
  if (s < 7200) return print("%lld min %02lld s", s / 60, s % 60);
  return print("%lld h %02lld min", s / 3600, s / 60 % 60);
}

std::string money(double usd) {
  return usd != 0 && std::fabs(usd) < 0.01 ? print("$%.4f", usd) : print("$%.2f", usd);
}

std::int64_t next_local_ms(std::int64_t now_ms, int minutes_after_midnight) {
  for (const int days : {0, 1}) {
    std::tm tm = local(now_ms);
    tm.tm_mday += days;
    tm.tm_hour = minutes_after_midnight / 60;
    tm.tm_min = minutes_after_midnight % 60;
    tm.tm_sec = 0;
    for (const std::int64_t at_ms : moments(tm)) {
      if (at_ms > now_ms) return at_ms;
    }
  }
  return now_ms + kDayMs;  // no zone leaves out a whole day and its next one
}

std::optional<std::int64_t> parse_time_ms(const std::string& text, std::int64_t now_ms) {
  if (const auto tm = scan(text, "%Y-%m-%dT%H:%M:%SZ", {})) return moment(*tm, ::timegm);
  for (const char* pattern : {"%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"}) {
    if (const auto tm = scan(text, pattern, {})) return moment(*tm, std::mktime);
  }
  if (auto tm = scan(text, "%H:%M", {})) return next_local_ms(now_ms, tm->tm_hour * 60 + tm->tm_min);
  return std::nullopt;
}

}  // namespace orchestrate::text
