// What an agent's CLI must not see is gone while it works, and in the result as if it had never been away.
#include <gtest/gtest.h>

#include "tests/workspaces/workshop.h"

namespace orchestrate::workspaces {
namespace {

// The project also holds .tool/plugin/a.js and tool.json.
class Hide : public Workshop {
 protected:
  void SetUp() override {
    Workshop::SetUp();
    put("project/.tool/plugin/a.js", "plugin\n");
    put("project/tool.json", "{}\n");
    sh("cd project && git add -A && git commit -qm tool");
    created_ = create(create_request());
  }

  [[nodiscard]] HideRequest request() const {
    HideRequest request;
    request.workspace = created_.path;
    request.results_git = at("results/1");
    request.base_commit = created_.base_commit;
    request.globs = {".tool/**", "tool.json"};
    request.fresh = true;
    return request;
  }

  [[nodiscard]] std::string hidden() const {
    std::string names;
    for (const std::string& name : hide(request()).names)
      names += name + '\n';
    return names;
  }

  [[nodiscard]] Snapshot taken() const {
    SnapshotRequest snapshot_of = snapshot_request(created_);
    snapshot_of.hidden = request().globs;
    return snapshot(snapshot_of);
  }

  Created created_;
};

TEST_F(Hide, TheFilesAreGoneAndGitSeesNothingMissing) {
  EXPECT_EQ(hidden(), ".tool/plugin/a.js\ntool.json\n");
  EXPECT_FALSE(exists("ws/1/.tool"));
  EXPECT_FALSE(exists("ws/1/tool.json"));
  EXPECT_EQ(out("cd ws/1 && git status --porcelain"), "");
  EXPECT_FALSE(exists("ws/1-set-aside-1"));
}

TEST_F(Hide, TheResultHoldsThemAndTheyAreBackAfterwards) {
  (void)hidden();
  put("ws/1/new.txt", "work\n");
  sh("cd ws/1 && git add -A && git commit -qm work");
  const Snapshot snapshot = taken();
  EXPECT_EQ(changes_text(snapshot), "A new.txt");
  EXPECT_EQ(in_result(snapshot, ".tool/plugin/a.js"), "plugin");
  EXPECT_EQ(snapshot.history, "agent");
  EXPECT_EQ(get("ws/1/tool.json"), "{}\n");
  EXPECT_EQ(get("ws/1/.tool/plugin/a.js"), "plugin\n");
}

TEST_F(Hide, AnUntouchedWorkspaceIsUnchanged) {
  (void)hidden();
  EXPECT_FALSE(taken().changed);
}

TEST_F(Hide, WhatTheAgentPutsThereIsItsChange) {
  (void)hidden();
  put("ws/1/tool.json", "{\"plugin\": 1}\n");
  const Snapshot snapshot = taken();
  EXPECT_EQ(changes_text(snapshot), "M tool.json");
  EXPECT_EQ(get("ws/1/tool.json"), "{\"plugin\": 1}\n");
  EXPECT_EQ(get("ws/1/.tool/plugin/a.js"), "plugin\n");
}

TEST_F(Hide, WhatTheBaseDoesNotHoldIsMovedAsideAndKept) {
  put("ws/1/.tool/late.js", "late\n");
  put("ws/1/TOOL.json", "another\n");
  EXPECT_EQ(hidden(), ".tool/late.js\n.tool/plugin/a.js\nTOOL.json\ntool.json\n");
  EXPECT_EQ(get("ws/1-set-aside-1/.tool/late.js"), "late\n");
  EXPECT_EQ(get("ws/1-set-aside-1/TOOL.json"), "another\n");
  EXPECT_EQ(out("cd ws/1 && git status --porcelain"), "");
}

TEST_F(Hide, AFurtherAttemptFindsThemHiddenAgain) {
  (void)hidden();
  put("ws/1/tool.json", "armed\n");
  (void)taken();
  HideRequest again = request();
  again.fresh = false;
  EXPECT_EQ(hide(again).count, 2);
  EXPECT_FALSE(exists("ws/1/tool.json"));
  EXPECT_FALSE(exists("ws/1/.tool"));
}

TEST_F(Hide, ALinkInThePlaceOfTheFolderIsHiddenToo) {
  sh("cd project && git rm -rq .tool && mkdir real && echo x > real/plugin && ln -s real .tool && "
     "git add -A && git commit -qm link");
  created_ = create(create_request("2"));
  HideRequest linked = request();
  linked.workspace = created_.path;
  linked.results_git = at("results/2");
  linked.base_commit = created_.base_commit;
  EXPECT_EQ(hide(linked).count, 2);
  EXPECT_FALSE(exists("ws/2/.tool"));
  EXPECT_TRUE(exists("ws/2/real/plugin"));
}

TEST_F(Hide, InPlaceNothingIsTakenAwayButNamed) {
  HideRequest in_place = request();
  in_place.kind = Kind::in_place;
  in_place.workspace = at("project");
  EXPECT_EQ(hide(in_place).names, (std::vector<std::string>{".tool/plugin/a.js", "tool.json"}));
  EXPECT_TRUE(exists("project/tool.json"));
  put("project/.aider/conf", "x");
  in_place.globs = {".aider/conf"};
  EXPECT_EQ(hide(in_place).names, std::vector<std::string>{".aider/conf"});
  in_place.globs = {"other.json", ".git/config"};
  EXPECT_EQ(hide(in_place).count, 0);
}

}  // namespace
}  // namespace orchestrate::workspaces
