// Lists read as people write them.
#include "text/list.h"

#include <gtest/gtest.h>

namespace orchestrate::text {
namespace {

using Strings = std::vector<std::string>;

TEST(Join, PutsTheSeparatorBetween) {
  EXPECT_EQ(join({}, ", "), "");
  EXPECT_EQ(join({"a"}, ", "), "a");
  EXPECT_EQ(join({"a", "", "c"}, ", "), "a, , c");
}

TEST(Join, AndOrBeforeTheLast) {
  EXPECT_EQ(join_and({}), "");
  EXPECT_EQ(join_and({"a"}), "a");
  EXPECT_EQ(join_and({"a", "b"}), "a and b");
  EXPECT_EQ(join_and({"a", "b", "c"}), "a, b and c");
  EXPECT_EQ(join_or({"a", "b", "c"}), "a, b or c");
}

TEST(Join, SaysHowManyMoreThereAre) {
  EXPECT_EQ(join_more({"a", "b"}, 0), "a and b");
  EXPECT_EQ(join_more({"a", "b"}, 3), "a, b and 3 more");
  EXPECT_EQ(join_more({}, 3), "3 more");
  EXPECT_EQ(join_first({"a", "b", "c", "d"}, 2), "a, b and 2 more");
  EXPECT_EQ(join_first({"a", "b", "c"}, 3), "a, b, c");
  EXPECT_EQ(join_first(Strings(14, "x")), "x, x, x, x, x, x, x, x, x, x, x, x and 2 more");
}

}  // namespace
}  // namespace orchestrate::text
