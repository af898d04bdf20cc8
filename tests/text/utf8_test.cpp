// Every byte string is read as characters in one way, the one that Unicode recommends.
#include "text/utf8.h"

#include <gtest/gtest.h>

#include <array>

namespace orchestrate::text {
namespace {

const std::string kMark{kReplacement};

TEST(Utf8, WellFormedTextIsLeftAlone) {
  const std::string text = "plain, \u00e4\u20ac\U0001F600, \U0010FFFF, \xED\x9F\xBF";
  EXPECT_EQ(valid_utf8(text), text);
  EXPECT_TRUE(is_utf8(text));
  EXPECT_TRUE(is_utf8(""));
}

TEST(Utf8, EachBrokenSequenceIsOneReplacement) {
  EXPECT_EQ(valid_utf8("a\xFFz"), "a" + kMark + "z");
  EXPECT_EQ(valid_utf8("\x80"), kMark) << "a continuation alone";
  EXPECT_EQ(valid_utf8("a\xE2\x82z"), "a" + kMark + "z") << "cut in the middle";
  EXPECT_EQ(valid_utf8("\xF0\x9F\x8C"), kMark) << "cut at the end";
  EXPECT_EQ(valid_utf8("\xC0\xAF"), kMark + kMark) << "overlong";
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"), kMark + kMark + kMark) << "a surrogate";
  EXPECT_EQ(valid_utf8("\xF4\x90\x80\x80").size(), 4 * kMark.size()) << "above U+10FFFF";
  EXPECT_FALSE(is_utf8("a\xE2\x82z"));
}

// Encodes as the standard says, without a table.
std::string encoded(char32_t code) {
  const auto byte = [](char32_t bits) { return static_cast<char>(bits); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xC0 | code >> 6), byte(0x80 | (code & 0x3F))};
  if (code < 0x10000)
    return {byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F))};
  return {byte(0xF0 | code >> 18), byte(0x80 | (code >> 12 & 0x3F)), byte(0x80 | (code >> 6 & 0x3F)),
          byte(0x80 | (code & 0x3F))};
}

TEST(Utf8, EveryCharacterThereIsIsReadAsItself) {
  for (char32_t code = 0; code <= 0x110000; ++code) {
    const Character read = first_character(encoded(code));
    const bool exists = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    ASSERT_EQ(read.valid, exists) << static_cast<unsigned>(code);
    if (!exists) continue;
    ASSERT_EQ(read.code, code);
    ASSERT_EQ(read.length, encoded(code).size());
  }
}

TEST(Utf8, OfAnyThreeBytesTheReadingIsWellFormedAndTakesThemAll) {
  constexpr std::array<int, 14> kBytes = {0x00, 0x41, 0x7F, 0x80, 0x9F, 0xA0, 0xBF,
                                          0xC0, 0xC2, 0xE0, 0xED, 0xF0, 0xF4, 0xFF};
  for (const int a : kBytes) {
    for (const int b : kBytes) {
      for (const int c : kBytes) {
        const std::string bytes = {static_cast<char>(a), static_cast<char>(b), static_cast<char>(c)};
        ASSERT_TRUE(is_utf8(valid_utf8(bytes))) << a << " " << b << " " << c;
        ASSERT_LE(count_characters(bytes), 3U);
        ASSERT_EQ(count_characters(bytes), count_characters(valid_utf8(bytes)));
      }
    }
  }
}

TEST(Cut, KeepsWholeCharacters) {
  EXPECT_EQ(cut("\u20ac\u20ac", 6), "\u20ac\u20ac");
  EXPECT_EQ(cut("\u20ac\u20ac", 5), "\u20ac");
  EXPECT_EQ(cut("\u20ac\u20ac", 2), "");
  EXPECT_EQ(cut("abc", 0), "");
}

TEST(IsControl, OfEveryKind) {
  for (const char32_t code : {0x00, 0x1B, 0x1F, 0x7F, 0x80, 0x9B, 0x9F})
    EXPECT_TRUE(is_control(code)) << static_cast<unsigned>(code);
  for (const char32_t code : {0x20, 0x7E, 0xA0, 0x2028})
    EXPECT_FALSE(is_control(code)) << static_cast<unsigned>(code);
}

}  // namespace
}  // namespace orchestrate::text
