#include <sys/stat.h>

#include <thread>

#include "tests/workspaces/workshop.h"

namespace orchestrate::workspaces {
namespace {

using Create = Workshop;

TEST_F(Create, ACloneIsACompleteCheckoutOnItsOwnBranch) {
  const Created created = create(create_request());
  EXPECT_EQ(created.path, at("ws/1"));
  EXPECT_FALSE(created.reused);
  EXPECT_EQ(created.base_commit, out("git -C project rev-parse main"));
  EXPECT_EQ(created.base_tree, out("git -C project rev-parse main^{tree}"));
  EXPECT_EQ(out("git -C ws/1 branch --show-current"), "orchestrate/1");
  EXPECT_EQ(out("git -C ws/1 status --porcelain"), "");
  EXPECT_EQ(out("git -C ws/1 remote"), "");
  EXPECT_EQ(out("git -C ws/1 log --format=%s main"), "second\nfirst");
  EXPECT_EQ(out("readlink ws/1/link"), "README.md");
  EXPECT_EQ(out("git -C ws/1 config user.name"), "Owner");
}

TEST_F(Create, FoldersAreForUsAlone) {
  const Created created = create(create_request());
  for (const std::string& path : {at("ws"), created.path, at("results/1")}) {
    struct stat info {};
    ASSERT_EQ(stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0700U) << path;
  }
}

TEST_F(Create, AnEarlierAttemptIsFoundAndLeftAsItIs) {
  const Created first = create(create_request());
  put("ws/1/README.md", "half done\n");
  sh("cd project && git commit -q --allow-empty -m 'the project moves on'");
  const Created second = create(create_request());
  EXPECT_TRUE(second.reused);
  EXPECT_EQ(second.path, first.path);
  EXPECT_EQ(second.base_commit, first.base_commit);
  EXPECT_EQ(get("ws/1/README.md"), "half done\n");
}

TEST_F(Create, WhatAnAttemptThatDiedLeftIsReplaced) {
  put("ws/+1/rubbish", "x");
  const Created created = create(create_request());
  EXPECT_FALSE(created.reused);
  EXPECT_FALSE(exists("ws/1/rubbish"));
  EXPECT_FALSE(exists("ws/+1"));
}

TEST_F(Create, TheOwnersGcCannotTakeTheBaseAway) {
  sh("cd project && git commit -q --allow-empty -m third");
  const Created created = create(create_request());
  sh("cd project && git reset -q --hard HEAD~1 && git reflog expire --expire=now --all && git gc -q "
     "--prune=now");
  EXPECT_EQ(out("git -C ws/1 log -1 --format=%s"), "third");
  put("ws/1/new.txt", "x\n");
  EXPECT_TRUE(take(created).changed);
}

TEST_F(Create, OnlyAllowListedSettingsOfTheOwnerReachTheWorkspace) {
  sh(R"(git config --global core.hooksPath /evil && git config --global alias.x '!touch /evil'
        git config --global filter.lfs.clean 'git-lfs clean -- "%f" \ '
        git config --global filter.other.clean evil && git -C project config core.autocrlf input
        git -C project config user.email project@example.org)");
  (void)create(create_request());
  EXPECT_EQ(out("git -C ws/1 config filter.lfs.clean"), R"(git-lfs clean -- "%f" \ )");
  EXPECT_EQ(out("git -C ws/1 config core.autocrlf"), "input");
  EXPECT_EQ(out("git -C ws/1 config user.email"), "project@example.org");
  const std::string local = get("ws/1/.git/config") + get("results/1/config");
  EXPECT_EQ(local.find("evil"), std::string::npos) << local;
}

TEST_F(Create, AnOwnerWithoutANameStillGetsAnAgentThatCanCommit) {
  put("home/.gitconfig", "");
  (void)create(create_request());
  sh("cd ws/1 && git commit -q --allow-empty -m works");
}

TEST_F(Create, ABranchATagOrACommitCanBeTheBase) {
  sh("cd project && git branch side HEAD~1 && git tag v1 HEAD~1");
  const std::string first = out("git -C project rev-parse HEAD~1");
  for (const std::string& base : {std::string("side"), std::string("v1"), first, first.substr(0, 10)}) {
    CreateRequest request = create_request(workspace_key("base-" + base));
    request.base = base;
    EXPECT_EQ(create(request).base_commit, first) << base;
  }
}

TEST_F(Create, AMissingBaseSaysWhatToDo) {
  CreateRequest request = create_request();
  request.base = "no-such-branch";
  const std::string error = error_of([&] { (void)create(request); });
  EXPECT_NE(error.find("no branch, tag or commit \"no-such-branch\""), std::string::npos) << error;
  EXPECT_FALSE(exists("ws/1"));
}

TEST_F(Create, ADetachedHeadNeedsABase) {
  sh("git -C project checkout -q --detach");
  CreateRequest request = create_request();
  EXPECT_NE(error_of([&] { (void)create(request); }).find("is detached"), std::string::npos);
  request.base = "main";
  EXPECT_NO_THROW((void)create(request));
}

TEST_F(Create, AProjectThatCannotBeClonedSaysWhy) {
  const auto error_for = [&](const std::string& project) {
    CreateRequest request = create_request();
    request.project = project;
    return error_of([&] { (void)create(request); });
  };
  sh("mkdir plain && git init -q empty && git init -q --object-format=sha256 modern");
  EXPECT_NE(error_for(at("plain")).find("is not a git repository"), std::string::npos);
  EXPECT_NE(error_for(at("empty")).find("has no commit"), std::string::npos);
  EXPECT_NE(error_for(at("modern")).find("only SHA-1"), std::string::npos);
  EXPECT_NE(error_for(at("project/src")).find("inside a repository"), std::string::npos);
}

TEST_F(Create, ALinkedWorktreeOrABorrowingOrShallowCloneIsAProjectToo) {
  sh("git -C project worktree add -q ../linked && git clone -q --shared project borrowing && "
     "git clone -q --depth 1 file://$PWD/project shallow");
  for (const char* project : {"linked", "borrowing", "shallow"}) {
    CreateRequest request = create_request(project);
    request.project = at(project);
    const Created created = create(request);
    EXPECT_EQ(get("ws/" + std::string(project) + "/README.md"), "hello again\n");
    put("ws/" + std::string(project) + "/n", "1\n");
    sh("cd ws/" + std::string(project) + " && git add n && git commit -qm n && git log --oneline >/dev/null");
    EXPECT_EQ(snapshot(snapshot_request(created, project)).history, "agent") << project;
  }
}

TEST_F(Create, TwoTasksAtOnceInOneProjectBothWork) {
  constexpr int kTasks = 6;
  std::vector<std::thread> threads;
  std::vector<std::string> errors(kTasks);
  for (int i = 0; i < kTasks; ++i) {
    threads.emplace_back([&, i] {
      try {
        (void)create(create_request(std::to_string(i)));
      } catch (const WorkspaceError& error) {
        errors[i] = error.what();
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  for (const std::string& error : errors)
    EXPECT_EQ(error, "");
  EXPECT_EQ(out("git -C project for-each-ref refs/orchestrate | wc -l"), std::to_string(kTasks));
}

TEST_F(Create, AWorkspaceReplacedByASymlinkIsRefused) {
  (void)create(create_request());
  sh("rm -rf ws/1 && ln -s ../project ws/1");
  EXPECT_NE(error_of([&] { (void)create(create_request()); }).find("not a folder"), std::string::npos);
  EXPECT_NE(error_of([&] { (void)contained(at("ws"), at("ws/1")); }).find("not below"), std::string::npos);
}

TEST_F(Create, ContainedMeansStrictlyBelow) {
  sh("mkdir -p ws/a/b wsx");
  EXPECT_EQ(contained(at("ws"), at("ws/a/../a/b")), at("ws/a/b"));
  EXPECT_THROW((void)contained(at("ws"), at("ws")), WorkspaceError);
  EXPECT_THROW((void)contained(at("ws"), at("ws/../wsx")), WorkspaceError);
  EXPECT_THROW((void)contained(at("ws"), at("ws/missing")), WorkspaceError);
}

}  // namespace
}  // namespace orchestrate::workspaces
