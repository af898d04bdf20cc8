#include <gtest/gtest.h>

#include <string>

#include "text/glob.h"

namespace orchestrate::text {
namespace {

struct Case {
  const char* pattern;
  const char* text;
  bool matches;
};

TEST(Glob, MatchesTheWholeTextAsAShellWould) {
  const Case cases[] = {
      {"", "", true},
      {"@", "`", false},
      {"[", "{", false},
      {"1", "q", false},
      {"", "a", false},
      {"*", "", true},
      {"*", "anything at all", true},
      {"*payment*", "Fix the Payment form", true},
      {"*PAYMENT*", "fix the payment form", true},
      {"payment", "payments", false},
      {"a*b*c", "a-b-b-c", true},
      {"a*b*c", "a-c-b", false},
      {"a?c", "abc", true},
      {"a?c", "ac", false},
      {"?", "\xc3\xa9", true},  // one character of two bytes
      {"??", "\xc3\xa9", false},
      {"?", "\xff", true},  // a stray byte is one character
      {"[abc]x", "bx", true},
      {"[abc]x", "dx", false},
      {"[a-f]", "E", true},
      {"[A-F]", "e", true},
      {"[!a-f]", "e", false},
      {"[!a-f]", "g", true},
      {"[]]", "]", true},
      {"[a-]", "-", true},
      {"[", "[", true},  // never closed: itself
      {"\\*", "*", true},
      {"\\*", "x", false},
      {"tests/*.cpp", "tests/a/b.cpp", true},
      {"[^a-f]", "e", false},
      {"[^a-f]", "g", true},
      {"[!]]", "]", false},
      {"[!]]", "a", true},
      {"[a-cx-z]", "y", true},
      {"[a-cx-z]", "m", false},
      {"[-a]", "-", true},
      {"[a-", "[a-", true},
      {"\\[a]", "[a]", true},
      {"a\\", "a\\", true},  // a lone backslash: itself
      {"*.md", "A.MD", true},
      {"*a", "aab", false},
      {"a**", "a", true},
      {"**b", "ab", true},
      {"\xc3\x89", "\xc3\xa9", false},  // only ASCII has no case
  };
  for (const Case& each : cases) {
    EXPECT_EQ(glob_match(each.pattern, each.text), each.matches) << each.pattern << " on " << each.text;
  }
}

TEST(Glob, ManyStarsStayCheap) {
  std::string pattern;
  for (int i = 0; i < 200; ++i)
    pattern += "a*";
  EXPECT_FALSE(glob_match(pattern + "b", std::string(2000, 'a')));
}

TEST(Glob, SetsThatAreNeverClosedStayCheap) {
  const std::string open(1500, '[');
  EXPECT_FALSE(glob_match("*" + open + "x", open + open));
  EXPECT_TRUE(glob_match("*" + open, open + open));
}

TEST(Glob, AnyBytesAreSurvived) {
  std::string bytes;
  for (int i = 0; i < 256; ++i)
    bytes += static_cast<char>(i);
  EXPECT_TRUE(glob_match("*", bytes));
  EXPECT_TRUE(glob_match("*" + std::string(1, '\xf0'), "x" + std::string(1, '\xf0')));
  EXPECT_FALSE(glob_match("\xf0\x9f", "\xf0\x9f\x98\x80"));
}

TEST(Glob, ABadPatternIsExplained) {
  EXPECT_EQ(glob_problem("*payment*"), "");
  EXPECT_EQ(glob_problem("[a-z]*[!0-9]\\["), "");
  EXPECT_EQ(glob_problem(""), "is empty, so it matches nothing");
  EXPECT_EQ(glob_problem("tests/[ab"), "opens a set with `[` and never closes it");
  EXPECT_EQ(glob_problem("[z-a]"), "holds a range that runs backwards");
  EXPECT_EQ(glob_problem("x\\"), "ends with a lone backslash");
  EXPECT_EQ(glob_problem("x\\\\"), "");
  EXPECT_EQ(glob_problem("[]"), "opens a set with `[` and never closes it");
  EXPECT_EQ(glob_problem("[!]"), "opens a set with `[` and never closes it");
  EXPECT_EQ(glob_problem("[]]"), "");
  EXPECT_EQ(glob_problem("[!-]"), "");
  EXPECT_EQ(glob_problem("[a-a]"), "");
  EXPECT_EQ(glob_problem("[a-zc-b]"), "holds a range that runs backwards");
  EXPECT_EQ(glob_problem("[a][z-a]"), "holds a range that runs backwards");
}

}  // namespace
}  // namespace orchestrate::text
