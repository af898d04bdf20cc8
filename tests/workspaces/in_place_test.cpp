#include "tests/workspaces/workshop.h"

namespace orchestrate::workspaces {
namespace {

class InPlace : public Workshop {
 protected:
  [[nodiscard]] CreateRequest request(Kind kind) const {
    CreateRequest request = create_request();
    request.kind = kind;
    return request;
  }
  [[nodiscard]] Snapshot take_without_branch(const Created& created) const {
    SnapshotRequest request = snapshot_request(created);
    request.agent_branch.clear();
    return snapshot(request);
  }
};

TEST_F(InPlace, TheOwnersUncommittedWorkIsNotTakenForTheAgents) {
  put("project/README.md", "the owner is writing\n");
  put("project/mine.txt", "owner\n");
  const Created created = create(request(Kind::in_place));
  EXPECT_EQ(created.path, at("project"));
  EXPECT_FALSE(take_without_branch(created).changed);
  put("project/agent.txt", "agent\n");
  EXPECT_EQ(changes_text(take_without_branch(created)), "A agent.txt");
  EXPECT_EQ(out("git -C project status --porcelain"), " M README.md\n?? agent.txt\n?? mine.txt");
}

TEST_F(InPlace, AnUntouchedProjectStartsFromItsOwnCommit) {
  EXPECT_EQ(create(request(Kind::in_place)).base_commit, out("git -C project rev-parse HEAD"));
}

TEST_F(InPlace, ALaterAttemptIsMeasuredAgainstTheFirst) {
  const Created first = create(request(Kind::in_place));
  put("project/agent.txt", "agent\n");
  const Created second = create(request(Kind::in_place));
  EXPECT_TRUE(second.reused);
  EXPECT_EQ(second.base_commit, first.base_commit);
}

TEST_F(InPlace, AFolderWithoutGitWorksAndItsIgnoreRulesHold) {
  sh("mkdir -p plain/build && cd plain && printf 'build/\\n' > .gitignore && echo 1 > one && echo o > "
     "build/o");
  CreateRequest wanted = request(Kind::in_place);
  wanted.project = at("plain");
  const Created created = create(wanted);
  EXPECT_EQ(out("git --git-dir=results/1 ls-tree -r --name-only " + created.base_commit), ".gitignore\none");
  sh("rm plain/one && echo 2 > plain/two && echo p > plain/build/p");
  EXPECT_EQ(changes_text(take_without_branch(created)), "A two\nD one");
}

TEST_F(InPlace, ARepositoryWithoutACommitWorks) {
  sh("git init -q fresh && echo 1 > fresh/one");
  CreateRequest wanted = request(Kind::in_place);
  wanted.project = at("fresh");
  const Created created = create(wanted);
  sh("echo 2 > fresh/one");
  EXPECT_EQ(changes_text(take_without_branch(created)), "M one");
}

TEST_F(InPlace, AScratchFolderIsEmptyAndWhatComesIntoItIsTheResult) {
  CreateRequest wanted = request(Kind::scratch);
  wanted.project.clear();
  const Created created = create(wanted);
  EXPECT_EQ(out("ls -A ws/1"), "");
  EXPECT_FALSE(take_without_branch(created).changed);
  put("ws/1/answer.md", "42\n");
  const Snapshot taken = take_without_branch(created);
  EXPECT_EQ(changes_text(taken), "A answer.md");
  EXPECT_EQ(taken.insertions, 1);
  EXPECT_TRUE(create(wanted).reused);
}

}  // namespace
}  // namespace orchestrate::workspaces
