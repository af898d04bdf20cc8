// What a value may be: the fault of one that may not, values as they are typed, and JSON Schema.
#include "api/operations/shape.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace orchestrate::api {
namespace {

using nlohmann::json;

std::string fault(const Shape& shape, const json& value) {
  return fault_of(shape, value, "it", 1'794'999'600'000);
}

TEST(Shape, TakesTheMaximumOfARangeAndNothingBeyond) {
  const Shape parallel = shape::whole(1, 10'000);
  EXPECT_EQ(fault(parallel, 1), "");
  EXPECT_EQ(fault(parallel, 10'000), "");
  EXPECT_EQ(fault(parallel, 10'001), "invalid it `10001`: use a whole number from 1 to 10000");
  EXPECT_NE(fault(parallel, 0), "");
  EXPECT_NE(fault(parallel, 1.5), "");
  EXPECT_NE(fault(parallel, "3"), "");
}

TEST(Shape, TakesNoAmountOfZero) {
  EXPECT_EQ(fault(shape::money(), 0), "invalid it `0`: use a number more than 0 and at most 1000000");
  EXPECT_EQ(fault(shape::money(), 0.01), "");
  EXPECT_EQ(fault(shape::money(), 1'000'000), "");
  EXPECT_NE(fault(shape::money(), 1'000'000.5), "");
}

TEST(Shape, NamesTheWordsItKnows) {
  EXPECT_EQ(fault(shape::one_of({"a", "b", "c"}), "d"), "invalid it `d`: use a, b or c");
  EXPECT_EQ(fault(shape::one_of({"a"}), "a"), "");
  EXPECT_EQ(fault(shape::priority(), "high"), "invalid it `high`: use P0, P1, P2 or P3");
  for (const char* priority : {"P0", "p3", "P2-MEDIUM"})
    EXPECT_EQ(fault(shape::priority(), priority), "");
}

TEST(Shape, KnowsTimesAndDurations) {
  for (const char* moment : {"23:30", "2026-11-22 03:10", "2026-11-22T03:10:00Z"})
    EXPECT_EQ(fault(shape::moment(), moment), "");
  EXPECT_EQ(fault(shape::moment(), "noon"),
            "invalid it `noon`: use 23:30, 2026-11-22 03:10 or 2026-11-22T03:10:00Z");
  EXPECT_EQ(fault(shape::duration(), "7d"), "");
  EXPECT_NE(fault(shape::duration(), "a week"), "");
}

TEST(Shape, BoundsATextByItsBytes) {
  EXPECT_EQ(fault(shape::text(3), "abc"), "");
  EXPECT_EQ(fault(shape::text(3), "abcd"), "invalid it `abcd`: use a text of at most 3 bytes");
  EXPECT_EQ(fault(shape::text(), std::string(100'000, 'x')), "");
}

TEST(Shape, ShowsWhatItRefusesHarmlesslyAndShortened) {
  const std::string said = fault(shape::yes_no(), std::string("\x1B[2J") + std::string(500, 'x'));
  EXPECT_EQ(said.find('\x1B'), std::string::npos);
  EXPECT_LT(said.size(), 200U);
}

TEST(Shape, LooksIntoListsAndObjects) {
  const Shape list = shape::list_of(shape::id());
  EXPECT_EQ(fault(list, json::array({1, 2})), "");
  EXPECT_EQ(fault(list, json::array({1, 0})), "invalid it `0`: use a whole number from 1");
  EXPECT_EQ(fault(list, 1), "invalid it `1`: use a list");
  Shape object = shape::object({{"a", shape::text()}, {"b", shape::yes_no(), false}});
  EXPECT_EQ(fault(object, {{"a", "x"}}), "");
  EXPECT_EQ(fault(object, {{"b", true}}), "it has no `a`");
  EXPECT_EQ(fault(object, {{"a", "x"}, {"b", 1}}), "invalid it.b `1`: use yes or no");
  EXPECT_EQ(fault(object, {{"a", "x"}, {"c", 1}}), "unknown field `c` in it");
  object.open = true;
  EXPECT_EQ(fault(object, {{"a", "x"}, {"c", 1}}), "");
}

TEST(Shape, OfWhatMayBeNullTakesAnEmptyTextForNone) {
  const Shape shape = shape::or_null(shape::moment());
  EXPECT_EQ(fault(shape, nullptr), "");
  EXPECT_EQ(fault(shape, ""), "");
  EXPECT_NE(fault(shape, "noon"), "");
  EXPECT_NE(fault(shape::moment(), nullptr), "");
}

TEST(Shape, MakesValuesOfWords) {
  EXPECT_EQ(value_of(shape::id(), {"7"}), 7);
  EXPECT_EQ(value_of(shape::id(), {"7x"}), "7x");
  EXPECT_EQ(value_of(shape::id(), {"99999999999999999999"}), "99999999999999999999");
  EXPECT_EQ(value_of(shape::money(), {"0.5"}), 0.5);
  EXPECT_EQ(value_of(shape::yes_no(), {"yes"}), true);
  EXPECT_EQ(value_of(shape::yes_no(), {"no"}), false);
  EXPECT_EQ(value_of(shape::yes_no(), {"perhaps"}), "perhaps");
  EXPECT_EQ(value_of(shape::text(), {"a", "b"}), "b");
  EXPECT_EQ(value_of(shape::list_of(shape::id()), {"1", "x"}), json::array({1, "x"}));
  EXPECT_EQ(value_of(shape::list_of(shape::text()), {""}), json::array({""}));
}

TEST(Shape, IsAJsonSchema) {
  EXPECT_EQ(schema_of(shape::or_null(shape::text())), json::parse(R"({"type": ["string", "null"]})"));
  EXPECT_EQ(schema_of(shape::whole(1, 9)), json::parse(R"({"type": "integer", "minimum": 1, "maximum": 9})"));
  EXPECT_EQ(schema_of(shape::money())["exclusiveMinimum"], 0);
  EXPECT_EQ(schema_of(shape::one_of({"a", "b"}))["enum"], json::array({"a", "b"}));
  EXPECT_EQ(schema_of(shape::list_of(shape::yes_no()))["items"]["type"], "boolean");
  const json object = schema_of(shape::object({{"a", shape::text()}, {"b", shape::id(), false}}));
  EXPECT_EQ(object["required"], json::array({"a"}));
  EXPECT_EQ(object["properties"]["b"]["type"], "integer");
  EXPECT_EQ(object["additionalProperties"], false);
}

}  // namespace
}  // namespace orchestrate::api
