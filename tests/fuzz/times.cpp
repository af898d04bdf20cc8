// Times, durations and sizes as people write them. The first byte says which: a a time, b a duration, c a
// size, d a time of day, e numbers to be told to people.
#include "config/config.h"
#include "config/quantity.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/promise.h"
#include "text/priority.h"
#include "text/time_text.h"

namespace orchestrate::fuzz {
namespace {

constexpr std::int64_t kNowMs = 1'795'910'400'000;
constexpr std::int64_t kDayMs = 24LL * 3'600'000;
constexpr std::int64_t kMostMs = 1'000'000'000'000'000;  // the year 33658

void read_time(const std::string& text) {
  const auto ms = text::parse_time_ms(text, kNowMs);
  if (!ms) return;
  promise(text.find('\0') == std::string::npos, "the whole text is a time, or none of it");
  const std::string written = text::utc_time(*ms);
  if (*ms >= 0) promise(text::parse_time_ms(written, kNowMs) == *ms, "a time that was written is read again");
  promise(!text::local_time(*ms, kNowMs).empty(), "and can be shown");
}

void read_quantity(std::optional<std::int64_t> amount, const std::string& text) {
  promise(amount.value_or(0) >= 0, "no quantity is negative");
  promise(!amount || text.find_first_of("0123456789") == 0, "each begins with a number");
}

void read_time_of_day(const std::string& text) {
  const auto minutes = config::parse_time_of_day(text);
  if (!minutes) return;
  promise(*minutes >= 0 && *minutes < 24 * 60, "a time of day is within one");
  const std::int64_t next = text::next_local_ms(kNowMs, *minutes);
  promise(next > kNowMs && next <= kNowMs + 2 * kDayMs, "and comes soon");
}

void tell(Input& input) {
  const std::int64_t ms = input.number() % kMostMs;
  const std::int64_t now_ms = input.number() % kMostMs;
  promise_line(text::utc_time(ms), 40, "times are short");
  promise_line(text::local_time(ms, now_ms), 40, "everywhere");
  promise_line(text::duration(ms), 40, "durations are short");
  promise_line(text::money(static_cast<double>(now_ms)), 64, "sums too");
  const auto minutes = static_cast<int>(input.choice(24 * 60));
  const std::int64_t next = text::next_local_ms(now_ms, minutes);
  promise(next > now_ms && next <= now_ms + 2 * kDayMs, "a time of day comes soon");
  const auto rank = text::priority_rank(input.rest());
  promise(!rank || text::priority_rank(text::priority_name(*rank)) == rank, "priorities have names");
}

}  // namespace
}  // namespace orchestrate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrate;
  fuzz::Input input(data, size);
  const std::size_t kind = input.choice(5);
  if (kind == 4) {
    fuzz::tell(input);
    return 0;
  }
  const std::string words = input.rest();
  if (kind == 0) fuzz::read_time(words);
  if (kind == 1) fuzz::read_quantity(config::parse_duration_ms(words), words);
  if (kind == 2) fuzz::read_quantity(config::parse_size_bytes(words), words);
  if (kind == 3) fuzz::read_time_of_day(words);
  return 0;
}
