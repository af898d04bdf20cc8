// One line of JSON as hostile or broken programs write it.
#include "spawners/drivers/json_line.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace orchestrate::spawners {
namespace {

using nlohmann::json;

TEST(JsonLine, ALoneSurrogateCostsThatCharacterWhereverItStands) {
  for (const std::string before : {"", "a", "ab", "\\\\", "z\\n"}) {
    for (const char* lone : {"\\ud83d", "\\ude00", "\\uD83Dx"}) {
      const json object = parse_object("{\"text\": \"" + before + lone + "\"}");
      ASSERT_TRUE(object.is_object()) << before << lone;
      EXPECT_NE(string_at(object, "text").find("\xef\xbf\xbd"), std::string::npos) << before << lone;
    }
    const json whole = parse_object("{\"text\": \"" + before + "\\ud83d\\ude00\"}");
    EXPECT_NE(string_at(whole, "text").find("\xf0\x9f\x98\x80"), std::string::npos) << before;
  }
}

TEST(JsonLine, WhatIsNoObjectIsNull) {
  for (const char* line : {"", " ", "[1]", "1", "\"x\"", "{", "{\"a\": }", "null"})
    EXPECT_TRUE(parse_object(line).is_null()) << line;
  EXPECT_TRUE(parse_object("{}").is_object());
}

TEST(JsonLine, AMemberOfAnotherTypeIsNothing) {
  const json object = json::parse(R"({"n": 3, "t": "x", "b": true, "l": [], "o": {"a": 1}})");
  for (const char* key : {"n", "b", "l", "o", "absent"})
    EXPECT_EQ(string_at(object, key), "") << key;
  for (const char* key : {"t", "b", "l", "o", "absent"}) {
    EXPECT_EQ(number_at(object, key), 0) << key;
    EXPECT_EQ(count_at(object, key), 0) << key;
    EXPECT_EQ(cost_at(object, key), 0) << key;
  }
  EXPECT_TRUE(bool_at(object, "b"));
  EXPECT_TRUE(bool_at(object, "t", true));
  EXPECT_FALSE(bool_at(object, "absent"));
  EXPECT_EQ(member(object, "o"), json({{"a", 1}}));
  EXPECT_TRUE(member(object, "absent").is_null());
  EXPECT_TRUE(member(json(3), "n").is_null());
}

TEST(JsonLine, CountsAndCostsAreBounded) {
  const json object = json::parse(R"({"minus": -1, "huge": 1e300, "half": 2.5, "exact": 1000000000000})");
  EXPECT_EQ(count_at(object, "minus"), 0);
  EXPECT_EQ(cost_at(object, "minus"), 0);
  EXPECT_EQ(count_at(object, "huge"), static_cast<std::int64_t>(kCountMax));
  EXPECT_EQ(cost_at(object, "huge"), kCostUsdMax);
  EXPECT_EQ(count_at(object, "half"), 2);
  EXPECT_EQ(cost_at(object, "half"), 2.5);
  EXPECT_EQ(count_at(object, "exact"), 1'000'000'000'000);
}

TEST(JsonLine, AToolIsSummedUpByTheFirstTextThatSaysSomething) {
  const json arguments = json::parse(R"({"path": "", "command": "make\n\ttest", "n": 1})");
  EXPECT_EQ(tool_summary(arguments, {"n", "path", "command"}), "make test");
  EXPECT_EQ(tool_summary(arguments, {"absent"}), "");
}

}  // namespace
}  // namespace orchestrate::spawners
