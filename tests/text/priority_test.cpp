// One table of priorities, read in every form and written in two.
#include "text/priority.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace orchestrate::text {
namespace {

TEST(Priority, IsTheSameInEveryForm) {
  EXPECT_EQ(priority_rank("p0-critical"), 0);
  EXPECT_EQ(priority_rank("P1"), 1);
  EXPECT_EQ(priority_rank("p2-Medium"), 2);
  EXPECT_EQ(priority_rank("P3-LOW"), 3);
  for (const char* wrong : {"", "P", "P4", "high", "P1-LOW", "P1 ", "P1-HIGHER"})
    EXPECT_EQ(priority_rank(wrong), std::nullopt) << wrong;
}

TEST(Priority, NamesAreReadBackAsTheirRank) {
  for (int rank = 0; rank < 4; ++rank) {
    EXPECT_EQ(priority_rank(priority_name(rank)), rank);
    EXPECT_EQ(priority_rank(priority_short(rank)), rank);
  }
  EXPECT_EQ(priority_name(1), "P1-HIGH");
  EXPECT_EQ(priority_short(1), "P1");
  EXPECT_THROW((void)priority_name(4), std::out_of_range);
}

}  // namespace
}  // namespace orchestrate::text
