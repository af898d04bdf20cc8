// What a project stores differs from what it checks out: the owner's filter, line ends. Attributes are the
// base's.
#include "tests/workspaces/pointer_filter.h"
#include "tests/workspaces/workshop.h"

namespace orchestrate::workspaces {
namespace {

class Filters : public Workshop {
 protected:
  void SetUp() override {
    Workshop::SetUp();
    put("filter.py", kPointerFilter);
  }

  [[nodiscard]] std::string pointer_to(const std::string& line) const {
    return "pointer " + out("printf '" + line + "\\n' | sha256sum | cut -d' ' -f1");
  }
};

TEST_F(Filters, TheOwnersFilterActsOnTheWayOutAndBack) {
  sh(with_pointer_filter());
  const Created created = create(create_request());
  EXPECT_EQ(out("git -C project cat-file blob HEAD:d.bin"), pointer_to("data"));
  EXPECT_EQ(get("ws/1/d.bin"), "data\n");
  EXPECT_FALSE(take(created).changed);
  put("ws/1/d.bin", "more\n");
  put("ws/1/src/e.bin", "new\n");
  const Snapshot taken = take(created);
  EXPECT_EQ(changes_text(taken), "A src/e.bin\nM d.bin");
  EXPECT_EQ(in_result(taken, "d.bin"), pointer_to("more"));
  EXPECT_EQ(in_result(taken, "src/e.bin"), pointer_to("new"));
  checkout({at("results/1"), taken.commit, at("fresh")});
  EXPECT_EQ(get("fresh/d.bin"), "more\n");
  EXPECT_EQ(get("fresh/src/e.bin"), "new\n");
}

TEST_F(Filters, WorkThatWentThroughTheFilterLandsInTheOwnersFolderAsItWas) {
  sh(with_pointer_filter());
  const Created created = create(create_request());
  put("ws/1/d.bin", "more\n");
  LandRequest request = land_request(created, take(created));
  request.mode = LandMode::merge_ff;
  EXPECT_TRUE(land(request).merged);
  EXPECT_EQ(get("project/d.bin"), "more\n");
  EXPECT_EQ(out("git -C project status --porcelain"), "");
}

TEST_F(Filters, TheFilterIsTheOneOfTheProjectBeforeTheOwnersEverywhere) {
  sh(with_pointer_filter());
  sh("mkdir other && git -C project config filter.lfs.process \"python3 $PWD/filter.py $PWD/other\" && cp store/* other");
  const Created created = create(create_request());
  put("ws/1/d.bin", "more\n");
  (void)take(created);
  EXPECT_EQ(out("ls other | wc -l"), "2");
  EXPECT_EQ(out("ls store | wc -l"), "1");
}

TEST_F(Filters, TheCommandThatTheWorkspaceNamesIsNeverRun) {
  sh(with_pointer_filter());
  const Created created = create(create_request());
  sh("cd ws/1 && git config filter.lfs.process 'touch " + at("canary") +
     "' && git config filter.lfs.clean 'touch " + at("canary") +
     "' && printf '* filter=lfs\\n*.txt filter=mine\\n' > .gitattributes && git config filter.mine.clean " +
     "'touch " + at("canary") + "'");
  put("ws/1/d.bin", "more\n");
  const Snapshot taken = take(created);
  EXPECT_EQ(in_result(taken, "d.bin"), pointer_to("more"));
  checkout({at("results/1"), taken.commit, at("fresh")});
  EXPECT_EQ(get("fresh/d.bin"), "more\n");
  EXPECT_FALSE(exists("canary"));
  sh("cd ws/1 && echo x >> src/a.txt && git add . 2>/dev/null || true");
  EXPECT_TRUE(exists("canary")) << "the plant is a dud";
}

TEST_F(Filters, AttributesThatTheAgentWroteDoNotSendFilesThroughTheFilter) {
  sh(with_pointer_filter());
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

TEST_F(Filters, BytesThatTheBasesEncodingCannotHoldAreAnErrorThatNamesTheFile) {
  sh("cd project && echo '*.u16 working-tree-encoding=UTF-16' > .gitattributes && git add . && git commit -qm u");
  const Created created = create(create_request());
  put("ws/1/bad.u16", "no mark");
  EXPECT_NE(error_of([&] { (void)take(created); }).find("bad.u16"), std::string::npos);
}

}  // namespace
}  // namespace orchestrate::workspaces
