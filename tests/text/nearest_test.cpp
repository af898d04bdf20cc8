#include <gtest/gtest.h>

#include "text/nearest.h"

namespace orchestrate::text {
namespace {

TEST(Nearest, FindsTheWordThatWasMeant) {
  const std::vector<std::string> known = {"capabilities", "command", "driver", "env", "to"};
  EXPECT_EQ(nearest("capabilites", known), "capabilities");
  EXPECT_EQ(nearest("dirver", known), "driver");  // two neighbours swapped count once
  EXPECT_EQ(nearest("Driver", known), "driver");
  EXPECT_EQ(nearest("envv", known), "env");
  EXPECT_EQ(nearest("ot", known), "to");
}

TEST(Nearest, DoesNotGuessWildly) {
  const std::vector<std::string> known = {"driver", "env"};
  EXPECT_EQ(nearest("fallback", known), "");
  EXPECT_EQ(nearest("dxxxer", known), "");
  EXPECT_EQ(nearest("", known), "");
  EXPECT_EQ(nearest("driver", {}), "");
  EXPECT_EQ(text::nearest(std::string(100'000, 'a'), known), "");
}

TEST(Nearest, AThirdOfAWordMayBeWrongAndOneLetterOfAShortOne) {
  EXPECT_EQ(nearest("abcxyz", {"abcdyy"}), "abcdyy");
  EXPECT_EQ(nearest("abcxyz", {"abddyy"}), "");
  EXPECT_EQ(nearest("ab", {"ac"}), "ac");
  EXPECT_EQ(nearest("ab", {"cd"}), "");
  EXPECT_EQ(nearest("ca", {"abc"}), "") << "a swap and an insertion are two";
  const std::string long_word(100, 'a');
  EXPECT_EQ(nearest(long_word, {long_word + "b", long_word.substr(1)}), long_word.substr(1));
}

TEST(Nearest, OfTwoTheCloserOneIsTaken) {
  EXPECT_EQ(nearest("cat", {"bat", "rat"}), "bat") << "of two as close, the first";
  EXPECT_EQ(nearest("needs_al", {"needs_any", "needs_all"}), "needs_all");
}

}  // namespace
}  // namespace orchestrate::text
