// Attacks that a shell script alone cannot plant, or of which more is to be seen than the table in planted.h
// asks.
#include <sys/stat.h>
#include <unistd.h>

#include "tests/workspaces/workshop.h"
#include "workspaces/tree/tree_reader.h"

namespace orchestrate::workspaces {
namespace {

// Each test plants something beside honest work: one edit of the same size, one new file.
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
    return taken;
  }

  Created created_;
};

TEST_F(Hostile, ARootSwappedForASymlinkIsRefused) {
  sh("mv ws/1 ws/elsewhere && ln -s ../secret ws/1 && mkdir secret");
  EXPECT_NE(error_of([&] { (void)take(created_); }).find("cannot open the workspace"), std::string::npos);
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

TEST_F(Hostile, APrivateRepositorysObjectsAreNotPulledIn) {
  sh("git init -q private && cd private && echo secret > s && git add s && git commit -qm secret && cd ../ws/1 && "
     "echo ../../../../private/.git/objects >> .git/objects/info/alternates && "
     "git update-ref refs/heads/orchestrate/1 $(git -C ../../private rev-parse HEAD)");
  const Snapshot taken = expect_honest_work();
  EXPECT_EQ(taken.history_note, "its .git/objects/info/alternates was changed");
  (void)land(land_request(created_, taken));
  for (const char* place : {"results/1", "project/.git"}) {
    EXPECT_EQ(out("git --git-dir=" + std::string(place) +
                  " cat-file -e $(git -C private rev-parse HEAD) 2>/dev/null || echo absent"),
              "absent");
  }
}

TEST_F(Hostile, WithoutHistoryTheAuthorIsTheOneThatWeNamed) {
  sh("cd ws/1 && git -c user.name=Owner -c user.email=owner@example.org commit -qam 'spoofed'");
  SnapshotRequest request = snapshot_request(created_);
  request.agent_branch.clear();
  EXPECT_EQ(out("git --git-dir=results/1 log --format=%an%cn " + created_.base_commit + ".." +
                snapshot(request).commit),
            "AgentAgent");
}

TEST_F(Hostile, AHiddenPatchIsCountedAllTheSame) {
  put("ws/1/.gitattributes", "* -diff\n");
  EXPECT_EQ(take(created_).insertions, 3);
}

TEST_F(Hostile, HooksInTheTreeDoNotRunWhenItLands) {
  sh("git -C project config core.hooksPath .husky && mkdir ws/1/.husky && cd ws/1/.husky && "
     "printf '#!/bin/sh\\ntouch " +
     at("canary") +
     "\\n' > post-merge && chmod 755 post-merge && cp post-merge post-checkout && cp post-merge reference-transaction");
  LandRequest request = land_request(created_, take(created_));
  request.mode = LandMode::merge_ff;
  EXPECT_TRUE(land(request).merged);
  EXPECT_FALSE(exists("canary"));
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

TEST_F(Hostile, WhatMayNotBeReadIsReportedAndStaysAsInTheBase) {
  sh("cd ws/1 && echo x > shut.txt && chmod 000 README.md shut.txt src/deep && chmod 755 ../..");
  if (geteuid() == 0) sh("chown -R 65534 ws results project");
  const Snapshot taken = [&] {
    const AsNobody nobody;
    return take(created_);
  }();
  EXPECT_EQ(left_out_text(taken), "README.md: unreadable\nshut.txt: unreadable\nsrc/deep: unreadable");
  EXPECT_EQ(changes_text(taken), "A new.txt\nM src/a.txt");
}

TEST_F(Hostile, AFileThatGrowsWhileItIsReadIsAnError) {
  put("ws/1/log", "12345");
  TreeReader reader(created_.path);
  EXPECT_NE(error_of([&] { (void)reader.read_file("log", 4); }).find("still writes"), std::string::npos);
  EXPECT_NE(error_of([&] { (void)reader.read_file("log", 6); }).find("still writes"), std::string::npos);
}

}  // namespace
}  // namespace orchestrate::workspaces
