#include "workspaces/git/git.h"

#include <cstdlib>

#include "tests/workspaces/workshop.h"
#include "workspaces/git/blob_hash.h"

namespace orchestrate::workspaces {
namespace {

using GitRun = Workshop;

TEST(GitVersion, AnOldGitIsRefusedWithWhatToInstall) {
  EXPECT_NO_THROW(require_git_version("git version 2.39.5"));
  EXPECT_NO_THROW(require_git_version("git version 3.0.1 (Apple Git-1)"));
  for (const char* line : {"git version 2.38.9", "git version 1.99.0", "hello", ""}) {
    try {
      require_git_version(line);
      ADD_FAILURE() << line;
    } catch (const WorkspaceError& error) {
      EXPECT_NE(std::string(error.what()).find("install git 2.39"), std::string::npos) << error.what();
    }
  }
}

TEST(BlobHash, IsGitsOwn) {
  EXPECT_EQ(BlobHasher().blob_id(""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  EXPECT_EQ(BlobHasher().blob_id("hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
}

TEST_F(GitRun, AnInheritedGitEnvironmentDoesNotAct) {
  setenv("GIT_DIR", "/nonexistent", 1);
  setenv("GIT_INDEX_FILE", "/nonexistent", 1);
  const std::string head = Git(at("project/.git")).line({"rev-parse", "HEAD"});
  unsetenv("GIT_DIR");
  unsetenv("GIT_INDEX_FILE");
  EXPECT_EQ(head, out("git -C project rev-parse HEAD"));
}

TEST_F(GitRun, WhatItStartsBearsTheMarkOfItsStep) {
  setenv("ORCHESTRATE_STEP", "/runs/1/05-land", 1);
  const std::string mark =
      Git(at("project/.git")).line({"-c", "alias.mark=!printenv ORCHESTRATE_STEP", "mark"});
  unsetenv("ORCHESTRATE_STEP");
  EXPECT_EQ(mark, "/runs/1/05-land");
}

TEST_F(GitRun, AFailureIsASentenceWithGitsWordsAndNoControlBytes) {
  const Git git(at("project/.git"));
  const std::string error = error_of([&] { git.must({"cat-file", "blob", "\033[2Kno-such"}); });
  EXPECT_NE(error.find("git cat-file failed (exit 128)"), std::string::npos) << error;
  EXPECT_EQ(error.find('\033'), std::string::npos);
}

}  // namespace
}  // namespace orchestrate::workspaces
