// What is shown to people: nothing in a task's text can move the cursor, hide, or break a table.
#include "text/display.h"

#include <gtest/gtest.h>

namespace orchestrate::text {
namespace {

constexpr const char* kMark = "\xEF\xBF\xBD";

TEST(Printable, KeepsOrdinaryTextOfAnyScript) {
  const std::string text = "plain, na\u00efve, \u65e5\u672c\u8a9e, \U0001F680";
  EXPECT_EQ(printable(text), text);
}

TEST(Printable, LeavesNoEscapeSequence) {
  EXPECT_EQ(printable("\x1B[31mred\x1B[0m"), std::string(kMark) + "[31mred" + kMark + "[0m");
  EXPECT_EQ(printable("\x1B]0;title\a"), std::string(kMark) + "]0;title" + kMark);
}

TEST(Printable, ReplacesEveryControlCharacter) {
  for (int c = 0; c < 0x20; ++c) {
    if (c == '\t' || c == '\n' || c == '\r') continue;
    EXPECT_EQ(printable(std::string(1, static_cast<char>(c)), true), kMark) << c;
  }
  EXPECT_EQ(printable("\x7F"), kMark);
  for (int c = 0x80; c < 0xA0; ++c)
    EXPECT_EQ(printable(std::string("\xC2") + static_cast<char>(c)), kMark) << c;
  EXPECT_EQ(printable("\u00a0"), "\u00a0");
}

TEST(Printable, ReplacesWhatTurnsTheWritingDirectionOrBreaksTheLine) {
  for (const char* c : {"\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066",
                        "\u2067", "\u2068", "\u2069", "\u2028", "\u2029", "\ufeff", "\u200b", "\u2060"}) {
    EXPECT_EQ(printable(std::string("a") + c + "b"), std::string("a") + kMark + "b");
  }
}

TEST(Printable, ReplacesInvalidUtf8OfEveryKind) {
  const std::string mark = kMark;
  EXPECT_EQ(printable("a\x80z"), "a" + mark + "z") << "a continuation alone";
  EXPECT_EQ(printable("a\xC3"), "a" + mark) << "cut at the end";
  EXPECT_EQ(printable("a\xC3z"), "a" + mark + "z") << "cut in the middle";
  EXPECT_EQ(printable("\xC0\x9B"), mark + mark) << "an overlong escape";
  EXPECT_EQ(printable("\xE0\x80\x9B"), mark + mark + mark) << "overlong, three bytes";
  EXPECT_EQ(printable("\xF0\x80\x80\x9B"), mark + mark + mark + mark) << "overlong, four bytes";
  EXPECT_EQ(printable("\xED\xA0\x80"), mark + mark + mark) << "a surrogate";
  EXPECT_EQ(printable("\xF4\x90\x80\x80"), mark + mark + mark + mark) << "above U+10FFFF";
  EXPECT_EQ(printable("\xF8\x88\x80\x80\x80"), mark + mark + mark + mark + mark) << "five bytes";
  EXPECT_EQ(printable("\xFF\xFE"), mark + mark);
}

TEST(Printable, GivesNothingHarmfulForAnyTwoBytes) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const std::string shown = printable(std::string{static_cast<char>(a), static_cast<char>(b)});
      for (const char c : shown) {
        ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) << a << " " << b;
      }
      ASSERT_EQ(printable(shown), shown) << a << " " << b;
    }
  }
}

TEST(Printable, KeepsNewlinesOnlyWhereAsked) {
  EXPECT_EQ(printable("a\r\nb\tc"), "a b c");
  EXPECT_EQ(printable("a\r\nb\tc", true), "a\nb c");
}

TEST(Shortened, CountsColumnsAndCutsBetweenCharacters) {
  EXPECT_EQ(shortened("abcde", 5), "abcde");
  EXPECT_EQ(shortened("abcdef", 5), "abcd\u2026");
  EXPECT_EQ(shortened("na\u00efve", 4), "na\u00ef\u2026");
  EXPECT_EQ(shortened("\u65e5\u672c\u8a9e", 6), "\u65e5\u672c\u8a9e");
  EXPECT_EQ(shortened("\u65e5\u672c\u8a9e", 5), "\u65e5\u672c\u2026");
  EXPECT_EQ(shortened("\u65e5\u672c\u8a9e", 4), "\u65e5\u2026");
  EXPECT_EQ(shortened("abc", 0), "");
}

TEST(Table, AlignsMultiByteCellsAndPadsNoLastColumn) {
  EXPECT_EQ(table({{"1", "na\u00efve", "x"}, {"22", "b", ""}, {"3", "ccccccc", "yy"}}),
            "1   na\u00efve    x\n"
            "22  b\n"
            "3   ccccccc  yy\n");
}

TEST(Table, AlignsWideAndCombiningCharacters) {
  EXPECT_EQ(table({{"\u65e5\u672c", "x"}, {"e\u0301", "y"}, {"abcd", "z"}}),
            "\u65e5\u672c  x\n"
            "e\u0301     y\n"
            "abcd  z\n");
}

TEST(Table, KeepsOneRowOneLine) {
  EXPECT_EQ(table({{"a\nb", "\x1B[2J"}}), std::string("a b  ") + kMark + "[2J\n");
}

TEST(Table, OfRowsOfAnyLength) {
  EXPECT_EQ(table({}), "");
  EXPECT_EQ(table({{}, {"a"}, {"b", "c", "d"}, {"", "ee"}}), "\na\nb  c   d\n   ee\n");
}

TEST(Indented, PutsTheMarginBeforeEachLine) {
  EXPECT_EQ(indented("a\n\nb", "| "), "| a\n| \n| b\n");
  EXPECT_EQ(indented("", "| "), "");
}

TEST(Coloured, IsPlainWhereColourIsNotWanted) {
  EXPECT_EQ(coloured("x", Colour::red, false), "x");
  EXPECT_EQ(coloured("x", Colour::plain, true), "x");
  EXPECT_EQ(coloured("x", Colour::red, true), "\033[31mx\033[0m");
  EXPECT_EQ(coloured("x", Colour::bold, true), "\033[1mx\033[0m");
  EXPECT_EQ(coloured("x", Colour::dim, true), "\033[2mx\033[0m");
  EXPECT_EQ(coloured("x", Colour::green, true), "\033[32mx\033[0m");
  EXPECT_EQ(coloured("x", Colour::yellow, true), "\033[33mx\033[0m");
}

}  // namespace
}  // namespace orchestrate::text
