// What a program says of its version, whatever stands around it.
#include "text/version.h"

#include <gtest/gtest.h>

namespace orchestrate::text {
namespace {

TEST(VersionNumber, IsTheFirstWordThatBeginsWithADigit) {
  EXPECT_EQ(version_number("codex-cli 0.169.0\n"), "0.169.0");
  EXPECT_EQ(version_number("2.1.329 (Claude Code)"), "2.1.329");
  EXPECT_EQ(version_number("goose\t1.52.0-rc.1+build7\r\n"), "1.52.0-rc.1+build7");
  EXPECT_EQ(version_number("aider v0.86.2\n0.1"), "0.1") << "a letter before it makes it a name";
  EXPECT_EQ(version_number("x86_64 1.0, of 2026"), "1.0");
  EXPECT_EQ(version_number("3"), "3");
  for (const char* none : {"", " \n", "nightly build", "v1", "(2.0)"})
    EXPECT_EQ(version_number(none), "") << none;
}

TEST(VersionNumber, IsBounded) {
  EXPECT_EQ(version_number(std::string(80, '1')), std::string(80, '1'));
  EXPECT_EQ(version_number(std::string(81, '1')), std::string(80, '1'));
}

TEST(VersionLine, IsTheFirstThatSaysAnything) {
  EXPECT_EQ(version_line("\r\n  nightly build\nof today"), "nightly build");
  EXPECT_EQ(version_line("one\rtwo"), "one");
  EXPECT_EQ(version_line(" \t\r\n"), "");
  EXPECT_EQ(version_line("\n" + std::string(81, 'v')), std::string(80, 'v'));
}

TEST(LastLine, IsTheLastThatSaysAnything) {
  EXPECT_EQ(last_line("first\nfatal: no\r\n \n"), "fatal: no");
  EXPECT_EQ(last_line("only"), "only");
  EXPECT_EQ(last_line("one\rtwo"), "two");
  EXPECT_EQ(last_line(" \t\r\n"), "");
  EXPECT_EQ(last_line("x\n" + std::string(301, 'l')), std::string(300, 'l'));
}

TEST(LastLine, NeitherItNorAVersionCutsACharacter) {
  const std::string eighty = std::string(79, 'v') + "\xC3\xA9";
  EXPECT_EQ(version_line(eighty), std::string(79, 'v'));
  const std::string three_hundred = std::string(299, 'l') + "\xC3\xA9";
  EXPECT_EQ(last_line(three_hundred), std::string(299, 'l'));
}

}  // namespace
}  // namespace orchestrate::text
