// What is taken out of a workspace is kept, and nothing else there is touched.
#include "workspaces/guard/set_aside.h"

#include <sys/stat.h>

#include "tests/workspaces/workshop.h"

namespace orchestrate::workspaces {
namespace {

class SetAsideOf : public Workshop {
 protected:
  [[nodiscard]] struct stat info(const std::string& path) const {
    struct stat info {};
    EXPECT_EQ(lstat(at(path).c_str(), &info), 0) << path;
    return info;
  }
  [[nodiscard]] std::int64_t changed_ns(const std::string& path) const {
    const struct stat now = info(path);
    return now.st_ctim.tv_sec * 1'000'000'000LL + now.st_ctim.tv_nsec;
  }
  [[nodiscard]] mode_t mode(const std::string& path) const { return info(path).st_mode & 07777U; }

  // What changes from now on has another time than what changed before.
  void let_the_file_system_tick() const {
    put("tick", "");
    for (const std::int64_t before = changed_ns("tick"); changed_ns("tick") == before;)
      put("tick", "x");
  }
};

TEST_F(SetAsideOf, FoldersThatAreOpenAreNotTouched) {
  sh("mkdir -p w/a/b && touch w/a/b/file");
  const std::int64_t root = changed_ns("w"), above = changed_ns("w/a"), below = changed_ns("w/a/b");
  let_the_file_system_tick();
  const SetAside aside(at("w"));
  EXPECT_TRUE(aside.folder("a/b"));
  EXPECT_EQ(aside.list("a/b").size(), 1U);
  EXPECT_EQ(changed_ns("w"), root);
  EXPECT_EQ(changed_ns("w/a"), above);
  EXPECT_EQ(changed_ns("w/a/b"), below);
}

TEST_F(SetAsideOf, FoldersThatAreClosedAreOpenedToUsAndToNobodyElse) {
  sh("mkdir -p w/a w/b w/c && chmod 050 w/a && chmod 500 w/b && chmod 1300 w/c && chmod 500 w");
  const SetAside aside(at("w"));
  for (const char* name : {"a", "b", "c"})
    EXPECT_TRUE(aside.folder(name)) << name;
  EXPECT_EQ(mode("w"), 0700U);
  EXPECT_EQ(mode("w/a"), 0750U);
  EXPECT_EQ(mode("w/b"), 0700U);
  EXPECT_EQ(mode("w/c"), 01700U);
}

TEST_F(SetAsideOf, WhatIsTakenLiesUnderItsOldPathBesideTheWorkspace) {
  sh("mkdir -p w/a/b && echo 1 > w/a/b/file && ln -s nowhere w/link");
  SetAside aside(at("w"));
  EXPECT_FALSE(exists("w-set-aside-1")) << "nothing was taken yet";
  EXPECT_TRUE(aside.take("a/b/file"));
  EXPECT_TRUE(aside.take("link"));
  EXPECT_FALSE(aside.take("a/none"));
  EXPECT_EQ(get("w-set-aside-1/a/b/file"), "1\n");
  EXPECT_TRUE(S_ISLNK(info("w-set-aside-1/link").st_mode));
  EXPECT_FALSE(exists("w/a/b/file"));
  EXPECT_EQ(mode("w-set-aside-1"), 0700U);
  EXPECT_TRUE(SetAside(at("w")).take("a")) << "a folder goes whole, to a place of its own";
  EXPECT_TRUE(exists("w-set-aside-2/a/b"));
}

TEST_F(SetAsideOf, ALinkInThePlaceOfAFolderIsNotFollowed) {
  sh("mkdir -p w elsewhere && echo 1 > elsewhere/file && ln -s ../elsewhere w/a");
  SetAside aside(at("w"));
  EXPECT_THROW((void)aside.take("a/file"), WorkspaceError);
  EXPECT_THROW(aside.write("a/new", "x"), WorkspaceError);
  EXPECT_EQ(out("ls elsewhere"), "file");
}

TEST_F(SetAsideOf, ATextIsReadUpToItsBoundAndOnlyFromAFile) {
  sh("mkdir -p w/a && printf 12345 > w/a/five && ln -s five w/a/link");
  const SetAside aside(at("w"));
  EXPECT_EQ(aside.text("a/five", 5), "12345");
  EXPECT_EQ(aside.text("a/five", 4), "");
  EXPECT_EQ(aside.text("a/link", 5), "");
  EXPECT_EQ(aside.text("a/none", 5), "");
}

TEST_F(SetAsideOf, AFileIsWrittenWhereNoneStands) {
  sh("mkdir w && umask 022");
  const SetAside aside(at("w"));
  aside.write("new/plain", "1\n");
  aside.write("new/tool", "2\n", true);
  EXPECT_EQ(get("w/new/plain"), "1\n");
  EXPECT_EQ(mode("w/new/plain") & 0111U, 0U);
  EXPECT_NE(mode("w/new/tool") & 0100U, 0U);
  EXPECT_THROW(aside.write("new/plain", "3\n"), WorkspaceError);
  EXPECT_EQ(get("w/new/plain"), "1\n");
}

TEST(SplitPath, IsTheFolderAndTheName) {
  EXPECT_EQ(split_path("src/deep/a.txt"), std::pair(std::string("src/deep"), std::string("a.txt")));
  EXPECT_EQ(split_path("a.txt"), std::pair(std::string(), std::string("a.txt")));
}

}  // namespace
}  // namespace orchestrate::workspaces
