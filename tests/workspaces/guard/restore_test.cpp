#include "workspaces/guard/restore.h"

#include <unistd.h>

#include "tests/workspaces/workshop.h"

namespace orchestrate::workspaces {
namespace {

// The project also holds .claude/settings.json, .claude/hook.sh (executable) and src/CLAUDE.md.
class Restore : public Workshop {
 protected:
  void SetUp() override {
    Workshop::SetUp();
    put("project/.claude/settings.json", "{}\n");
    put("project/.claude/hook.sh", "#!/bin/sh\n");
    put("project/src/CLAUDE.md", "of the base\n");
    sh("cd project && chmod 755 .claude/hook.sh && git add -A && git commit -qm control");
    put("outside/settings.json", "precious\n");
    (void)first();
  }

  [[nodiscard]] CreateRequest request() const {
    CreateRequest request = create_request();
    request.restore = {".claude/**", "**/.claude/**", ".mcp.json", "CLAUDE.md", "**/CLAUDE.md"};
    return request;
  }
  [[nodiscard]] Created first() const { return create(request()); }

  // What a further attempt finds was put back, one per line.
  [[nodiscard]] std::string again() const {
    std::string names;
    for (const std::string& name : create(request()).restored.names)
      names += name + '\n';
    EXPECT_EQ(get("outside/settings.json"), "precious\n");
    EXPECT_EQ(out("ls outside"), "settings.json");
    return names;
  }

