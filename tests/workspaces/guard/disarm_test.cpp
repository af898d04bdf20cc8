#include "workspaces/guard/disarm.h"

#include "tests/workspaces/workshop.h"

namespace orchestrate::workspaces {
namespace {

// A first attempt worked here; `run` writes a canary.
class Disarm : public Workshop {
 protected:
  void SetUp() override {
    Workshop::SetUp();
    put("run", "#!/bin/sh\necho \"$0 $*\" >> '" + at("canary") + "'\ncat\n");
    sh("chmod 755 run");
    created_ = create(create_request());
    config_ = get("ws/1/.git/config");
  }

  void agent(const std::string& script) const {
    sh("export RUN='" + at("run") + "' PAGER=cat\ncd ws/1\n" + script);
  }

  // What a further attempt finds was put back, one per line.
  [[nodiscard]] std::string again() const {
    std::string names;
    for (const std::string& name : create(create_request()).restored.names)
      names += name + '\n';
    return names;
  }

  void expect_that_git_works_and_runs_nothing() const {
    agent(
        "echo more >> README.md\n(git status && git add -A && git diff --cached && git commit -m next && "
        "git log -p && git show --stat) >/dev/null 2>&1");
    EXPECT_FALSE(exists("canary")) << get("canary");
  }

  Created created_;
  std::string config_;
};

TEST_F(Disarm, AnUntouchedWorkspaceHasNothingToReport) {
  EXPECT_EQ(again(), "");
  agent("echo x > x && git add x && git commit -qm x && git gc -q && git status >/dev/null");
  EXPECT_EQ(again(), "");
  EXPECT_EQ(out("ls -A ws"), "1");
}

TEST_F(Disarm, ConfigurationAttributesAndHooksAreANewClonesAgainAndTheirBytesAreKept) {
  agent(
      R"(git config filter.x.clean "$RUN" && git config filter.x.required true && git config alias.st "!$RUN"
           git config core.fsmonitor "$RUN" && git config core.hooksPath .git/h && git config include.path more
           git config extensions.worktreeConfig true && git config --worktree core.pager "$RUN"
           git config -f .git/more core.editor "$RUN" && echo '* filter=x' > .git/info/attributes
           mkdir .git/h && cp "$RUN" .git/h/pre-commit && cp "$RUN" .git/hooks/post-index-change)");
  sh("rm -f canary && cp -a ws/1/.git before");
  EXPECT_EQ(again(), ".git/config\n.git/config.worktree\n.git/hooks\n.git/info/attributes\n");
  EXPECT_EQ(get("ws/1/.git/config"), config_);
  EXPECT_EQ(out("ls -A ws/1/.git/hooks"), "");
  for (const char* path : {"config", "config.worktree", "hooks/post-index-change", "info/attributes"})
    EXPECT_EQ(get(std::string("ws/1-set-aside-1/.git/") + path), get(std::string("before/") + path));
  expect_that_git_works_and_runs_nothing();
  EXPECT_EQ(again(), "");
}

TEST_F(Disarm, TheAgentsCommitsBranchesIndexAndStashStay) {
  agent(
      R"(echo one > one && git add one && git commit -qm one && git branch side && echo two > two && git add two
           echo stashed >> README.md && git stash push -q -m later README.md && git config core.fsmonitor "$RUN")");
  EXPECT_EQ(again(), ".git/config\n");
  EXPECT_EQ(out("cd ws/1 && git log --format=%s side && git stash list && git diff --cached --name-only"),
            "one\nsecond\nfirst\nstash@{0}: On orchestrate/1: later\ntwo");
  const Snapshot taken = take(created_);
  EXPECT_EQ(taken.history, "agent+snapshot") << taken.history_note;
  EXPECT_EQ(taken.agent_commits, 1);
}

TEST_F(Disarm, ARepositoryThatTheConfigurationIsReadFromInsteadIsOut) {
  sh("git init -q evil && git -C evil config core.fsmonitor '" + at("run") + "'");
  agent("echo ../../../evil/.git > .git/commondir");
  EXPECT_EQ(again(), ".git/commondir\n");
  expect_that_git_works_and_runs_nothing();
  EXPECT_EQ(out("git -C ws/1 log --format=%s"), "next\nsecond\nfirst");
}

TEST_F(Disarm, AnInterruptedRebaseRunsNoCommandsOfItsList) {
  agent(R"(git rebase -q -x "false $RUN" HEAD~1 >/dev/null 2>&1 || true
           test -d .git/rebase-merge && echo "exec $RUN" > .git/rebase-merge/git-rebase-todo)");
  EXPECT_EQ(again(), ".git/rebase-merge\n");
  agent("! git rebase --continue 2>/dev/null");
  EXPECT_FALSE(exists("canary"));
}

TEST_F(Disarm, WhatStandsInTheirPlaceIsSetAsideAndNotFollowed) {
  sh("mkdir outside && echo precious > outside/config && echo '* filter=x' > outside/attributes && "
     "cp run outside/pre-commit && cp -a outside before");
  agent(
      "cd .git && rm -r config hooks info && ln -s ../../../outside hooks && ln -s ../../../outside info && "
      "ln -s ../../../outside/config config && mkfifo config.worktree && mkdir commondir");
  EXPECT_EQ(again(), ".git/commondir\n.git/config\n.git/config.worktree\n.git/hooks\n.git/info\n");
  EXPECT_EQ(out("diff -r before outside"), "");
  EXPECT_EQ(out("readlink ws/1-set-aside-1/.git/hooks ws/1-set-aside-1/.git/info"),
            "../../../outside\n../../../outside");
  expect_that_git_works_and_runs_nothing();
}

TEST_F(Disarm, AMissingConfigurationOrClosedFoldersStopNobody) {
  agent("cp \"$RUN\" .git/hooks/pre-commit && rm .git/config && chmod 000 .git/hooks && chmod 500 .git .");
  EXPECT_EQ(again(), ".git/config\n.git/hooks\n");
  EXPECT_EQ(get("ws/1/.git/config"), config_);
  expect_that_git_works_and_runs_nothing();
}

// git that finds no repository in .git looks for one elsewhere: in the workspace itself, or above it.
TEST_F(Disarm, WhateverIsNoRepositoryBecomesOneAtTheBaseAndTheFilesStay) {
  sh("git init -q evil && git -C evil config core.fsmonitor '" + at("run") + "'");
  int n = 0;
  for (const char* script :
       {"mv .git ../../moved && echo 'gitdir: ../../evil/.git' > .git",
        "mv .git ../../moved && ln -s ../../evil/.git .git", "mv .git ../../moved && mkfifo .git",
        "mv .git/HEAD .git/HAED", "rm -r .git/refs && ln -s ../../evil/.git/refs .git",
        "echo nothing > .git/HEAD", "rm -r .git/objects"}) {
    agent("echo changed > README.md && echo new > new && " + std::string(script) +
          "\nmkdir objects refs && echo 'ref: refs/heads/x' > HEAD\n"
          "printf '[core]\\n\\tbare = false\\n\\tworktree = .\\n\\tfsmonitor = %s\\n' \"$RUN\" > config");
    EXPECT_EQ(again(), ".git\n") << script;
    EXPECT_TRUE(exists("ws/1-set-aside-" + std::to_string(++n) + "/.git")) << script;
    EXPECT_FALSE(exists("ws/+1"));
    agent("rm -r objects refs HEAD config");
    EXPECT_EQ(out("git -C ws/1 status --porcelain"), " M README.md\n?? new") << script;
    EXPECT_EQ(get("ws/1/.git/config"), config_);
    expect_that_git_works_and_runs_nothing();
    EXPECT_EQ(take(created_).history, "agent");
    sh("rm -rf moved");
  }
}

TEST_F(Disarm, ADeletedRepositoryIsMadeAgain) {
  agent("rm -rf .git");
  EXPECT_EQ(again(), ".git\n");
  EXPECT_EQ(out("git -C ws/1 status --porcelain --branch"), "## orchestrate/1");
  EXPECT_EQ(out("ls -A ws"), "1");
}

TEST_F(Disarm, TheOwnersSettingsOfTheDayOfTheCloneStay) {
  sh("git config --global user.name Other");
  EXPECT_EQ(again(), "");
  EXPECT_EQ(out("git -C ws/1 config user.name"), "Owner");
}

TEST_F(Disarm, AWorkspaceOfAVersionThatRecordedNothingGetsTheConfigurationOfANewClone) {
  sh("rm results/1/workspace.config");
  EXPECT_EQ(again(), "");
  agent("git config core.fsmonitor \"$RUN\"");
  sh("rm results/1/workspace.config");
  EXPECT_EQ(again(), ".git/config\n");
  EXPECT_EQ(get("ws/1/.git/config"), config_);
  EXPECT_EQ(get("results/1/workspace.config"), config_);
}

TEST_F(Disarm, ControlFilesAreSetAsideInTheSameFolder) {
  put("ws/1/.mcp.json", "evil");
  agent("git config core.fsmonitor \"$RUN\"");
  CreateRequest request = create_request();
  request.restore = {".mcp.json"};
  EXPECT_EQ(create(request).restored.names, (std::vector<std::string>{".git/config", ".mcp.json"}));
  EXPECT_EQ(out("ls -A ws ws/1-set-aside-1"), "ws:\n1\n1-set-aside-1\n\nws/1-set-aside-1:\n.git\n.mcp.json");
}

// Submodules, linked worktrees and the clones of a build work on.
TEST_F(Disarm, RepositoriesInsideThatOnlyHoldWhatGitWritesStay) {
  agent(R"(export GIT_ALLOW_PROTOCOL=file
           git clone -q ../../project build/dependency && git worktree add -q side && git submodule --quiet add \
           "$PWD/../../project" a/library 2>/dev/null && git commit -qm library)");
  EXPECT_EQ(again(), ".git/config\n");  // submodule.a/library.*
  EXPECT_EQ(out("cd ws/1/a/library && git status --porcelain && git log --format=%s && cd ../../side && "
                "git branch --show-current && cd ../build/dependency && git log -1 --format=%s"),
            "second\nfirst\nside\nsecond");
  EXPECT_EQ(out("git -C ws/1 status --porcelain"), "?? side/");
}

TEST_F(Disarm, ARepositoryInsideThatNamesAProgramIsSetAside) {
  const std::string inner = "git init -q sub && git -C sub commit -q --allow-empty -m x && ";
  const std::string add = "\ngit add sub 2>/dev/null && git commit -qm sub || true";
  int n = 0;
  for (
      const char* script :
      {"git -C sub config core.fsmonitor \"$RUN\"", "cp \"$RUN\" sub/.git/hooks/post-index-change",
       "git -C sub config include.path more", "echo ../../other/.git > sub/.git/commondir",
       "git -C sub config core.fsmonitor \"$RUN\" && mv sub/.git hidden && echo 'gitdir: ../hidden' > sub/.git",
       "git -C sub config core.fsmonitor \"$RUN\" && mkdir -p .git/modules && mv sub/.git .git/modules/sub && "
       "echo 'gitdir: ../.git/modules/sub' > sub/.git",
       "mv sub/.git hidden && ln -s ../hidden sub/.git", "echo '[core' > sub/.git/config"}) {
    agent(inner + script + add);
    sh("rm -f canary");
    const std::string where =
        std::string(script).find("modules") == std::string::npos ? "" : ".git/modules/sub\n";
    EXPECT_EQ(again(), where + "sub/.git\n") << script;
    EXPECT_TRUE(exists("ws/1-set-aside-" + std::to_string(++n) + "/sub/.git")) << script;
    expect_that_git_works_and_runs_nothing();
    agent("rm -rf sub hidden && git add -A && git commit -qm gone --allow-empty");
  }
}

TEST_F(Disarm, ARepositoryThatAnAgentMadeInAScratchFolderRunsNothingEither) {
  CreateRequest scratch = create_request("s");
  scratch.kind = Kind::scratch;
  (void)create(scratch);
  sh("cd ws/s && git init -q && git add -A");
  EXPECT_TRUE(create(scratch).restored.names.empty());
  sh("git -C ws/s config core.fsmonitor '" + at("run") + "'");
  EXPECT_EQ(create(scratch).restored.names, std::vector<std::string>{".git"});
}

}  // namespace
}  // namespace orchestrate::workspaces
