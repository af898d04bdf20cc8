// What a project stores differs from what it checks out: the owner's filter, line ends. Attributes are the
// base's.
#include "tests/workspaces/workshop.h"

namespace orchestrate::workspaces {
namespace {

using Filters = Workshop;

// Stands for git-lfs: stored in capitals, checked out in small letters.
constexpr const char* kShouting = R"(
  git config --global filter.lfs.clean 'tr a-z A-Z' && git config --global filter.lfs.smudge 'tr A-Z a-z'
  cd project && printf '*.bin filter=lfs\n' > .gitattributes && echo data > d.bin && git add . && git commit -qm lfs
)";

TEST_F(Filters, TheOwnersFilterActsOnTheWayOutAndBack) {
  sh(kShouting);
  const Created created = create(create_request());
  EXPECT_EQ(out("git -C project cat-file blob HEAD:d.bin"), "DATA");
  EXPECT_EQ(get("ws/1/d.bin"), "data\n");
  EXPECT_FALSE(take(created).changed);
  put("ws/1/d.bin", "more\n");
  put("ws/1/src/e.bin", "new\n");
  const Snapshot taken = take(created);
  EXPECT_EQ(changes_text(taken), "A src/e.bin\nM d.bin");
  EXPECT_EQ(in_result(taken, "d.bin"), "MORE");
  checkout({at("results/1"), taken.commit, at("fresh")});
  EXPECT_EQ(get("fresh/d.bin"), "more\n");
  EXPECT_EQ(get("fresh/src/e.bin"), "new\n");
}

TEST_F(Filters, AttributesThatTheAgentWroteDoNotSendFilesThroughTheFilter) {
  sh(kShouting);
  const Created created = create(create_request());
  put("ws/1/.gitattributes", "*.txt filter=lfs\n");
  put("ws/1/src/a.txt", "small\n");
  const Snapshot taken = take(created);
  EXPECT_EQ(changes_text(taken), "M .gitattributes\nM src/a.txt");
  EXPECT_EQ(in_result(taken, "src/a.txt"), "small");
  EXPECT_EQ(in_result(taken, ".gitattributes"), "*.txt filter=lfs");
}

TEST_F(Filters, LineEndsOfTheOwnerAreNoChange) {
  sh("git config --global core.autocrlf true && cd project && printf '* text=auto\\n' > .gitattributes && "
     "git add . && git commit -qm crlf");
  const Created created = create(create_request());
  EXPECT_EQ(get("ws/1/src/a.txt"), "a\r\n");
  EXPECT_FALSE(take(created).changed);
  put("ws/1/src/a.txt", "a\r\nb\r\n");
  put("ws/1/odd\n\"name", "x\r\n");
  const Snapshot taken = take(created);
  EXPECT_EQ(taken.changed_files, 2);
  EXPECT_EQ(in_result(taken, "src/a.txt"), "a\nb");
}

TEST_F(Filters, AFolderThatBecameAFileIsConvertedAsWell) {
  sh("cd project && printf 'x text\\n' > src/.gitattributes && printf 'src text\\n' > .gitattributes && git "
     "add . && git commit -qm a");
  const Created created = create(create_request());
  sh("cd ws/1 && rm -r src && printf 'now a file\\r\\n' > src");
  EXPECT_EQ(in_result(take(created), "src"), "now a file");
}

}  // namespace
}  // namespace orchestrate::workspaces
