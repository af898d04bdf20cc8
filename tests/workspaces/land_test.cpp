#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/workspaces/workshop.h"

namespace orchestrate::workspaces {
namespace {

class Land : public Workshop {
 protected:
  void SetUp() override {
    Workshop::SetUp();
    created_ = create(create_request());
    put("ws/1/src/a.txt", "landed\n");
    put("ws/1/new.txt", "new\n");
    taken_ = take(created_);
  }

  [[nodiscard]] LandRequest request(LandMode mode = LandMode::branch) const {
    LandRequest request = land_request(created_, taken_);
    request.mode = mode;
    return request;
  }

  [[nodiscard]] std::string tip(const std::string& branch) const {
    return out("git -C project rev-parse " + branch);
  }

  // Until the commit is in the project, and the branch is about to be set.
  void await_transfer() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!exists("project/.git/refs/orchestrate/landing/" + taken_.commit) &&
           std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
  }

  Created created_;
  Snapshot taken_;
};

TEST_F(Land, ABranchOfTheProjectHoldsTheWork) {
  const Landed landed = land(request());
  EXPECT_EQ(landed.branch, "orchestrate/1");
  EXPECT_EQ(landed.commit, taken_.commit);
  EXPECT_FALSE(landed.merged);
  EXPECT_EQ(tip("orchestrate/1"), taken_.commit);
  EXPECT_EQ(tip("orchestrate/1^{tree}"), taken_.tree);
  EXPECT_EQ(tip("main"), created_.base_commit);
  EXPECT_EQ(out("git -C project status --porcelain"), "");
}

TEST_F(Land, NothingOfOursStaysInTheProjectButTheBranch) {
  (void)land(request());
  EXPECT_EQ(out("git -C project for-each-ref --format='%(refname)' refs/orchestrate"), "");
  sh("cd project && git fsck --strict 2>&1 && git gc -q --prune=now && git cat-file -e "
     "orchestrate/1:new.txt");
}

TEST_F(Land, LandingTwiceIsLandingOnce) {
  (void)land(request());
  EXPECT_EQ(land(request()).commit, taken_.commit);
  sh("cd project && git checkout -q orchestrate/1 && git commit -q --allow-empty -m 'the owner goes on' && "
     "git checkout -q main");
  (void)land(request());
  EXPECT_EQ(out("git -C project log -1 --format=%s orchestrate/1"), "the owner goes on");
}

TEST_F(Land, ALaterAttemptReplacesWhatWePutThere) {
  (void)land(request());
  put("ws/1/new.txt", "second attempt\n");
  taken_ = take(created_);
  (void)land(request());
  EXPECT_EQ(tip("orchestrate/1"), taken_.commit);
}

TEST_F(Land, ABranchWithSomebodyElsesCommitsIsNotOverwritten) {
  sh("cd project && git checkout -q -b orchestrate/1 && git commit -q --allow-empty -m theirs && git "
     "checkout -q main");
  const std::string before = tip("orchestrate/1");
  const std::string error = error_of([&] { (void)land(request()); });
  EXPECT_NE(error.find("orchestrate/1"), std::string::npos);
  EXPECT_NE(error.find("not ours"), std::string::npos);
  EXPECT_EQ(tip("orchestrate/1"), before);
}

TEST_F(Land, ABranchThatIsCheckedOutIsNotMovedUnderItsFiles) {
  sh("cd project && git branch orchestrate/1 && git worktree add -q ../open orchestrate/1");
  EXPECT_NE(error_of([&] { (void)land(request()); }).find(at("open")), std::string::npos);
  EXPECT_EQ(tip("orchestrate/1"), created_.base_commit);
}

TEST_F(Land, ABranchNameThatCannotBeIsAnErrorThatNamesIt) {
  sh("git -C project branch orchestrate");
  EXPECT_NE(error_of([&] { (void)land(request()); }).find("orchestrate/1"), std::string::npos);
  LandRequest bad = request();
  bad.branch = "a..b";
  EXPECT_THROW((void)land(bad), WorkspaceError);
}

TEST_F(Land, OnlyTheTreeThatWasJudgedLands) {
  LandRequest other = request();
  other.tree = created_.base_tree;
  EXPECT_NE(error_of([&] { (void)land(other); }).find("not what was judged"), std::string::npos);
  EXPECT_EQ(out("git -C project branch --list 'orchestrate/*'"), "");
}

TEST_F(Land, AFastForwardUpdatesTheBranchAndItsFiles) {
  const Landed landed = land(request(LandMode::merge_ff));
  EXPECT_TRUE(landed.merged);
  EXPECT_EQ(landed.branch, "main");
  EXPECT_EQ(tip("main"), taken_.commit);
  EXPECT_EQ(get("project/src/a.txt"), "landed\n");
  EXPECT_EQ(out("git -C project status --porcelain"), "");
}

TEST_F(Land, HooksOfTheProjectDoNotRunInAMerge) {
  sh("cd project && mkdir -p .git/hooks && printf '#!/bin/sh\\ntouch ../canary\\n' > .git/hooks/post-merge "
     "&& "
     "chmod 755 .git/hooks/post-merge");
  (void)land(request(LandMode::merge_ff));
  EXPECT_FALSE(exists("canary"));
}

TEST_F(Land, ABranchThatIsNotCheckedOutIsSwapped) {
  sh("git -C project checkout -q -b elsewhere");
  EXPECT_TRUE(land(request(LandMode::merge_ff)).merged);
  EXPECT_EQ(tip("main"), taken_.commit);
  EXPECT_EQ(get("project/src/a.txt"), "a\n");
}

TEST_F(Land, ATargetThatMovedOnIsLeftAlone) {
  sh("cd project && git commit -q --allow-empty -m meanwhile");
  const std::string before = tip("main");
  EXPECT_NE(error_of([&] { (void)land(request(LandMode::merge_ff)); }).find("moved on"), std::string::npos);
  EXPECT_EQ(tip("main"), before);
}

TEST_F(Land, FilesTheOwnerHasThereAreNeverOverwritten) {
  put("project/new.txt", "the owner's\n");
  EXPECT_THROW((void)land(request(LandMode::merge_ff)), WorkspaceError);
  EXPECT_EQ(get("project/new.txt"), "the owner's\n");
  EXPECT_EQ(tip("main"), created_.base_commit);
}

TEST_F(Land, IgnoredFilesOfTheOwnerAreNotOverwrittenEither) {
  put("project/.git/info/exclude", "new.txt\n");
  put("project/new.txt", "precious\n");
  EXPECT_THROW((void)land(request(LandMode::merge_ff)), WorkspaceError);
  EXPECT_EQ(get("project/new.txt"), "precious\n");
}

TEST_F(Land, ALockHeldForAMomentIsWaitedFor) {
  put("project/.git/refs/heads/orchestrate/1.lock", "");
  std::thread owner([&] {
    await_transfer();
    std::filesystem::remove(at("project/.git/refs/heads/orchestrate/1.lock"));
  });
  EXPECT_EQ(land(request()).commit, taken_.commit);
  owner.join();
}

TEST_F(Land, ABranchMovedAtTheLastMomentIsNotOverwritten) {
  sh("cd project && git checkout -q -b elsewhere && git commit -q --allow-empty -m theirs");
  const std::string theirs = tip("elsewhere");
  put("project/.git/refs/heads/main.lock", "");
  std::thread owner([&] {
    await_transfer();
    put("project/.git/refs/heads/main", theirs + '\n');
    std::filesystem::remove(at("project/.git/refs/heads/main.lock"));
  });
  EXPECT_THROW((void)land(request(LandMode::merge_ff)), WorkspaceError);
  owner.join();
  EXPECT_EQ(tip("main"), theirs);
}

TEST_F(Land, TheWorkArrivesFromALinkedWorktreeToo) {
  sh("git -C project worktree add -q ../linked");
  LandRequest wanted = request();
  wanted.project = at("linked");
  (void)land(wanted);
  EXPECT_EQ(tip("orchestrate/1"), taken_.commit);
}

}  // namespace
}  // namespace orchestrate::workspaces
