#include "spawners/shim/records.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "spawners/shim/json_text.h"

namespace orchestrate::shim {
namespace {

using nlohmann::json;

std::string round_trip(const std::string& text) {
  std::string out;
  append_json_string(text, 10'000, out);
  const json parsed = json::parse(out, nullptr, false);
  return parsed.is_string() ? parsed.get<std::string>() : "not JSON: " + out;
}

TEST(JsonText, KeepsWhatIsUtf8) {
  std::string controls;
  for (char c = 0; c < 0x20; ++c)
    controls += c;
  for (const std::string& text : {std::string("plain"), std::string("\"\\/"), controls,
                                  std::string("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf")}) {
    EXPECT_EQ(round_trip(text), text);
  }
}

TEST(JsonText, ReplacesWhatIsNot) {
  const std::string replaced = "\xef\xbf\xbd";
  EXPECT_EQ(round_trip("a\xff"
                       "b"),
            "a" + replaced + "b");
  EXPECT_EQ(round_trip("\xc3"), replaced);
  EXPECT_EQ(round_trip("\xc0\xaf"), replaced + replaced);
  EXPECT_EQ(round_trip("\xed\xa0\x80"), replaced + replaced + replaced);
  EXPECT_EQ(round_trip("\xf4\x90\x80\x80").substr(0, 3), replaced);
  EXPECT_EQ(round_trip("\xe2\x82"), replaced + replaced);
}

TEST(ExitRecord, FitsIntoItsReserveWhateverTheError) {
  for (const char* unit : {"x", "\x01", "\xff", "\"", "\xf0\x9f\x98\x80"}) {
    ExitRecord record;
    for (int i = 0; i < 20'000; ++i)
      record.error += unit;
    record.started_at_ms = record.ended_at_ms = record.wall_ms = record.user_ms = record.system_ms =
        INT64_MAX;
    record.max_rss_kib = record.stdout_bytes = record.stderr_bytes = record.dropped_bytes = INT64_MAX;
    record.swept = record.left = INT32_MAX;
    record.stdout_tail = {"stdout.tail.0", "stdout.tail.1"};
    record.stderr_tail = {"stderr.tail.1", "stderr.tail.0"};
    const std::string text = to_json(record);
    EXPECT_LE(text.size(), exit_record_bytes_max);
    const json parsed = json::parse(text, nullptr, false);
    ASSERT_TRUE(parsed.is_object()) << text;
    EXPECT_EQ(parsed["left"], INT32_MAX);
    EXPECT_EQ(parsed["stderr_tail"], (json{"stderr.tail.1", "stderr.tail.0"}));
    const std::string error = parsed["error"];
    EXPECT_EQ(error.substr(error.size() - 3), "...");
  }
}

}  // namespace
}  // namespace orchestrate::shim
