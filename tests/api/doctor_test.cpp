#include "orchestrator/doctor.h"

#include <gtest/gtest.h>

namespace orchestrate {
namespace {

using spawners::RepositoryConfig;

constexpr std::int64_t kGiB = 1LL << 30;

bool says(const Finding& finding, const std::string& words) {
  return finding.text.find(words) != std::string::npos;
}

Findings repository(RepositoryConfig level, const std::vector<std::string>& files,
                    const std::vector<std::string>& above = {}) {
  spawners::Profile profile;
  profile.name = "coder";
  profile.repository_config = level;
  return repository_findings(profile, {".claude/**", ".mcp.json", "CLAUDE.md"}, files, above);
}

const std::vector<std::string> kPlanted = {".claude/settings.json", ".claude/skills/x/SKILL.md", ".mcp.json",
                                           "CLAUDE.md", "src/main.cpp"};

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

TEST(Doctor, AtTextWhatSteersAnAgentIsListedAndDoesNotAct) {
  const Finding f = repository(RepositoryConfig::text, kPlanted).at(0);
  EXPECT_EQ(f.health, Health::ok);
  EXPECT_TRUE(
      says(f,
           "present, does not act: .claude/settings.json, .claude/skills/x/SKILL.md, .mcp.json; is read as "
           "text: CLAUDE.md"))
      << f.text;
  EXPECT_FALSE(says(f, "main.cpp"));
}

TEST(Doctor, AtIgnoreInstructionsAreNotRead) {
  EXPECT_TRUE(says(repository(RepositoryConfig::ignore, kPlanted).at(0), "is not read: CLAUDE.md"));
}

TEST(Doctor, AtTrustWhatActsIsAWarningThatNamesTheFiles) {
  const Finding f = repository(RepositoryConfig::trust, kPlanted).at(0);
  EXPECT_EQ(f.health, Health::warn);
  EXPECT_TRUE(says(f, "acts: .claude/settings.json, .claude/skills/x/SKILL.md, .mcp.json")) << f.text;
  EXPECT_NE(f.fix, "");
  EXPECT_EQ(repository(RepositoryConfig::trust, {"CLAUDE.md"}).at(0).health, Health::ok);
}

TEST(Doctor, OfMoreFilesThanALineHoldsTheNumberIsSaid) {
  std::vector<std::string> many;
  for (int i = 0; i < 30; ++i)
    many.push_back(".claude/" + std::to_string(i));
  EXPECT_TRUE(says(repository(RepositoryConfig::trust, many).at(0), "and 18 more"));
}

TEST(Doctor, FilesInAFolderAboveAreToldUnlessNothingIsRead) {
  EXPECT_EQ(repository(RepositoryConfig::text, {}, {"/home/x/CLAUDE.md"}).at(1).health, Health::warn);
  EXPECT_EQ(repository(RepositoryConfig::ignore, {}, {"/home/x/CLAUDE.md"}).size(), 1U);
}

TEST(Doctor, AnAgentWithoutKeyAndLoginFailsOnlyWhenItNeedsOne) {
  EXPECT_EQ(login_finding("coder", {}).health, Health::fail);
  EXPECT_EQ(login_finding("coder", {{"ANTHROPIC_API_KEY"}, {}, "", "", true}).health, Health::ok);
  EXPECT_EQ(login_finding("coder", {{}, {}, "/h/.claude/.credentials.json", "/h", true}).health, Health::ok);
  EXPECT_EQ(login_finding("coder", {{}, {}, "", "", false}).health, Health::ok);
}

TEST(Doctor, AKeyThatIsPassedOnButNotSetIsNamed) {
  const Finding none = login_finding("coder", {{}, {"ANTHROPIC_API_KEY"}, "", "", true});
  EXPECT_EQ(none.health, Health::fail);
  EXPECT_NE(none.fix.find("export ANTHROPIC_API_KEY="), std::string::npos);
  EXPECT_EQ(login_finding("coder", {{"GH_TOKEN"}, {"OTHER"}, "", "", true}).health, Health::warn);
}

TEST(Doctor, CredentialsAreKnownByTheirNames) {
  EXPECT_TRUE(is_credential_name("ANTHROPIC_API_KEY"));
  EXPECT_TRUE(is_credential_name("CLAUDE_CODE_OAUTH_TOKEN"));
  EXPECT_FALSE(is_credential_name("PATH"));
}

TEST(Doctor, AVersionIsTheFirstLineThatSaysSomething) {
  EXPECT_EQ(version_line("\n  2.1.329 (Claude Code)\nmore\n"), "2.1.329 (Claude Code)");
  EXPECT_EQ(version_line("  \n"), "");
  EXPECT_EQ(version_line(std::string(500, 'x')).size(), 80U);
}

}  // namespace
}  // namespace orchestrate
