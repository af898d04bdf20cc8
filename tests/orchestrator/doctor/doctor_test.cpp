#include "orchestrator/doctor/doctor.h"
#include "text/list.h"
#include "text/version.h"

#include <gtest/gtest.h>

namespace orchestrate {
namespace {

constexpr std::int64_t kGiB = 1LL << 30;

bool says(const Finding& finding, const std::string& words) {
  return finding.text.find(words) != std::string::npos;
}

TEST(Doctor, DiskBelowTheFloorFailsAndCloseToItWarns) {
  EXPECT_EQ(disk_finding("/x", 3 * kGiB, kGiB).health, Health::ok);
  EXPECT_EQ(disk_finding("/x", kGiB + 1, kGiB).health, Health::warn);
  EXPECT_EQ(disk_finding("/x", kGiB - 1, kGiB).health, Health::fail);
}

TEST(Doctor, ANetworkFileSystemIsNamed) {
  EXPECT_EQ(file_system_finding("/x", 0xEF53).health, Health::ok);
  EXPECT_EQ(file_system_finding("/x", 0x6969).health, Health::warn);
  EXPECT_TRUE(says(file_system_finding("/x", 0x6969), "NFS"));
}

TEST(Doctor, AClockThatStandsInThePastIsSeen) {
  const std::int64_t now = 1'795'000'000'000;
  EXPECT_EQ(clock_finding(now, now + 60'000).health, Health::ok);
  EXPECT_EQ(clock_finding(now, now + 3 * 86'400'000LL).health, Health::warn);
  EXPECT_EQ(clock_finding(0, 0).health, Health::fail);
}

TEST(Doctor, AStateThatOthersMayEnterIsNamedWithTheCommandThatMendsIt) {
  EXPECT_EQ(privacy_finding("/s", 040700).health, Health::ok);
  EXPECT_EQ(privacy_finding("/s", 040755).fix, "chmod 700 /s");
}

TEST(Doctor, AVersionIsTheFirstLineThatSaysSomething) {
  EXPECT_EQ(text::version_line("\n  2.1.329 (Claude Code)\nmore\n"), "2.1.329 (Claude Code)");
  EXPECT_EQ(text::version_line("  \n"), "");
  EXPECT_EQ(text::version_line(std::string(500, 'x')).size(), 80U);
}

TEST(Doctor, AVersionNumberIsTheFirstWordThatBeginsWithADigit) {
  EXPECT_EQ(text::version_number("codex-cli 0.169.0\n"), "0.169.0");
  EXPECT_EQ(text::version_number("aider 0.86.2"), "0.86.2");
  EXPECT_EQ(text::version_number(" 1.52.0\n"), "1.52.0");
  EXPECT_EQ(text::version_number("2.1.329 (Claude Code)\n"), "2.1.329");
  EXPECT_EQ(text::version_number("a tool\nof 2 words"), "2");
  EXPECT_EQ(text::version_number("1.2-rc.1+b7, or so"), "1.2-rc.1+b7");
}

TEST(Doctor, WhatHoldsNoNumberIsNoVersion) {
  EXPECT_EQ(text::version_number(""), "");
  EXPECT_EQ(text::version_number("v2 x86_64 (3.1)"), "");
  EXPECT_EQ(text::version_number("1\x1b[31m"), "1");
  EXPECT_EQ(text::version_number(std::string(500, '7')).size(), 80U);
}

TEST(Doctor, OfAProgramThatFailsTheLastLineIsTold) {
  EXPECT_EQ(text::last_line("WARNING: one\nbwrap: no namespaces\n\n"), "bwrap: no namespaces");
  EXPECT_EQ(text::last_line("boom"), "boom");
  EXPECT_EQ(text::last_line(" \n"), "");
  EXPECT_EQ(text::last_line(std::string(1000, 'x')).size(), 300U);
}

TEST(Doctor, OfMoreNamesThanALineHoldsTheNumberIsSaid) {
  EXPECT_EQ(text::join_first({"a", "b"}), "a, b");
  EXPECT_TRUE(text::join_first(std::vector<std::string>(30, "a")).ends_with("a and 18 more"));
}

}  // namespace
}  // namespace orchestrate
