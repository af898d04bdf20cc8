#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
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

  // Until git is about to set the branch, which was looked at before: it waits for the lock that the test
  // holds.
  static void await_update() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!a_child_sets_a_branch() && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
  }

  // What landing says when the owner sets the branch after it was looked at and before it is set.
  [[nodiscard]] std::string moved_meanwhile(const std::string& branch, const std::string& theirs,
                                            const LandRequest& wanted) const {
    const std::string ref = "project/.git/refs/heads/" + branch;
    put(ref + ".lock", "");
    std::thread owner([&] {
      await_update();
      put(ref, theirs + '\n');
      std::filesystem::remove(at(ref + ".lock"));
    });
    std::string error = error_of([&] { (void)land(wanted); });
    owner.join();
    return error;
  }

  Created created_;
  Snapshot taken_;

 private:
  // Of a file that has one line; empty: its process is gone, maybe in the middle of it.
  static std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text;
    std::getline(in, text);
    return text;
  }
  static bool a_child_sets_a_branch() {
    std::error_code gone;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", gone)) {
      std::istringstream children(text_of(task.path() / "children"));
      for (std::string pid; children >> pid;) {
        if (text_of("/proc/" + pid + "/cmdline").find("orchestrate: land") != std::string::npos) return true;
      }
    }
    return false;
  }
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

TEST_F(Land, ABranchMovedBetweenTheLookAndTheUpdateIsNotOverwritten) {
  sh("cd project && git checkout -q -b elsewhere && git commit -q --allow-empty -m theirs");
  const std::string theirs = tip("elsewhere");
  const std::string error = moved_meanwhile("main", theirs, request(LandMode::merge_ff));
  EXPECT_NE(error.find("the branch main"), std::string::npos) << error;
  EXPECT_NE(error.find("was not set"), std::string::npos) << error;
  EXPECT_EQ(tip("main"), theirs);
}

TEST_F(Land, ABranchMadeBetweenTheLookAndTheUpdateIsNotOverwritten) {
  sh("cd project && git checkout -q -b elsewhere && git commit -q --allow-empty -m theirs");
  const std::string theirs = tip("elsewhere");
  const std::string error = moved_meanwhile("orchestrate/1", theirs, request());
  EXPECT_NE(error.find("was not set"), std::string::npos) << error;
  EXPECT_EQ(tip("orchestrate/1"), theirs);
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
