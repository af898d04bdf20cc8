#include "workspaces/git/git.h"

#include <signal.h>

#include <chrono>
#include <cstdlib>

#include "tests/workspaces/workshop.h"
#include "workspaces/git/blob_hash.h"
#include "workspaces/git/process.h"

namespace orchestrate::workspaces {
namespace {

using GitRun = Workshop;

ProcessSpec shell(const std::string& script) {
  ProcessSpec spec;
  spec.program = "/bin/sh";
  spec.argv = {"sh", "-c", script};
  return spec;
}

TEST(Process, GivesExitCodeAndBothStreams) {
  const ProcessResult result = Process(shell("echo out; echo err >&2; exit 3")).finish();
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
}

TEST(Process, SeesNoEnvironmentButTheOneGiven) {
  ProcessSpec spec = shell("/usr/bin/env");
  spec.environment = {"ONLY=this"};
  const std::string out = Process(spec).finish().out;
  EXPECT_NE(out.find("ONLY=this\n"), std::string::npos);
  EXPECT_EQ(out.find("HOME="), std::string::npos);
}

TEST(Process, ATimeLimitEndsTheWholeGroup) {
  ProcessSpec spec = shell("sleep 100 & echo $!; wait");
  spec.time_limit = std::chrono::milliseconds(300);
  const ProcessResult result = Process(spec).finish();
  EXPECT_TRUE(result.timed_out);
  const pid_t grandchild = std::atoi(result.out.c_str());
  ASSERT_GT(grandchild, 0);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  // Killed, it may wait for init to reap it: a zombie has no command line any more.
  const std::string line = "/proc/" + std::to_string(grandchild) + "/cmdline";
  const auto alive = [&] {
    FILE* file = std::fopen(line.c_str(), "re");
    if (file == nullptr) return false;
    const bool more = std::fgetc(file) != EOF;
    std::fclose(file);
    return more;
  };
  while (alive() && std::chrono::steady_clock::now() < deadline)
    sched_yield();
  EXPECT_FALSE(alive());
}

TEST(Process, AChildThatDoesNotReadItsInputIsNotWaitedFor) {
  ProcessSpec spec = shell("exec <&-; exit 4");
  spec.has_input = true;
  Process process(spec);
  process.write(std::string(4 << 20, 'x'));
  EXPECT_EQ(process.finish().exit_code, 4);
}

TEST(Process, MoreInputThanAPipeHoldsArrives) {
  ProcessSpec spec = shell("wc -c");
  spec.has_input = true;
  spec.environment = {"PATH=/usr/bin:/bin"};
  Process process(spec);
  process.write(std::string(3 << 20, 'x'));
  EXPECT_EQ(process.finish().out, "3145728\n");
}

TEST(Process, TooMuchOutputEndsIt) {
  ProcessSpec spec = shell("while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done");
  spec.output_limit_bytes = 100'000;
  const ProcessResult result = Process(spec).finish();
  EXPECT_TRUE(result.output_limit);
  EXPECT_LT(result.out.size(), 300'000U);
}

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

TEST_F(GitRun, AFailureIsASentenceWithGitsWordsAndNoControlBytes) {
  const Git git(at("project/.git"));
  const std::string error = error_of([&] { git.must({"cat-file", "blob", "\033[2Kno-such"}); });
  EXPECT_NE(error.find("git cat-file failed (exit 128)"), std::string::npos) << error;
  EXPECT_EQ(error.find('\033'), std::string::npos);
}

}  // namespace
}  // namespace orchestrate::workspaces
