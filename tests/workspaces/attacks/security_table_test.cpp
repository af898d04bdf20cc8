// docs/security.md holds the table of attacks as the tests have it: every attack, what comes of it, and a
// test that exists.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/workspaces/attacks/planted.h"

namespace orchestrate::workspaces {
namespace {

struct Elsewhere {
  const char* attack;
  const char* outcome;
  const char* test;
};

constexpr Elsewhere kElsewhere[] = {
    {"the workspace itself replaced by a symlink", "refused", "Hostile.ARootSwappedForASymlinkIsRefused"},
    {"the same before a second attempt", "refused", "Create.AWorkspaceReplacedByASymlinkIsRefused"},
    {"a control file changed for the next attempt, at `trust`", "set aside, the base's is back",
     "Restore.AChangedFileIsTheBasesAgainAndTheChangedBytesAreKept"},
    {"one added, also where git ignores it", "set aside",
     "Restore.AnAddedFileIsSetAsideIgnoredOrCommittedOrNeither"},
    {"its folder replaced by a symlink to one outside", "set aside, nothing is followed",
     "Restore.AFolderReplacedByASymlinkIsAFolderAgainAndNothingOutsideIsTouched"},
    {"configuration, attributes and hooks left in `.git` for the next attempt",
     "set aside, as in a new clone; not run",
     "Disarm.ConfigurationAttributesAndHooksAreANewClonesAgainAndTheirBytesAreKept"},
    {"symlinks, FIFOs and folders in their place", "set aside, nothing is followed",
     "Disarm.WhatStandsInTheirPlaceIsSetAsideAndNotFollowed"},
    {"a `.git` that is none, for the next attempt", "set aside, a new one at the base; the files stay",
     "Disarm.WhateverIsNoRepositoryBecomesOneAtTheBaseAndTheFilesStay"},
    {"`.git/commondir` for the next attempt", "set aside",
     "Disarm.ARepositoryThatTheConfigurationIsReadFromInsteadIsOut"},
    {"commands in the list of an interrupted rebase", "set aside",
     "Disarm.AnInterruptedRebaseRunsNoCommandsOfItsList"},
    {"a repository inside the tree that names a program, for the next attempt", "its `.git` is set aside",
     "Disarm.ARepositoryInsideThatNamesAProgramIsSetAside"},
    {"a path deeper than PATH_MAX", "left out and told (path too deep)",
     "Hostile.APathDeeperThanTheSystemAllowsIsReportedAndCanBeRemoved"},
    {"more folders below each other than there are descriptors", "left out and told; can be removed",
     "Hostile.MoreFoldersBelowEachOtherThanDescriptorsCanBeRemoved"},
    {"symlinks and closed folders in what is removed", "removed as they are, nothing is followed",
     "Hostile.RemovalNeverFollowsASymlinkAndOpensWhatWasClosed"},
    {"files and folders that we may not read", "left out and told (unreadable); the base's stay",
     "Hostile.WhatMayNotBeReadIsReportedAndStaysAsInTheBase"},
    {"more, larger or longer-named files than allowed", "left out and told",
     "SnapshotOf.WhatGoesOverACapIsLeftOutAndNamed"},
    {"objects of a private repository, named by the branch", "never pulled in",
     "Hostile.APrivateRepositorysObjectsAreNotPulledIn"},
    {"commits that hold gigabytes which no file of the result holds",
     "the work is taken, the agent's commits are not",
     "HistoryOf.CommitsThatHoldMoreThanAllFilesMayAreNotPublished"},
    {"commits under the owner's name", "the agent's commits say what it wrote; ours bear the author we name",
     "Hostile.WithoutHistoryTheAuthorIsTheOneThatWeNamed"},
    {"an author of several lines", "one line", "SnapshotOf.AnAuthorOfAnyBytesDoesNotBreakTheCommit"},
    {"`* -diff` to hide how much was changed", "counted", "Hostile.AHiddenPatchIsCountedAllTheSame"},
    {"hooks in the tree, where the project's `core.hooksPath` points", "not run by landing",
     "Hostile.HooksInTheTreeDoNotRunWhenItLands"},
    {"hooks of the project", "not run by landing", "Land.HooksOfTheProjectDoNotRunInAMerge"},
    {"the owner's filter redefined, or routed to by new attributes",
     "the owner's command, by the base's attributes", "Filters.TheCommandThatTheWorkspaceNamesIsNeverRun"},
    {"an `.lfsconfig` that names a server", "no server is asked; what is not here stays a pointer",
     "GitLfs.AnLfsconfigOfTheAgentsReachesNoServer"},
    {"bytes that the base's `working-tree-encoding` cannot hold", "refused, naming the file",
     "Filters.BytesThatTheBasesEncodingCannotHoldAreAnErrorThatNamesTheFile"},
    {"ignored and foreign files beside the result", "not in a clean checkout",
     "Checkout.HoldsExactlyTheSnapshotAndNothingElseThatTheAgentLeft"},
    {"attributes and symlinks in a clean checkout", "not run, not followed",
     "Checkout.AttributesAndSymlinksOfTheAgentsRunNothingAndLeadNowhere"},
    {"a process that still writes", "refused after three looks, naming the file",
     "Trouble.AProcessThatStillWritesIsRefused"},
    {"names that come and go meanwhile", "seen", "Trouble.NamesThatComeAndGoAreSeenToo"},
    {"a file that grows while it is read", "refused", "Hostile.AFileThatGrowsWhileItIsReadIsAnError"},
    {"`git gc --prune=now` in the project, at every stage", "takes nothing",
     "Trouble.TheOwnersGcTakesNothingAtAnyStage"},
    {"an ignored file of the owner's where a merge would write", "never overwritten, landing is refused",
     "Land.IgnoredFilesOfTheOwnerAreNotOverwrittenEither"},
    {"the branch moved between judging and landing", "refused",
     "Land.ABranchMovedBetweenTheLookAndTheUpdateIsNotOverwritten"},
    {"another tree than the judged one", "refused", "Land.OnlyTheTreeThatWasJudgedLands"},
    {"`GIT_*` variables in our own environment", "no effect",
     "Trouble.AnEnvironmentFullOfGitsVariablesDoesNotAct"},
    {"a git that does not end", "its whole process group is killed", "Process.ATimeLimitEndsTheWholeGroup"},
    {"objects that take all memory", "the fetch of the history is held to 2 GiB a process",
     "Trouble.MemoryThatAChildMayNotHaveEndsItWithWords"},
    {"a full disk", "said; what was half written goes; works again when there is room",
     "Trouble.AFullDiskIsSaidAndNothingIsTakenForDone"},
    {"several tasks at once", "each on its own branch", "Trouble.TwoTasksAtOnceEndOnTwoBranches"},
    {"executable bits, symlinks, deletions", "kept", "SnapshotOf.TheTreeIsTheOneGitItselfWouldMake"},
    {"files below a submodule of the base", "left out and told; the link stays",
     "SnapshotOf.AGitlinkStaysAndWhatLiesThereIsReported"},
};

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string outcome_of(const Planted& row) {
  std::string text = *row.live != '\0' ? "not run; " : "";
  if (*row.history_lost != '\0') text += "the work is taken, the agent's commits are not; ";
  std::istringstream left_out(row.left_out);
  for (std::string line; std::getline(left_out, line);) {
    const std::size_t colon = line.rfind(": ");
    text += "left out and told: `" + line.substr(0, colon) + "` (" + line.substr(colon + 2) + "); ";
  }
  if (*row.landing_refused != '\0') text += "landing is refused (" + std::string(row.landing_refused) + "); ";
  if (text.empty()) return "no effect";
  return std::regex_replace(text.substr(0, text.size() - 2), std::regex("\xe2\x80\x8c"), "\\u200c");
}

std::string line_of(const std::string& attack, const std::string& outcome, const std::string& test) {
  return "| " + attack + " | " + outcome + " | " + test + " |\n";
}

std::string table() {
  std::string text = line_of("attack", "outcome", "test") + "|---|---|---|\n";
  for (const auto* rows : {&planted_programs(), &planted_state(), &planted_files()}) {
    for (const Planted& row : *rows)
      text += line_of(row.attack, outcome_of(row), row.name);
  }
  for (const Elsewhere& row : kElsewhere)
    text += line_of(row.attack, row.outcome, row.test);
  return text;
}

TEST(SecurityTable, IsTheOneInTheDocumentation) {
  const std::string page = file_text(ORCHESTRATE_SOURCE_DIR "/docs/security.md");
  const std::string begin = "<!-- attacks: written by SecurityTable -->\n";
  const std::size_t from = page.find(begin);
  const std::size_t to = page.find("<!-- end of attacks -->");
  ASSERT_NE(from, std::string::npos);
  ASSERT_NE(to, std::string::npos);
  EXPECT_TRUE(page.substr(from + begin.size(), to - from - begin.size()) == table())
      << "put this between the two marks in docs/security.md:\n"
      << table();
}

TEST(SecurityTable, NamesTestsThatExist) {
  std::string sources;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(ORCHESTRATE_SOURCE_DIR "/tests")) {
    if (entry.path().extension() == ".cpp") sources += file_text(entry.path().string());
  }
  for (const Elsewhere& row : kElsewhere) {
    const std::string name = row.test;
    const std::size_t dot = name.find('.');
    const std::regex defined("TEST(_F)?\\(" + name.substr(0, dot) + ",\\s+" + name.substr(dot + 1) + "\\)");
    EXPECT_TRUE(std::regex_search(sources, defined)) << name;
  }
}

TEST(SecurityTable, HasNoAttackTwice) {
  std::set<std::string> attacks;
  std::istringstream lines(table());
  for (std::string line; std::getline(lines, line);)
    EXPECT_TRUE(attacks.insert(line.substr(0, line.find(" | ", 2))).second) << line;
}

}  // namespace
}  // namespace orchestrate::workspaces
