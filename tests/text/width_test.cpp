// Columns are aligned whatever script they are in.
#include "text/width.h"

#include <gtest/gtest.h>

#include <string>

namespace orchestrate::text {
namespace {

TEST(Width, OfOrdinaryLettersIsTheirNumber) {
  EXPECT_EQ(width(""), 0U);
  EXPECT_EQ(width("plain"), 5U);
  EXPECT_EQ(width("na\u00efve \u0416"), 7U);
}

TEST(Width, OfEastAsianLettersIsTwoEach) {
  EXPECT_EQ(width("\u65e5\u672c\u8a9e"), 6U);
  EXPECT_EQ(width("\uac00"), 2U);
  EXPECT_EQ(width("\uff21"), 2U) << "fullwidth A";
  EXPECT_EQ(width("\uff71"), 1U) << "halfwidth A";
}

TEST(Width, OfWhatCombinesIsNone) {
  EXPECT_EQ(width("e\u0301"), 1U);
  EXPECT_EQ(width("\u0301"), 0U);
  EXPECT_EQ(width("n\u0303\u0323o"), 2U);
}

TEST(Width, OfAnEmojiIsTwoHoweverManyCharactersItTakes) {
  EXPECT_EQ(width("\U0001F680"), 2U);
  EXPECT_EQ(width("\U0001F44D\U0001F3FD"), 2U) << "a thumb with a skin";
  EXPECT_EQ(width("\U0001F468\u200D\U0001F469\u200D\U0001F467"), 2U) << "a family";
  EXPECT_EQ(width("\U0001F1E9\U0001F1EA"), 2U) << "a flag";
  EXPECT_EQ(width("\u2764\uFE0F"), 2U) << "a heart as an emoji";
}

TEST(Width, OfBrokenTextIsThatOfItsReplacements) {
  EXPECT_EQ(width("a\xFFz"), 3U);
}

TEST(Fitting, NeverCutsWhatAReaderSeesAsOne) {
  EXPECT_EQ(fitting("\u65e5\u672c\u8a9e", 6), "\u65e5\u672c\u8a9e");
  EXPECT_EQ(fitting("\u65e5\u672c\u8a9e", 5), "\u65e5\u672c");
  EXPECT_EQ(fitting("ae\u0301", 2), "ae\u0301");
  EXPECT_EQ(fitting("ae\u0301", 1), "a");
  EXPECT_EQ(fitting("x\U0001F468\u200D\U0001F469", 2), "x");
  EXPECT_EQ(fitting("abc", 0), "");
}

}  // namespace
}  // namespace orchestrate::text
