#include "tests/workspaces/workshop.h"

namespace orchestrate::workspaces {
namespace {

using HistoryOf = Workshop;

TEST_F(HistoryOf, CommitsThatLeadToExactlyTheseBytesArePublishedAsTheyAre) {
  const Created created = create(create_request());
  sh("cd ws/1 && echo 1 > a && git add a && git commit -qm one && echo 2 > a && git commit -qam two");
  const Snapshot taken = take(created);
  EXPECT_EQ(taken.history, "agent");
  EXPECT_EQ(taken.agent_commits, 2);
  EXPECT_EQ(taken.history_note, "");
  EXPECT_EQ(taken.commit, out("git -C ws/1 rev-parse HEAD"));
}

TEST_F(HistoryOf, UncommittedChangesBecomeOneCommitOnTop) {
  const Created created = create(create_request());
  sh("cd ws/1 && echo 1 > a && git add a && git commit -qm one && echo 2 > a && echo b > b");
  const Snapshot taken = take(created);
  EXPECT_EQ(taken.history, "agent+snapshot");
  EXPECT_EQ(taken.agent_commits, 1);
  EXPECT_EQ(out("git --git-dir=results/1 log --format=%s " + taken.commit),
            "What the agent left\none\nsecond\nfirst");
  EXPECT_EQ(out("git --git-dir=results/1 rev-parse " + taken.commit + "^{tree}"), taken.tree);
  EXPECT_EQ(in_result(taken, "a"), "2");
}

TEST_F(HistoryOf, ARewrittenBaseIsNotPublished) {
  const Created created = create(create_request());
  sh("cd ws/1 && echo 1 > a && git add a && git commit -q --amend -m rewritten");
  const Snapshot taken = take(created);
  EXPECT_EQ(taken.history, "snapshot");
  EXPECT_EQ(taken.history_note, "the agent's branch does not contain the commit it started from");
  EXPECT_EQ(out("git --git-dir=results/1 rev-parse " + taken.commit + "^"), created.base_commit);
}

TEST_F(HistoryOf, ADeletedBranchLosesHistoryAndNotWork) {
  const Created created = create(create_request());
  sh("cd ws/1 && git checkout -q -b mine && git branch -qD orchestrate/1 && echo 1 > a && git add a && git "
     "commit -qm one");
  const Snapshot taken = take(created);
  EXPECT_EQ(taken.history, "snapshot");
  EXPECT_EQ(in_result(taken, "a"), "1");
  EXPECT_NE(taken.history_note, "");
}

TEST_F(HistoryOf, CommitsThatChangeNothingInTheEndAreNoChange) {
  const Created created = create(create_request());
  sh("cd ws/1 && echo 1 > a && git add a && git commit -qm one && git rm -q a && git commit -qm back");
  const Snapshot taken = take(created);
  EXPECT_FALSE(taken.changed);
  EXPECT_EQ(taken.history, "none");
  EXPECT_EQ(taken.commit, created.base_commit);
}

TEST_F(HistoryOf, HooksLinkedIntoTheCloneAreNoReasonToLoseIt) {
  const Created created = create(create_request());
  sh("cd ws/1 && mkdir -p .git/hooks && ln -s ../../run.sh .git/hooks/pre-commit && echo 1 > a && git add a "
     "&& git commit -qm one");
  EXPECT_EQ(take(created).history, "agent");
}

TEST_F(HistoryOf, PackedAndCollectedClonesAreFetchedAsWell) {
  const Created created = create(create_request());
  sh("cd ws/1 && echo 1 > a && git add a && git commit -qm one && git gc -q --prune=now");
  EXPECT_EQ(take(created).history, "agent");
}

TEST_F(HistoryOf, CommitsThatHoldMoreThanAllFilesMayAreNotPublished) {
  const Created created = create(create_request());
  sh("cd ws/1 && head -c 50000 /dev/urandom > blob && git add blob && git commit -qm in && git rm -q blob && "
     "git commit -qm out && echo 1 > a");
  SnapshotRequest request = snapshot_request(created);
  request.caps.total_bytes = 40'000;
  const Snapshot taken = snapshot(request);
  EXPECT_EQ(taken.history, "snapshot");
  EXPECT_NE(taken.history_note.find("more than 40000 bytes"), std::string::npos) << taken.history_note;
  EXPECT_EQ(changes_text(taken), "A a");
}

TEST_F(HistoryOf, AViewOfItLeavesNothingBehind) {
  const Created created = create(create_request());
  sh("cd ws/1 && echo 1 > a && git add a && git commit -qm one");
  (void)take(created);
  EXPECT_EQ(out("find results/1 -name 'tmp*'"), "");
}

// Python. Makes an index that git keeps beside its objects belie them: a bitmap says that no commit holds
// anything, a commit-graph that none has a parent, a multi-pack-index that every object is the first one.
constexpr const char* kForge = R"py(
import pathlib, sys

def chunk(data, name):
    at = data.index(name)
    return int.from_bytes(data[at + 4:at + 12], "big"), int.from_bytes(data[at + 16:at + 24], "big")

def after_bitmap(data, at, empty):
    words = int.from_bytes(data[at + 4:at + 8], "big")
    if empty:
        data[at + 16:at + 8 + 8 * words] = bytes(8 * words - 8)
    return at + 12 + 8 * words

path = pathlib.Path(sys.argv[1])
data = bytearray(path.read_bytes())
if data[:4] == b"BITM":
    at = 32
    for _ in range(4):
        at = after_bitmap(data, at, False)
    for _ in range(int.from_bytes(data[8:12], "big")):
        at = after_bitmap(data, at + 6, True)
elif data[:4] == b"CGPH":
    for at in range(*chunk(data, b"CDAT"), 36):
        data[at + 20:at + 28] = bytes([0x70, 0, 0, 0] * 2)
else:
    for at in range(*chunk(data, b"OOFF"), 8):
        data[at + 4:at + 8] = bytes([0, 0, 0, 12])
path.chmod(0o644)
path.write_bytes(data)
)py";

TEST_F(HistoryOf, IndexesThatBelieTheObjectsAreNotAsked) {
  put("forge.py", kForge);
  int key = 0;
  for (const char* index :
       {"repack -adbq && f=.git/objects/pack/*.bitmap",
        "commit-graph write --reachable && f=.git/objects/info/commit-graph",
        "repack -adq && git multi-pack-index write && f=.git/objects/pack/multi-pack-index"}) {
    const std::string name = std::to_string(++key);
    const Created created = create(create_request(name));
    sh("cd ws/" + name +
       " && echo 1 > a && git add a && git commit -qm one && echo 2 > a && git commit -qam two");
    const std::string tip = out("git -C ws/" + name + " rev-parse HEAD");
    sh("cd ws/" + name + " && git " + index + " && python3 ../../forge.py $f");
    const Snapshot taken = snapshot(snapshot_request(created, name));
    EXPECT_EQ(taken.history, "agent") << index << ": " << taken.history_note;
    EXPECT_EQ(taken.commit, tip);
  }
}

}  // namespace
}  // namespace orchestrate::workspaces
