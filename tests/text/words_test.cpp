// Words are the same whatever their case, and whatever the locale.
#include "text/words.h"

#include <gtest/gtest.h>

namespace orchestrate::text {
namespace {

TEST(Words, AreComparedWithoutTheirCase) {
  EXPECT_TRUE(same_word("Backend", "bACKEND"));
  EXPECT_FALSE(same_word("backend", "backends"));
  EXPECT_FALSE(same_word("", "x"));
  EXPECT_TRUE(same_word("", ""));
  EXPECT_EQ(lower("ABC-\u00c4z"), "abc-\u00c4z") << "ASCII alone";
  EXPECT_FALSE(same_word("@", "`")) << "what differs by the same bit is no letter";
}

TEST(Words, AreFoundInAList) {
  EXPECT_TRUE(holds({"a", "Backend"}, "backend"));
  EXPECT_FALSE(holds({}, "backend"));
  EXPECT_TRUE(contains("a b", " "));
  EXPECT_FALSE(contains("ab", "ba"));
}

}  // namespace
}  // namespace orchestrate::text
