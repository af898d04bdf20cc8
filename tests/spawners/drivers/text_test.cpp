#include "text/utf8.h"

#include <gtest/gtest.h>

namespace orchestrate::spawners {
namespace {

TEST(Text, WellFormedUtf8IsLeftAlone) {
  const std::string text = "plain, \u00e4\u20ac\U0001F600, \U0010FFFF";
  EXPECT_EQ(valid_utf8(text), text);
}

TEST(Text, EveryByteThatIsNotUtf8BecomesOneReplacement) {
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(valid_utf8("a\xFFz"), "a" + mark + "z");
  EXPECT_EQ(valid_utf8("\xC0\xAF"), mark + mark);                     // overlong
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"), mark + mark + mark);          // a surrogate
  EXPECT_EQ(valid_utf8("\xF4\x90\x80\x80").size(), 4 * mark.size());  // above U+10FFFF
  EXPECT_EQ(valid_utf8("\xE2\x82"), mark + mark);                     // cut
}

TEST(Text, ACutNeverSplitsACharacterAndIsMarked) {
  const std::string euros = "\u20ac\u20ac\u20ac\u20ac";
  EXPECT_EQ(bounded(euros, 12), euros);
  EXPECT_EQ(bounded(euros, 11), "\u20ac\u20ac\u2026");
  EXPECT_EQ(bounded(euros, 7), "\u20ac\u2026");
  EXPECT_EQ(bounded(euros, 2), "");
  EXPECT_EQ(bounded("", 0), "");
}

TEST(Text, OneLineHasNoControlCharacters) {
  EXPECT_EQ(one_line("  a\t\r\n b\x1b[31m\x7f \u009b c \n", 100), "a b [31m c");
  EXPECT_EQ(one_line(std::string_view("x\0y", 3), 100), "x y");
}

}  // namespace
}  // namespace orchestrate::spawners
