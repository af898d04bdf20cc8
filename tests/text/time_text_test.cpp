// Times, durations and money as people read and type them.
#include "text/time_text.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace orchestrate::text {
namespace {

// Berlin has two hours of difference in summer, and a night with an hour twice.
class TimeText : public testing::Test {
 protected:
  TimeText() {
    ::setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    ::tzset();
  }
  ~TimeText() override {
    ::unsetenv("TZ");
    ::tzset();
  }
  static constexpr std::int64_t kNow = 1'784'000'000'000;  // 2026-07-14T03:33:20Z, 05:33 there
};

TEST_F(TimeText, UtcIsWhatJsonHas) {
  EXPECT_EQ(utc_time(kNow), "2026-07-14T03:33:20Z");
  EXPECT_EQ(utc_time(0), "1970-01-01T00:00:00Z");
}

TEST_F(TimeText, LocalTimeHasItsDateWhenItIsNotNear) {
  EXPECT_EQ(local_time(kNow, kNow), "05:33");
  EXPECT_EQ(local_time(kNow + 19 * 3'600'000LL, kNow), "00:33");
  EXPECT_EQ(local_time(kNow + 21 * 3'600'000LL, kNow), "07-15 02:33");
  EXPECT_EQ(local_time(kNow + 200 * 86'400'000LL, kNow), "2027-01-30 04:33");
  EXPECT_EQ(local_time(kNow - 400 * 86'400'000LL, kNow), "2025-06-09 05:33");
}

TEST_F(TimeText, DurationsHaveTheUnitThatMatters) {
  EXPECT_EQ(duration(400), "0.4 s");
  EXPECT_EQ(duration(12'000), "12 s");
  EXPECT_EQ(duration(185'000), "3 min 05 s");
  EXPECT_EQ(duration(7'800'000), "2 h 10 min");
}

TEST_F(TimeText, DurationsChangeTheirUnitAtTheseBounds) {
  EXPECT_EQ(duration(0), "0.0 s");
  EXPECT_EQ(duration(9'900), "9.9 s");
  EXPECT_EQ(duration(10'000), "10 s");
  EXPECT_EQ(duration(119'999), "119 s");
  EXPECT_EQ(duration(120'000), "2 min 00 s");
  EXPECT_EQ(duration(7'199'999), "119 min 59 s");
  EXPECT_EQ(duration(7'200'000), "2 h 00 min");
  EXPECT_EQ(duration(100 * 3'600'000LL + 59 * 60'000), "100 h 59 min");
}

TEST_F(TimeText, TwentyHoursOnEitherSideAreNear) {
  constexpr std::int64_t kTwentyHours = 20 * 3'600'000LL;
  EXPECT_EQ(local_time(kNow + kTwentyHours - 1, kNow).size(), 5U);
  EXPECT_EQ(local_time(kNow + kTwentyHours, kNow), "07-15 01:33");
  EXPECT_EQ(local_time(kNow - kTwentyHours + 1, kNow).size(), 5U);
  EXPECT_EQ(local_time(kNow - kTwentyHours, kNow), "07-13 09:33");
}

TEST_F(TimeText, AMomentMayBeToTheSecondAndInWinter) {
  EXPECT_EQ(utc_time(parse_time_ms("2026-07-14 05:33:20", 0).value()), "2026-07-14T03:33:20Z");
  EXPECT_EQ(utc_time(parse_time_ms("2026-01-14 05:33", 0).value()), "2026-01-14T04:33:00Z");
  EXPECT_EQ(utc_time(parse_time_ms("2028-02-29 06:00", 0).value()), "2028-02-29T05:00:00Z");
  EXPECT_EQ(parse_time_ms("2027-02-29 06:00", 0), std::nullopt);
}

TEST_F(TimeText, SmallSumsAreNotRoundedAway) {
  EXPECT_EQ(money(0.01), "$0.01");
  EXPECT_EQ(money(0.0099), "$0.0099");
  EXPECT_EQ(money(1234.5), "$1234.50");
  EXPECT_EQ(money(0), "$0.00");
  EXPECT_EQ(money(0.42), "$0.42");
  EXPECT_EQ(money(0.0042), "$0.0042");
}

TEST_F(TimeText, AClockTimeIsTheNextOne) {
  EXPECT_EQ(utc_time(next_local_ms(kNow, 6 * 60)), "2026-07-14T04:00:00Z");
  EXPECT_EQ(utc_time(next_local_ms(kNow, 5 * 60)), "2026-07-15T03:00:00Z");
  EXPECT_EQ(parse_time_ms("06:00", kNow), next_local_ms(kNow, 6 * 60));
}

TEST_F(TimeText, AnHourThatComesTwiceIsNextTwice) {
  const std::int64_t first = parse_time_ms("2026-10-25T00:30:00Z", 0).value();  // 02:30 in summer time
  EXPECT_EQ(utc_time(next_local_ms(first - 1, 150)), "2026-10-25T00:30:00Z");
  EXPECT_EQ(utc_time(next_local_ms(first, 150)), "2026-10-25T01:30:00Z");
  EXPECT_EQ(utc_time(next_local_ms(first + 900'000, 135)), "2026-10-25T01:15:00Z");
  EXPECT_EQ(utc_time(next_local_ms(first + 3'600'000, 150)), "2026-10-26T01:30:00Z");
}

TEST_F(TimeText, AnHourThatIsLeftOutIsAsLongAfterMidnightAsEver) {
  const std::int64_t midnight = parse_time_ms("2026-03-28T23:00:00Z", 0).value();
  EXPECT_EQ(utc_time(next_local_ms(midnight, 150)), "2026-03-29T01:30:00Z");
  EXPECT_EQ(utc_time(next_local_ms(midnight, 240)), "2026-03-29T02:00:00Z");
}

TEST_F(TimeText, IsParsedInEveryFormThatIsSaid) {
  EXPECT_EQ(parse_time_ms("2026-07-14T03:33:20Z", 0), kNow);
  EXPECT_EQ(utc_time(parse_time_ms("2026-07-14 05:33", 0).value()), "2026-07-14T03:33:00Z");
  EXPECT_EQ(utc_time(parse_time_ms("2026-07-14T05:33", 0).value()), "2026-07-14T03:33:00Z");
  for (const char* wrong : {"", "tomorrow", "25:00", "2026-07-14", "06:00 ", "2026-13-01 00:00",
                            "2026-02-30 06:00", "2026-02-30T06:00:00Z"})
    EXPECT_FALSE(parse_time_ms(wrong, kNow)) << wrong;
  EXPECT_FALSE(parse_time_ms(std::string("06:00\0 or so", 11), kNow));
}

}  // namespace
}  // namespace orchestrate::text
