// What anybody wrote is bounded and on one line, and no character of it is cut.
#include "text/lines.h"

#include <gtest/gtest.h>

namespace orchestrate::text {
namespace {

TEST(Bounded, ACutNeverSplitsACharacterAndIsMarked) {
  const std::string euros = "\u20ac\u20ac\u20ac\u20ac";
  EXPECT_EQ(bounded(euros, 12), euros);
  EXPECT_EQ(bounded(euros, 11), "\u20ac\u20ac\u2026");
  EXPECT_EQ(bounded(euros, 7), "\u20ac\u2026");
  EXPECT_EQ(bounded(euros, 2), "");
  EXPECT_EQ(bounded("", 0), "");
}

TEST(Bounded, AMarkThatFitsExactlyIsTheWholeText) {
  EXPECT_EQ(bounded("abcd", 3), "\u2026");
  EXPECT_EQ(bounded("abc", 3), "abc");
  EXPECT_EQ(bounded("abcde", 4), "a\u2026");
}

TEST(Bounded, IsWellFormed) {
  EXPECT_EQ(bounded("a\xFF\xE2\x82", 100), "a\uFFFD\uFFFD");
}

TEST(OneLine, HasNoControlCharactersAndNoRunsOfBlanks) {
  EXPECT_EQ(one_line("  a\t\r\n b\x1b[31m\x7f \u009b c \n", 100), "a b [31m c");
  EXPECT_EQ(one_line(std::string_view("x\0y", 3), 100), "x y");
  EXPECT_EQ(one_line(" \n/clear\r\nnow\t!\n"), "/clear now !");
  EXPECT_EQ(one_line(" \n "), "");
  EXPECT_EQ(one_line("a\u00a0\u00a0b\u00a0"), "a b") << "a blank that does not break is one";
  EXPECT_EQ(one_line("\xFF \xFF"), "\uFFFD \uFFFD");
}

TEST(OneLine, IsBoundedToo) {
  EXPECT_EQ(one_line("aaaa\n bbbb", 9), "aaaa bbbb");
  EXPECT_EQ(one_line("aaaa\n bbbb", 8), "aaaa \u2026");
}

}  // namespace
}  // namespace orchestrate::text
