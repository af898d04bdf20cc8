#include "config/quantity.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>

#include "config/config.h"

namespace orchestrate::config {
namespace {

using Number = std::optional<std::int64_t>;

TEST(Duration, IsANumberWithAUnitOrSeveralOfThem) {
  EXPECT_EQ(parse_duration_ms("500ms"), Number(500));
  EXPECT_EQ(parse_duration_ms("10s"), Number(10'000));
  EXPECT_EQ(parse_duration_ms("5m"), Number(300'000));
  EXPECT_EQ(parse_duration_ms("2h"), Number(7'200'000));
  EXPECT_EQ(parse_duration_ms("7d"), Number(604'800'000));
  EXPECT_EQ(parse_duration_ms("1h30m"), Number(5'400'000));
  EXPECT_EQ(parse_duration_ms("1d2h3m4s5ms"), Number(93'784'005));
  EXPECT_EQ(parse_duration_ms("0s"), Number(0));
}

TEST(Duration, AnythingElseIsNone) {
  for (const char* text :
       {"", "5", "m", "5 m", " 5m", "5m ", "-5m", "+5m", "1.5h", "5M", "5min", "30m1h", "1h1h", "1h30",
        "99999999999999999999s", "9223372036854775807d", "1d9223372036854775807ms"}) {
    EXPECT_EQ(parse_duration_ms(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_duration_ms(std::string("5m\0", 3)), std::nullopt);
}

TEST(Size, IsANumberWithOneUnit) {
  EXPECT_EQ(parse_size_bytes("0B"), Number(0));
  EXPECT_EQ(parse_size_bytes("64KiB"), Number(65'536));
  EXPECT_EQ(parse_size_bytes("64MiB"), Number(67'108'864));
  EXPECT_EQ(parse_size_bytes("1GiB"), Number(1'073'741'824));
  EXPECT_EQ(parse_size_bytes("2TiB"), Number(2'199'023'255'552));
  EXPECT_EQ(parse_size_bytes("5GB"), Number(5'000'000'000));
  EXPECT_EQ(parse_size_bytes("3KB"), Number(3000));
}

TEST(Size, AnythingElseIsNone) {
  for (const char* text : {"", "64", "MiB", "64 MiB", "-1B", "1.5GiB", "64mib", "1GiB512MiB", "1GiB5",
                           "9999999999TiB", "99999999999999999999B"}) {
    EXPECT_EQ(parse_size_bytes(text), std::nullopt) << text;
  }
}

TEST(TimeOfDay, IsHoursAndMinutes) {
  EXPECT_EQ(parse_time_of_day("00:00"), 0);
  EXPECT_EQ(parse_time_of_day("06:30"), 390);
  EXPECT_EQ(parse_time_of_day("23:59"), 1439);
  for (const char* text : {"", "6:30", "24:00", "12:60", "06.30", "06:30:00", "-1:30", "06:-3", "ab:cd"}) {
    EXPECT_EQ(parse_time_of_day(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace orchestrate::config
