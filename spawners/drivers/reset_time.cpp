#include "spawners/drivers/reset_time.h"

#include <charconv>
#include <chrono>

namespace orchestrate::spawners {
namespace {

constexpr std::int64_t kEarliestMs = 1'577'836'800'000;  // the year 2020
constexpr std::int64_t kLatestMs = 4'102'444'800'000;    // the year 2100
constexpr double kSecondsBelow = 1e11;                   // as milliseconds: early in 1973

std::optional<std::int64_t> plausible(std::int64_t ms) {
  return ms >= kEarliestMs && ms < kLatestMs ? std::optional(ms) : std::nullopt;
}

// Takes the text apart from the front; once something does not fit, `ok` stays false.
struct Cursor {
  std::string_view rest;
  bool ok = true;

  int number(std::size_t digits) {
    int value = 0;
    const auto part = rest.substr(0, digits);
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    ok = ok && part.size() == digits && error == std::errc() && end == part.data() + digits && value >= 0;
    rest.remove_prefix(part.size());
    return value;
  }

  void one_of(std::string_view letters) {
    ok = ok && !rest.empty() && letters.find(rest.front()) != std::string_view::npos;
    if (!rest.empty()) rest.remove_prefix(1);
  }

  // ".25" or nothing, in milliseconds; more digits than three are cut off.
  int fraction_ms() {
    if (rest.empty() || rest.front() != '.') return 0;
    rest.remove_prefix(1);
    const std::string_view digits = rest.substr(0, rest.find_first_not_of("0123456789"));
    ok = ok && !digits.empty();
    rest.remove_prefix(digits.size());
    int ms = 0;
    for (std::size_t i = 0; i < 3; ++i)
      ms = ms * 10 + (i < digits.size() ? digits[i] - '0' : 0);
    return ms;
  }

  // "Z", "+02:00", "-0530" is none: RFC 3339 wants the colon.
  std::chrono::minutes offset() {
    if (!rest.empty() && (rest.front() == 'Z' || rest.front() == 'z')) {
      rest.remove_prefix(1);
      return {};
    }
    const int sign = !rest.empty() && rest.front() == '-' ? -1 : 1;
    one_of("+-");
    const int hours = number(2);
    one_of(":");
    const int minutes = number(2);
    ok = ok && hours < 24 && minutes < 60;
    return std::chrono::minutes(sign * (hours * 60 + minutes));
  }
};

}  // namespace

std::optional<std::int64_t> reset_ms_of(std::string_view text) {
  using namespace std::chrono;
  Cursor c{text};
  const year y(c.number(4));
  c.one_of("-");
  const month m(static_cast<unsigned>(c.number(2)));
  c.one_of("-");
  const day d(static_cast<unsigned>(c.number(2)));
  c.one_of("Tt ");
  const int hour = c.number(2);
  c.one_of(":");
  const int minute = c.number(2);
  c.one_of(":");
  const int second = c.number(2);
  const int ms = c.fraction_ms();
  const minutes offset = c.offset();
  const year_month_day date(y, m, d);
  if (!c.ok || !c.rest.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const auto moment = sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + milliseconds(ms);
  return plausible(duration_cast<milliseconds>((moment - offset).time_since_epoch()).count());
}

std::optional<std::int64_t> reset_ms_of(double number) {
  if (!(number > 0 && number < 1e15)) return std::nullopt;
  return plausible(static_cast<std::int64_t>(number < kSecondsBelow ? number * 1000 : number));
}

}  // namespace orchestrate::spawners
