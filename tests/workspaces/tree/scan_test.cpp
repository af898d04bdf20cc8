// A scan is of one moment: what changes while it is read is read again.
#include "workspaces/tree/scan.h"

#include "tests/workspaces/pointer_filter.h"
#include "tests/workspaces/workshop.h"

namespace orchestrate::workspaces {
namespace {

// A workspace in which d.bin goes through a filter that takes away the first of some files that is there,
// each time it is asked.
class ScanOf : public Workshop {
 protected:
  Created with_files_that_go(int count) {
    std::string filter = kPointerFilter;
    const std::string writes = R"(path.open("a").write("x"))";
    filter.replace(filter.find(writes), writes.size(), "path.unlink()\n            break");
    put("filter.py", filter);
    std::string names;
    for (int i = 1; i <= count; ++i)
      names += "$PWD/ws/1/going-" + std::to_string(i) + " ";
    sh(with_pointer_filter(names));
    const Created created = create(create_request());
    for (int i = 1; i <= count; ++i)
      put("ws/1/going-" + std::to_string(i), "x");
    put("ws/1/d.bin", "has the filter called\n");
    return created;
  }
};

TEST_F(ScanOf, AWorkspaceThatChangedWhileItWasReadIsReadAgain) {
  const Created created = with_files_that_go(1);
  const Snapshot taken = take(created);
  EXPECT_EQ(changes_text(taken), "M d.bin");
  EXPECT_FALSE(exists("ws/1/going-1"));
}

TEST_F(ScanOf, AWorkspaceThatChangedTwiceIsReadAThirdTime) {
  const Created created = with_files_that_go(2);
  EXPECT_EQ(changes_text(take(created)), "M d.bin");
}

TEST_F(ScanOf, AWorkspaceThatChangesEachTimeIsRefused) {
  const Created created = with_files_that_go(3);
  const std::string error = error_of([&] { (void)take(created); });
  EXPECT_NE(error.find("some process still writes in the workspace"), std::string::npos) << error;
  EXPECT_EQ(out("git --git-dir=results/1 for-each-ref refs/orchestrate/result"), "");
}

TEST_F(ScanOf, ModesOfOldRepositoriesAreNoChangeAndAnExecutableBitIs) {
  sh("cd project && tree=$(git ls-tree HEAD | sed 's/^100644/100664/' | git mktree) && "
     "git reset -q --hard $(git commit-tree -p HEAD -m old $tree)");
  const Created created = create(create_request());
  EXPECT_FALSE(take(created).changed);
  sh("chmod +x ws/1/README.md");
  EXPECT_EQ(changes_text(take(created)), "M README.md");
  sh("chmod -x ws/1/README.md ws/1/run.sh");
  EXPECT_EQ(changes_text(take(created)), "M run.sh");
}

TEST_F(ScanOf, AFileThatFitsExactlyIsTakenAndTheNextIsLeftOut) {
  const Created created = create(create_request());
  put("ws/1/a", "12345");
  put("ws/1/b", "123");
  SnapshotRequest request = snapshot_request(created);
  request.caps.total_bytes = 8;
  EXPECT_EQ(changes_text(snapshot(request)), "A a\nA b");
  request.caps.total_bytes = 7;
  const Snapshot taken = snapshot(request);
  EXPECT_EQ(changes_text(taken), "A a");
  EXPECT_EQ(left_out_text(taken), "b: oversize");
}

TEST_F(ScanOf, WhatLiesBelowSomethingThatIsLeftOutStaysAsInTheBase) {
  const Created created = create(create_request());
  sh("cd ws/1 && rm -r src && mkfifo src && rm README.md");
  const Snapshot taken = take(created);
  EXPECT_EQ(left_out_text(taken), "src: special file");
  EXPECT_EQ(changes_text(taken), "D README.md");
}

}  // namespace
}  // namespace orchestrate::workspaces
