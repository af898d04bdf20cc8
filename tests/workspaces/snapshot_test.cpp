#include "tests/workspaces/workshop.h"

namespace orchestrate::workspaces {
namespace {

using SnapshotOf = Workshop;

TEST_F(SnapshotOf, AnUntouchedWorkspaceIsItsBase) {
  const Created created = create(create_request());
  const Snapshot taken = take(created);
  EXPECT_FALSE(taken.changed);
  EXPECT_EQ(taken.commit, created.base_commit);
  EXPECT_EQ(taken.tree, created.base_tree);
  EXPECT_EQ(taken.history, "none");
  EXPECT_EQ(taken.left_out_count, 0);
  EXPECT_EQ(out("git --git-dir=results/1 rev-parse refs/orchestrate/result"), created.base_commit);
}

TEST_F(SnapshotOf, ChangedNewAndDeletedFilesAreTheResult) {
  const Created created = create(create_request());
  sh("cd ws/1 && printf 'A\\n' > src/a.txt && rm src/deep/b.txt && mkdir new && printf '1\\n2\\n' > "
     "new/n.txt");
  const Snapshot taken = take(created);
  EXPECT_TRUE(taken.changed);
  EXPECT_EQ(changes_text(taken), "A new/n.txt\nD src/deep/b.txt\nM src/a.txt");
  EXPECT_EQ(taken.changed_files, 3);
  EXPECT_EQ(taken.insertions, 3);
  EXPECT_EQ(taken.deletions, 2);
  EXPECT_EQ(taken.history, "snapshot");
  EXPECT_EQ(out("git --git-dir=results/1 log -1 --format='%P %an %ae %s' " + taken.commit),
            created.base_commit + " Agent agent@example.org What the agent left");
}

TEST_F(SnapshotOf, TheTreeIsTheOneGitItselfWouldMake) {
  const Created created = create(create_request());
  sh(R"(cd ws/1 && printf 'x' > src/a.txt && printf 'tool' > tool && chmod 755 tool && ln -sfn nowhere link
        chmod 644 run.sh && mkdir -p a/b && printf 'n\n' > a/b/c && mv README.md READ.md)");
  const Snapshot taken = take(created);
  EXPECT_EQ(taken.tree, out("cd ws/1 && git add -A && git write-tree"));
}

TEST_F(SnapshotOf, KindsThatChangePlacesAreKept) {
  const Created created = create(create_request());
  sh(R"(cd ws/1 && rm -r src && echo file > src && rm README.md && mkdir README.md && echo x > README.md/x
        rm link && echo plain > link && rm run.sh && ln -s link run.sh)");
  const Snapshot taken = take(created);
  EXPECT_EQ(taken.tree, out("cd ws/1 && git add -A && git write-tree"));
  EXPECT_NE(changes_text(taken).find("T link"), std::string::npos);
}

TEST_F(SnapshotOf, IgnoredFilesAreCountedAndNotTaken) {
  const Created created = create(create_request());
  sh("cd ws/1 && mkdir -p build/x && echo o > build/x/o && echo l > a.log && echo l > src/b.log && echo k > "
     "kept");
  const Snapshot taken = take(created);
  EXPECT_EQ(changes_text(taken), "A kept");
  EXPECT_EQ(taken.ignored_files, 3);
}

TEST_F(SnapshotOf, ATrackedFileThatIsIgnoredIsStillTaken) {
  sh("cd project && mkdir build && echo 1 > build/tracked && git add -f build/tracked && git commit -qm "
     "tracked");
  const Created created = create(create_request());
  sh("cd ws/1 && echo 2 > build/tracked && echo 2 > build/other");
  EXPECT_EQ(changes_text(take(created)), "M build/tracked");
}

TEST_F(SnapshotOf, NestedRulesAndNegationsHoldAsInGit) {
  sh("cd project && printf 'gen/*\\n!gen/keep\\n' > .gitignore && printf '/local\\n' > src/.gitignore && git "
     "add . && "
     "git commit -qm rules");
  const Created created = create(create_request());
  sh("cd ws/1 && mkdir -p gen src/deep/local && echo x > gen/drop && echo x > gen/keep && echo x > src/local "
     "&& "
     "echo x > src/deep/local/y");
  const Snapshot taken = take(created);
  EXPECT_EQ(changes_text(taken), "A gen/keep\nA src/deep/local/y");
  EXPECT_EQ(taken.tree, out("cd ws/1 && git add -A && git write-tree"));
}

TEST_F(SnapshotOf, AGitlinkStaysAndWhatLiesThereIsReported) {
  sh("cd project && git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),sub && git commit -qm "
     "sub");
  const Created created = create(create_request());
  EXPECT_FALSE(take(created).changed);
  put("ws/1/sub/inside", "x");
  put("ws/1/more", "x");
  const Snapshot taken = take(created);
  EXPECT_EQ(changes_text(taken), "A more");
  EXPECT_EQ(left_out_text(taken), "sub: submodule");
  EXPECT_NE(names_of(taken).find("sub"), std::string::npos);
}

TEST_F(SnapshotOf, AnyBytesInANameAreTaken) {
  const Created created = create(create_request());
  put("ws/1/new\nline", "1");
  put("ws/1/latin-\xe9", "2");
  put("ws/1/:(top)x", "3");
  put("ws/1/-rf", "4");
  put("ws/1/ q\"u\\o ", "5");
  put("ws/1/*.l?g", "6");
  const Snapshot taken = take(created);
  EXPECT_EQ(taken.changed_files, 6);
  EXPECT_EQ(taken.left_out_count, 0);
  EXPECT_EQ(taken.tree, out("cd ws/1 && git add -A && git write-tree"));
}

TEST_F(SnapshotOf, BytesAreKeptExactly) {
  const Created created = create(create_request());
  const std::string bytes("\0\r\n\xff done\ncommit refs/heads/main\n", 32);
  put("ws/1/bytes", bytes);
  put("ws/1/empty", "");
  const Snapshot taken = take(created);
  sh("git --git-dir=results/1 cat-file blob " + taken.commit + ":bytes > copy");
  EXPECT_EQ(get("copy"), bytes);
  EXPECT_EQ(in_result(taken, "empty"), "");
}

TEST_F(SnapshotOf, WhatGoesOverACapIsLeftOutAndNamed) {
  const Created created = create(create_request());
  SnapshotRequest request = snapshot_request(created);
  request.caps.file_bytes = 100;
  request.caps.path_bytes = 30;
  put("ws/1/big", std::string(101, 'x'));
  put("ws/1/README.md", std::string(101, 'x'));
  put("ws/1/" + std::string(31, 'p'), "x");
  put("ws/1/small", std::string(100, 'x'));
  const Snapshot taken = snapshot(request);
  EXPECT_EQ(changes_text(taken), "A small");
  EXPECT_EQ(left_out_text(taken),
            "README.md: oversize\nbig: oversize\n" + std::string(31, 'p') + ": path too deep");
  EXPECT_EQ(in_result(taken, "README.md"), "hello again");
}

TEST_F(SnapshotOf, TheCapsOnAllFilesTogetherHold) {
  const Created created = create(create_request());
  for (int i = 0; i < 8; ++i)
    put("ws/1/f" + std::to_string(i), std::string(10, 'x'));
  SnapshotRequest request = snapshot_request(created);
  request.caps.files = 5;
  EXPECT_EQ(snapshot(request).changed_files, 5);
  request.caps.files = 100;
  request.caps.total_bytes = 35;
  const Snapshot taken = snapshot(request);
  EXPECT_EQ(taken.changed_files, 3);
  EXPECT_EQ(taken.left_out_count, 5);
}

TEST_F(SnapshotOf, ASecondSnapshotReplacesTheFirst) {
  const Created created = create(create_request());
  put("ws/1/a", "1");
  const Snapshot first = take(created);
  put("ws/1/a", "2");
  const Snapshot second = take(created);
  EXPECT_NE(second.tree, first.tree);
  EXPECT_EQ(out("git --git-dir=results/1 log --format=%P -1 " + second.commit), created.base_commit);
}

TEST_F(SnapshotOf, AnAuthorOfAnyBytesDoesNotBreakTheCommit) {
  const Created created = create(create_request());
  put("ws/1/a", "1");
  SnapshotRequest request = snapshot_request(created);
  request.author = "Evil\ncommitter <<x>\n> y";
  request.message = "";
  EXPECT_EQ(out("git --git-dir=results/1 log -1 --format=%an " + snapshot(request).commit), "Evilcommitter");
}

TEST_F(SnapshotOf, ACleanCheckoutOfItIsWhatWasFound) {
  const Created created = create(create_request());
  sh("cd ws/1 && echo 2 > src/a.txt && mkdir build && echo ignored > build/x && chmod 755 src/deep/b.txt");
  const Snapshot taken = take(created);
  checkout({at("results/1"), taken.commit, at("fresh/1")});
  EXPECT_EQ(out("diff -r --no-dereference -x .git -x build ws/1 fresh/1 && test -x fresh/1/run.sh && "
                "test -x fresh/1/src/deep/b.txt && test ! -e fresh/1/build"),
            "");
  EXPECT_NE(error_of([&] {
              checkout({at("results/1"), taken.commit, at("fresh/1")});
            }).find("File exists"),
            std::string::npos);
}

std::string gates_of(const Snapshot& taken) {
  std::string text;
  for (const auto& name : taken.gates_changed.names)
    text += (text.empty() ? "" : " ") + name;
  return text;
}

TEST_F(SnapshotOf, AGateIsSeenBehindMoreChangesThanAreListed) {
  const Created created = create(create_request());
  sh("cd ws/1 && mkdir .a .claude tests && for i in $(seq 2001); do : > .a/$i; done && echo x > tests/t.py && "
     "echo {} > .claude/settings.json");
  SnapshotRequest request = snapshot_request(created);
  request.gates = {"tests/**", ".claude/**"};
  const Snapshot taken = snapshot(request);
  EXPECT_EQ(taken.changes.size(), 2000U);
  EXPECT_EQ(taken.changed_files, 2003);
  EXPECT_EQ(gates_of(taken), ".claude/settings.json tests/t.py");
  EXPECT_EQ(taken.gates_changed.count, 2);
}

TEST_F(SnapshotOf, ASymlinkInThePlaceOfAGatesFolderIsSeen) {
  const Created created = create(create_request());
  sh("cd ws/1 && ln -s src .claude && rm -r src/deep && ln -s .. src/deep && mv src/a.txt src/b.txt");
  SnapshotRequest request = snapshot_request(created);
  request.gates = {".claude/**", "src/deep/**", "**/.never/**"};
  EXPECT_EQ(gates_of(snapshot(request)), ".claude src/deep src/deep/b.txt");
}

TEST_F(SnapshotOf, AGatesFolderThatWasASymlinkIsSeenToo) {
  sh("cd project && ln -s src ci && git add ci && git commit -qm ci");
  const Created created = create(create_request());
  sh("cd ws/1 && rm ci");
  SnapshotRequest request = snapshot_request(created);
  request.gates = {"ci/**"};
  EXPECT_EQ(gates_of(snapshot(request)), "ci");
}

TEST_F(SnapshotOf, DeletingAProtectedFileIsSeenAndCaseDoesNotCount) {
  const Created created = create(create_request());
  sh("cd ws/1 && rm README.md && echo x > kept");
  SnapshotRequest request = snapshot_request(created);
  request.gates = {"readme.*"};
  EXPECT_EQ(gates_of(snapshot(request)), "README.md");
}

}  // namespace
}  // namespace orchestrate::workspaces
