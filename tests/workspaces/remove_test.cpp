#include "tests/workspaces/workshop.h"

namespace orchestrate::workspaces {
namespace {

class Remove : public Workshop {
 protected:
  void SetUp() override {
    Workshop::SetUp();
    created_ = create(create_request());
    put("ws/1/new.txt", "new\n");
    (void)take(created_);
  }
  Created created_;
  std::string why_;
};

TEST_F(Remove, APublishedWorkspaceGoesWithItsIgnoredFiles) {
  put("ws/1/build/out.o", "x");
  EXPECT_TRUE(remove_if_published(remove_request(created_), why_)) << why_;
  EXPECT_FALSE(exists("ws/1"));
  EXPECT_TRUE(remove_if_published(remove_request(created_), why_));
}

TEST_F(Remove, AChangeSinceThenKeepsIt) {
  put("ws/1/src/a.txt", "later\n");
  EXPECT_FALSE(remove_if_published(remove_request(created_), why_));
  EXPECT_NE(why_.find("not published"), std::string::npos) << why_;
  EXPECT_EQ(get("ws/1/src/a.txt"), "later\n");
}

TEST_F(Remove, WhatNoResultContainsKeepsIt) {
  sh("git init -q ws/1/nested");
  EXPECT_FALSE(remove_if_published(remove_request(created_), why_));
  EXPECT_NE(why_.find("nested/.git"), std::string::npos) << why_;
  EXPECT_TRUE(exists("ws/1"));
}

TEST_F(Remove, AnUnpublishedWorkspaceStays) {
  RemoveRequest request = remove_request(created_);
  request.ref = "refs/orchestrate/no-such";
  EXPECT_FALSE(remove_if_published(request, why_));
  EXPECT_TRUE(exists("ws/1"));
}

TEST_F(Remove, NothingOutsideTheRootIsEverRemoved) {
  RemoveRequest request = remove_request(created_);
  request.path = at("project");
  EXPECT_THROW((void)remove_if_published(request, why_), WorkspaceError);
  EXPECT_TRUE(exists("project/README.md"));
}

TEST_F(Remove, WhatNamesNoFolderOfItsOwnIsRefused) {
  for (const char* path : {"project/", "project/.", "ws/..", "ws/1/.."})
    EXPECT_THROW(remove_tree(at(path)), WorkspaceError) << path;
  EXPECT_TRUE(exists("project/README.md"));
  EXPECT_TRUE(exists("ws/1/new.txt"));
}

TEST_F(Remove, AMissingTreeIsFineAndAFileOrLinkGoesAsItself) {
  EXPECT_NO_THROW(remove_tree(at("no/such/folder")));
  sh("ln -s project pointer");
  remove_tree(at("pointer"));
  EXPECT_FALSE(exists("pointer"));
  EXPECT_TRUE(exists("project/README.md"));
}

}  // namespace
}  // namespace orchestrate::workspaces