  void expect_as_in_base() const {
    EXPECT_EQ(out("cd ws/1 && git -C ../../project ls-files -s .claude src/CLAUDE.md"),
              out("cd ws/1 && git add -fA .claude src && git ls-files -s .claude src/CLAUDE.md"));
  }
};

TEST_F(Restore, AFirstAttemptAndAnUntouchedWorkspaceHaveNothingToPutBack) {
  EXPECT_TRUE(create([this] {
                CreateRequest other = request();
                other.key = "2";
                return other;
              }())
                  .restored.names.empty());
  EXPECT_EQ(again(), "");
  EXPECT_EQ(out("ls ws"), "1\n2");
}

TEST_F(Restore, AChangedFileIsTheBasesAgainAndTheChangedBytesAreKept) {
  put("ws/1/.claude/settings.json", "{\"hooks\": 1}\n");
  put("ws/1/src/CLAUDE.md", "OF THE BASE\n");
  EXPECT_EQ(again(), ".claude/settings.json\nsrc/CLAUDE.md\n");
  EXPECT_EQ(get("ws/1/.claude/settings.json"), "{}\n");
  EXPECT_EQ(get("ws/1/src/CLAUDE.md"), "of the base\n");
  EXPECT_EQ(get("ws/1-set-aside-1/.claude/settings.json"), "{\"hooks\": 1}\n");
  EXPECT_EQ(get("ws/1-set-aside-1/src/CLAUDE.md"), "OF THE BASE\n");
  expect_as_in_base();
}

TEST_F(Restore, EachAttemptHasAFolderOfItsOwnForWhatWasSetAside) {
  put("ws/1/.mcp.json", "one");
  EXPECT_EQ(again(), ".mcp.json\n");
  EXPECT_EQ(again(), "");
  put("ws/1/.mcp.json", "two");
  EXPECT_EQ(again(), ".mcp.json\n");
  EXPECT_EQ(get("ws/1-set-aside-1/.mcp.json") + get("ws/1-set-aside-2/.mcp.json"), "onetwo");
}

TEST_F(Restore, AnAddedFileIsSetAsideIgnoredOrCommittedOrNeither) {
  put("ws/1/.mcp.json", "a");
  put("ws/1/.claude/skills/x/SKILL.md", "b");
  put("ws/1/build/deep/.claude/settings.json", "c");
  put("ws/1/new/CLAUDE.md", "d");
  put("ws/1/new/.CLAUDE/settings.json", "e");
  sh("cd ws/1 && git add -f .mcp.json new && git commit -qm planted");
  EXPECT_EQ(again(),
            ".claude/skills\n.mcp.json\nbuild/deep/.claude/settings.json\nnew/.CLAUDE/settings.json\n"
            "new/CLAUDE.md\n");
  EXPECT_EQ(out("cd ws/1 && find . -path ./.git -prune -o -type f -print | grep -i claude | sort"),
            "./.claude/hook.sh\n./.claude/settings.json\n./src/CLAUDE.md");
  EXPECT_EQ(
      out("cd ws/1-set-aside-1 && cat .mcp.json .claude/skills/x/SKILL.md build/deep/.claude/settings.json "
          "new/CLAUDE.md new/.CLAUDE/settings.json"),
      "abcde");
}

TEST_F(Restore, ARemovedFileIsWrittenBackWithItsFolder) {
  sh("rm -r ws/1/.claude ws/1/src");
  EXPECT_EQ(again(), ".claude/hook.sh\n.claude/settings.json\nsrc/CLAUDE.md\n");
  expect_as_in_base();
  EXPECT_FALSE(exists("ws/1/src/a.txt"));
  EXPECT_FALSE(exists("ws/1-set-aside-1"));
}

TEST_F(Restore, AnExecutableBitIsTheBasesAgain) {
  sh("chmod 644 ws/1/.claude/hook.sh && chmod 755 ws/1/.claude/settings.json");
  EXPECT_EQ(again(), ".claude/hook.sh\n.claude/settings.json\n");
  expect_as_in_base();
}

TEST_F(Restore, AFolderReplacedByASymlinkIsAFolderAgainAndNothingOutsideIsTouched) {
  sh("cd ws/1 && rm -r .claude src && ln -s ../../outside .claude && ln -s ../../outside src && "
     "mkdir other && ln -s ../../../outside other/.claude");
  EXPECT_EQ(again(), ".claude\n.claude/hook.sh\n.claude/settings.json\nother/.claude\nsrc\nsrc/CLAUDE.md\n");
  expect_as_in_base();
  EXPECT_EQ(out("readlink ws/1-set-aside-1/.claude ws/1-set-aside-1/other/.claude"),
            "../../outside\n../../../outside");
}

TEST_F(Restore, AControlFileReplacedByASymlinkASpecialFileOrAFolderIsAFileAgain) {
  sh("cd ws/1 && rm .claude/* src/CLAUDE.md && ln -s ../../../outside/settings.json .claude/settings.json && "
     "mkfifo .claude/hook.sh && mkdir -p src/CLAUDE.md/x && mkfifo .mcp.json");
  EXPECT_EQ(again(), ".claude/hook.sh\n.claude/settings.json\n.mcp.json\nsrc/CLAUDE.md\n");
  expect_as_in_base();
}

TEST_F(Restore, ASymlinkOfTheBaseIsItsOwnAgain) {
  sh("cd project && git rm -rq .claude && mkdir shared && echo x > shared/x && ln -s shared .claude && git add -A && "
     "git commit -qm linked && rm -rf ../ws/1 ../results/1");
  (void)first();
  EXPECT_EQ(again(), "");
  sh("cd ws/1 && rm .claude && mkdir .claude && echo evil > .claude/settings.json");
  EXPECT_EQ(again(), ".claude\n");
  EXPECT_EQ(out("readlink ws/1/.claude"), "shared");
  EXPECT_EQ(get("ws/1-set-aside-1/.claude/settings.json"), "evil\n");
}

// Modes stop nobody when the tests are run by root.
TEST_F(Restore, ClosedFoldersAndFilesHideNothing) {
  put("ws/1/shut/.claude/settings.json", "evil");
  put("ws/1/shut/.claude2/.claude/inner/settings.json", "evil");
  put("ws/1/.claude/new", "evil");
  sh("cd ws/1 && chmod 000 .claude/settings.json .claude shut/.claude2/.claude/inner && chmod 500 shut/.claude src && "
     "chmod 300 shut && echo x >> src/CLAUDE.md");
  EXPECT_EQ(create(request()).restored.count, geteuid() == 0 ? 4 : 5);
  EXPECT_EQ(get("ws/1/src/CLAUDE.md"), "of the base\n");
  EXPECT_EQ(out("find ws/1/.claude ws/1/shut -type f | sort"),
            "ws/1/.claude/hook.sh\nws/1/.claude/settings.json");
  sh("chmod -R u+rwX ws");
  expect_as_in_base();
}

TEST_F(Restore, WhatNoGlobNamesStaysAsTheAttemptLeftIt) {
  put("ws/1/src/a.txt", "edited\n");
  put("ws/1/claude/settings.json", "x");
  put("ws/1/.mcp.json", "evil");
  put("ws/1/.git/.claude/settings.json", "x");
  put("ws/1/build/out.log", "x");
  sh("cd ws/1 && rm README.md && ln -s / root && mkfifo pipe");
  const std::string before = out("cd ws/1 && rm -f ../list && find . ! -name .mcp.json | sort");
  EXPECT_EQ(again(), ".mcp.json\n");
  EXPECT_EQ(out("cd ws/1 && find . | sort"), before);
  EXPECT_EQ(get("ws/1/src/a.txt"), "edited\n");
}

TEST_F(Restore, WithoutGlobsNothingIsPutBack) {
  put("ws/1/.mcp.json", "x");
  const Created created = create(create_request());
  EXPECT_TRUE(created.reused);
  EXPECT_TRUE(created.restored.names.empty());
  EXPECT_TRUE(exists("ws/1/.mcp.json"));
}

TEST_F(Restore, LineEndsOfACheckoutAreNoChange) {
  sh("cd project && echo '*.md text eol=crlf' > .gitattributes && git add -A && git commit -qm crlf && "
     "rm -rf ../ws/1 ../results/1");
  (void)first();
  EXPECT_EQ(get("ws/1/src/CLAUDE.md"), "of the base\r\n");
  EXPECT_EQ(again(), "");
  put("ws/1/src/CLAUDE.md", "changed\n");
  put("ws/1/.gitattributes", "*.md -text\n");
  EXPECT_EQ(again(), "src/CLAUDE.md\n");
  EXPECT_EQ(get("ws/1/src/CLAUDE.md"), "of the base\r\n");
}

TEST_F(Restore, AScratchFolderIsEmptiedOfControlFilesToo) {
  CreateRequest scratch = request();
  scratch.kind = Kind::scratch;
  scratch.key = "s";
  scratch.results_git = at("results/s");
  EXPECT_TRUE(create(scratch).restored.names.empty());
  put("ws/s/.claude/settings.json", "evil");
  put("ws/s/notes.txt", "work");
  EXPECT_EQ(create(scratch).restored.names, std::vector<std::string>{".claude/settings.json"});
  EXPECT_EQ(out("find ws/s -type f"), "ws/s/notes.txt");
}

TEST_F(Restore, ManyNamesAreCountedAndTheFirstAreListed) {
  sh("cd ws/1 && for i in $(seq 10 40); do mkdir d$i; echo x > d$i/CLAUDE.md; done");
  const Created created = create(request());
  EXPECT_EQ(created.restored.count, 31);
  ASSERT_EQ(created.restored.names.size(), 20U);
  EXPECT_EQ(created.restored.names.front(), "d10/CLAUDE.md");
}

TEST_F(Restore, FoldersDeeperThanAnyoneLooksAreSetAsideWhole) {
  sh("cd ws/1 && p=$(printf 'd/%.0s' $(seq 300)) && mkdir -p ${p}x && echo evil > ${p}CLAUDE.md && "
     "echo evil > ${p}x/CLAUDE.md");
  EXPECT_EQ(create(request()).restored.count, 1);
  EXPECT_EQ(out("find ws/1 -path ws/1/.git -prune -o -name CLAUDE.md -print"), "ws/1/src/CLAUDE.md");
}

}  // namespace
}  // namespace orchestrate::workspaces
