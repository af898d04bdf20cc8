// Tail: a growing file as lines.
#include "spawners/step/tail.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/spawners/runner/runs.h"

namespace orchestrate::spawners {
namespace {

using Strings = std::vector<std::string>;
constexpr std::size_t kPlenty = 64 << 20;

class TailTest : public testing::Test {
 protected:
  void append(const std::string& text) { std::ofstream(path_, std::ios::app | std::ios::binary) << text; }
  Strings read(std::size_t max_bytes = kPlenty) {
    Strings lines;
    more_ = tail_.read(lines, max_bytes);
    return lines;
  }
  Strings finish() {
    Strings lines;
    tail_.finish(lines);
    return lines;
  }

  Runs runs_;
  std::string path_ = runs_.root() / "out";
  Tail tail_{runs_.root(), "out"};
  bool more_ = false;
};

TEST_F(TailTest, WaitsForAFileThatIsNotThereYet) {
  EXPECT_EQ(read(), Strings{});
  append("a\n");
  EXPECT_EQ(read(), Strings{"a"});
}

TEST_F(TailTest, GivesALineOnlyWhenItIsWhole) {
  append("one");
  EXPECT_EQ(read(), Strings{});
  append(" and half\ntwo");
  EXPECT_EQ(read(), Strings{"one and half"});
  EXPECT_EQ(finish(), Strings{"two"});
  EXPECT_EQ(finish(), Strings{});
}

TEST_F(TailTest, ReadsNoMoreThanItsShareAndSaysThatThereIsMore) {
  append("12\n34\n56\n");
  EXPECT_EQ(read(4), Strings{"12"});
  EXPECT_TRUE(more_);
  EXPECT_EQ(read(4), Strings{"34"});
  EXPECT_EQ(read(4), Strings{"56"});
  EXPECT_FALSE(more_);
}

TEST_F(TailTest, IsTheSameWhereverTheReadsFall) {
  std::string text;
  for (int byte = 0; byte < 256; ++byte)
    text += std::string(static_cast<std::size_t>(byte % 5), static_cast<char>(byte)) +
            (byte % 3 == 0 ? "\n" : "");
  append(text);
  const Strings expected = [&] {
    Strings lines = read();
    tail_.finish(lines);
    return lines;
  }();
  for (std::size_t share = 1; share < 40; ++share) {
    Tail tail(runs_.root(), "out");
    Strings lines;
    while (tail.read(lines, share)) {
    }
    tail.finish(lines);
    EXPECT_EQ(lines, expected) << share;
  }
}

TEST_F(TailTest, KeepsALineOfTheLongestLengthAndCutsOneByteMore) {
  const std::string longest(Tail::kMaxLine, 'x');
  append(longest + "\n" + longest + "y\nz\n");
  EXPECT_TRUE(read() == (Strings{longest, longest, "z"}));
  EXPECT_EQ(tail_.newly_cut(), 1);
}

TEST_F(TailTest, CountsACutLineWhenItIsGivenOut) {
  append(std::string(Tail::kMaxLine + 1, 'x'));
  EXPECT_EQ(read(), Strings{});
  EXPECT_EQ(tail_.newly_cut(), 0);
  EXPECT_EQ(finish().size(), 1U);
  EXPECT_EQ(tail_.newly_cut(), 1);
}

TEST_F(TailTest, GoesOnInAnotherFileInTheMiddleOfALine) {
  append("a\nbe");
  EXPECT_EQ(read(), Strings{"a"});
  const std::string next = runs_.root() / "next";
  std::ofstream(next) << "gin\nc";
  tail_.continue_with(next);
  EXPECT_EQ(read(), Strings{"begin"});
  EXPECT_EQ(finish(), Strings{"c"});
}

TEST_F(TailTest, NeitherFollowsALinkNorWaitsAtAFifo) {
  std::filesystem::create_symlink("/etc/passwd", path_);
  EXPECT_EQ(read(), Strings{});
  std::filesystem::remove(path_);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(read(), Strings{});
  EXPECT_FALSE(more_);
}

}  // namespace
}  // namespace orchestrate::spawners
