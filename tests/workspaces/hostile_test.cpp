// Rows of the table of measured attacks: honest work lands whatever else was planted, nothing executes,
// nothing hangs.
#include <sys/stat.h>
#include <unistd.h>

#include "tests/workspaces/workshop.h"
#include "workspaces/ignore_rules.h"
#include "workspaces/walk.h"

namespace orchestrate::workspaces {
namespace {

// Each test plants something beside honest work: one edit of the same size, one new file, one commit of the
// agent's.
class Hostile : public Workshop {
 protected:
  void SetUp() override {
    Workshop::SetUp();
    created_ = create(create_request());
    sh("cd ws/1 && printf 'A\\n' > src/a.txt && printf 'new\\n' > new.txt");
  }

  Snapshot expect_honest_work() {
    const Snapshot taken = take(created_);
    EXPECT_EQ(changes_text(taken), "A new.txt\nM src/a.txt");
    EXPECT_EQ(in_result(taken, "src/a.txt"), "A");
    EXPECT_FALSE(exists("canary")) << "something that was planted has run";
    return taken;
  }

  // A command to plant: it leaves a trace when it runs.
  [[nodiscard]] std::string canary() const { return "touch " + at("canary"); }

  Created created_;
};

TEST_F(Hostile, ConfigurationOfTheCloneDoesNotAct) {
  sh("cd ws/1 && git config core.fsmonitor '" + canary() + "' && git config filter.x.clean '" + canary() +
     "; cat' && git config filter.x.smudge '" + canary() + "; cat' && git config diff.external '" + canary() +
     "' && git config uploadpack.packObjectsHook '" + canary() +
     "' && git config core.worktree /etc && printf '* filter=x\\n' > .git/info/attributes");
  EXPECT_EQ(expect_honest_work().left_out_count, 0);
}

TEST_F(Hostile, AttributesOfTheWorkspaceDoNotAct) {
  sh("cd ws/1 && git config filter.x.clean '" + canary() +
     "; echo replaced' && printf '* filter=x ident -diff\\n' > .gitattributes");
  const Snapshot taken = take(created_);
  EXPECT_EQ(changes_text(taken), "A .gitattributes\nA new.txt\nM src/a.txt");
  EXPECT_EQ(in_result(taken, "src/a.txt"), "A");
  EXPECT_FALSE(exists("canary"));
}

TEST_F(Hostile, HooksDoNotRun) {
  sh("cd ws/1 && mkdir -p .git/hooks && for h in post-checkout reference-transaction pre-auto-gc "
     "post-index-change; do "
     "printf '#!/bin/sh\\n" +
     canary() + "\\n' > .git/hooks/$h && chmod 755 .git/hooks/$h; done");
  expect_honest_work();
}

TEST_F(Hostile, AReplacedDotGitDoesNotMatter) {
  sh("git init -q other && cd ws/1 && rm -rf .git && printf 'gitdir: ../../other/.git\\n' > .git");
  EXPECT_EQ(expect_honest_work().history, "snapshot");
  sh("cd ws/1 && rm .git && ln -s ../../other/.git .git");
  EXPECT_EQ(expect_honest_work().history, "snapshot");
  sh("cd ws/1 && rm .git");
  EXPECT_NE(expect_honest_work().history_note, "");
}

TEST_F(Hostile, AnEditedGitignoreHidesNothing) {
  put("ws/1/.gitignore", "*\n");
  put("ws/1/.git/info/exclude", "*\n");
  const Snapshot taken = take(created_);
  EXPECT_EQ(changes_text(taken), "A new.txt\nM .gitignore\nM src/a.txt");
}

TEST_F(Hostile, IndexBitsHideNothing) {
  sh("cd ws/1 && git update-index --assume-unchanged src/a.txt && git update-index --skip-worktree README.md "
     "&& "
     "echo hidden > README.md");
  EXPECT_EQ(changes_text(take(created_)), "A new.txt\nM README.md\nM src/a.txt");
}

TEST_F(Hostile, FifosSocketsAndDevicesNeverHangAndAreReported) {
  sh("cd ws/1 && mkfifo pipe && rm README.md && mkfifo README.md && rm .gitignore && mkfifo .gitignore "
     ".gitattributes .mailmap");
  const Snapshot taken = expect_honest_work();
  EXPECT_EQ(left_out_text(taken),
            ".gitattributes: special file\n.gitignore: special file\n.mailmap: special file\nREADME.md: "
            "special file\n"
            "pipe: special file");
  EXPECT_EQ(in_result(taken, "README.md"), "hello again");
}

TEST_F(Hostile, AFifoInsideDotGitCostsOnlyTheHistory) {
  sh("cd ws/1 && git add -A && git commit -qm work && rm .git/HEAD && mkfifo .git/HEAD");
  const Snapshot taken = expect_honest_work();
  EXPECT_EQ(taken.history, "snapshot");
  EXPECT_NE(taken.history_note.find("no plain file: HEAD"), std::string::npos) << taken.history_note;
}

TEST_F(Hostile, AHugeSparseFileIsLeftOutAtOnce) {
  put("ws/1/huge", "");
  ASSERT_EQ(truncate(at("ws/1/huge").c_str(), off_t{1} << 40), 0);
  EXPECT_EQ(left_out_text(expect_honest_work()), "huge: oversize");
}

TEST_F(Hostile, FilesOfANestedRepositoryAreTakenAndItsHistoryReported) {
  sh("cd ws/1 && mkdir nested && cd nested && git init -q && echo 1 > one && git add one && git commit -qm "
     "one");
  const Snapshot taken = take(created_);
  EXPECT_EQ(changes_text(taken), "A nested/one\nA new.txt\nM src/a.txt");
  EXPECT_EQ(left_out_text(taken), "nested/.git: nested repository");
}

TEST_F(Hostile, NamesThatGitRefusesAreLeftOut) {
  sh("cd ws/1 && echo x > git~1 && mkdir -p src/.GIT && echo x > src/.GIT/config && ln -s /etc/passwd "
     ".gitmodules");
  EXPECT_EQ(left_out_text(expect_honest_work()),
            ".gitmodules: bad name\ngit~1: bad name\nsrc/.GIT: bad name");
}

TEST_F(Hostile, ASymlinkIsTakenAsALinkAndNeverFollowed) {
  put("secret/key", "secret");
  sh("cd ws/1 && ln -s ../../secret/key out && ln -s ../../secret dir && rm -r src/deep && ln -s "
     "../../../secret src/deep");
  const Snapshot taken = take(created_);
  EXPECT_EQ(in_result(taken, "out"), "../../secret/key");
  EXPECT_EQ(in_result(taken, "src/deep"), "../../../secret");
  EXPECT_EQ(names_of(taken).find("key"), std::string::npos);
}

TEST_F(Hostile, ARootSwappedForASymlinkIsRefused) {
  sh("mv ws/1 ws/elsewhere && ln -s ../secret ws/1 && mkdir secret");
  EXPECT_NE(error_of([&] { (void)take(created_); }).find("cannot open the workspace"), std::string::npos);
}

TEST_F(Hostile, MovedRefsAndASymbolicHeadMisleadNobody) {
  sh("cd ws/1 && git add -A && git commit -qm work && git update-ref refs/heads/main HEAD && "
     "git symbolic-ref HEAD refs/heads/main && git symbolic-ref refs/heads/orchestrate/1 refs/heads/main && "
     "git pack-refs --all");
  expect_honest_work();
  EXPECT_EQ(out("git -C project log --format=%s main"), "second\nfirst");
}

TEST_F(Hostile, ReplacedAndGraftedObjectsDoNotChangeTheComparison) {
  sh("cd ws/1 && git replace $(git rev-parse HEAD:src/a.txt) $(echo A | git hash-object -w --stdin) && "
     "git replace --graft HEAD && git rev-parse HEAD > .git/info/grafts && git rev-parse HEAD > "
     ".git/shallow");
  expect_honest_work();
}

TEST_F(Hostile, ForeignAlternatesAreNotReadForTheHistory) {
  sh("git init -q private && cd private && echo secret > s && git add s && git commit -qm secret && cd "
     "../ws/1 && "
     "echo ../../../../private/.git/objects >> .git/objects/info/alternates && "
     "git update-ref refs/heads/orchestrate/1 $(git -C ../../private rev-parse HEAD)");
  const Snapshot taken = expect_honest_work();
  EXPECT_EQ(taken.history_note, "its .git/objects/info/alternates was changed");
  EXPECT_EQ(
      out("git --git-dir=results/1 cat-file -e $(git -C private rev-parse HEAD) 2>/dev/null || echo absent"),
      "absent");
}

TEST_F(Hostile, ATreeWithForbiddenEntriesIsNotFetched) {
  sh(R"(cd ws/1 && blob=$(echo x | git hash-object -w --stdin) && tree=$(printf '100644 blob %s\t.GIT\n' $blob | git mktree)
        git update-ref refs/heads/orchestrate/1 $(git commit-tree -p HEAD -m evil $tree))");
  const Snapshot taken = expect_honest_work();
  EXPECT_EQ(taken.history, "snapshot");
  EXPECT_NE(taken.history_note.find("fetch"), std::string::npos) << taken.history_note;
}

TEST_F(Hostile, APathDeeperThanTheSystemAllowsIsReportedAndCanBeRemoved) {
  ASSERT_EQ(chdir(created_.path.c_str()), 0);
  const std::string name(200, 'd');
  for (int i = 0; i < 40; ++i) {
    ASSERT_EQ(mkdir(name.c_str(), 0700), 0);
    ASSERT_EQ(chdir(name.c_str()), 0);
  }
  ASSERT_EQ(chdir("/"), 0);
  const Snapshot taken = expect_honest_work();
  ASSERT_EQ(taken.left_out_count, 1);
  EXPECT_EQ(taken.left_out.front().why, "path too deep");
  remove_tree(created_.path);
  EXPECT_FALSE(exists("ws/1"));
}

TEST_F(Hostile, MoreFoldersBelowEachOtherThanDescriptorsCanBeRemoved) {
  ASSERT_EQ(chdir(created_.path.c_str()), 0);
  for (int i = 0; i < 1500; ++i) {
    ASSERT_EQ(mkdir("d", 0700), 0);
    ASSERT_EQ(chdir("d"), 0);
  }
  ASSERT_EQ(chdir("/"), 0);
  EXPECT_EQ(expect_honest_work().left_out_count, 1);
  remove_tree(created_.path);
  EXPECT_FALSE(exists("ws/1"));
}

TEST_F(Hostile, RemovalNeverFollowsASymlinkAndOpensWhatWasClosed) {
  put("precious/file", "keep");
  sh("cd ws/1 && ln -s ../../precious link2 && ln -s .. up && mkdir -p shut/inner && echo x > shut/inner/x "
     "&& chmod 000 shut/inner shut");
  remove_tree(created_.path);
  EXPECT_FALSE(exists("ws/1"));
  EXPECT_EQ(get("precious/file"), "keep");
}

// As another user when the tests are run by root, whom no mode stops.
class AsNobody {
 public:
  AsNobody() : was_root_(geteuid() == 0) {
    if (was_root_ && seteuid(65534) != 0) ADD_FAILURE() << "seteuid";
  }
  ~AsNobody() {
    if (was_root_ && seteuid(0) != 0) std::abort();
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

 private:
  bool was_root_;
};

TEST_F(Hostile, WhatMayNotBeReadIsReportedAndNotTakenForDeleted) {
  sh("chmod 755 . && mkdir -p open/shut && echo 1 > open/shut/a && echo 1 > open/f && chmod 000 open/shut "
     "open/f");
  BaseTree base;
  base.add("shut/a", {kPlainMode, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"});
  base.add("f", {kPlainMode, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"});
  IgnoreRules rules{Git(at("results/1"))};
  const AsNobody nobody;
  TreeReader reader(at("open"));
  const WalkResult walked = walk(reader, base, rules, RulesFrom::base, {});
  ASSERT_EQ(walked.left_out.count(), 1);
  EXPECT_EQ(walked.left_out.first().front().path, "shut");
  EXPECT_EQ(walked.left_out.first().front().why, "unreadable");
  EXPECT_TRUE(walked.kept.contains("shut"));
  EXPECT_EQ(reader.read_file("f", 2), std::nullopt);
}

TEST_F(Hostile, AFileThatGrowsWhileItIsReadIsAnError) {
  put("ws/1/log", "12345");
  TreeReader reader(created_.path);
  EXPECT_NE(error_of([&] { (void)reader.read_file("log", 4); }).find("still writes"), std::string::npos);
  EXPECT_NE(error_of([&] { (void)reader.read_file("log", 6); }).find("still writes"), std::string::npos);
}

}  // namespace
}  // namespace orchestrate::workspaces
