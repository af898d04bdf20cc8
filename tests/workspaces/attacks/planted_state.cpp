#include "tests/workspaces/attacks/planted.h"

namespace orchestrate::workspaces {
namespace {

constexpr const char* kUnconnected = "does not contain the commit it started from";

const std::vector<Planted>& replaced_git() {
  static const std::vector<Planted> rows{
      {.name = "DotGitFile",
       .attack = "`.git` is a file that names a repository with a program in its configuration",
       .plant =
           R"(git init -q .git/fake && mv .git/fake "$OUT/fake" && git -C "$OUT/fake" config core.fsmonitor "$RUN"
                   rm -r .git && echo "gitdir: $OUT/fake/.git" > .git)",
       .live = "git status",
       .history_lost = "as a folder"},
      {.name = "DotGitSymlink",
       .attack = "`.git` is a symlink to such a repository",
       .plant = R"(mv .git "$OUT/moved" && git --git-dir="$OUT/moved" config core.fsmonitor "$RUN"
                   ln -s "$OUT/moved" .git)",
       .live = "git status",
       .history_lost = "as a folder"},
      {.name = "DotGitFifo",
       .attack = "`.git` is a FIFO",
       .plant = "rm -r .git && mkfifo .git",
       .history_lost = "as a folder"},
      {.name = "DotGitReplaced",
       .attack = "`.git` is a new repository with a history of its own",
       .plant = R"(rm -r .git && git init -q -b orchestrate/1 && git add -A && git commit -qm mine
                   git config core.fsmonitor "$RUN")",
       .live = "git status",
       .history_lost = kUnconnected},
      {.name = "DotGitDeleted", .attack = "`.git` is deleted", .plant = "rm -r .git", .history_lost = ".git"},
      {.name = "CommonDir",
       .attack = "`.git/commondir` names another repository",
       .plant = R"(git init -q "$OUT/fake" && git -C "$OUT/fake" config core.fsmonitor "$RUN"
                   echo "$OUT/fake/.git" > .git/commondir)",
       .live = "git status"},
      {.name = "WorktreeGitdir",
       .attack = "`.git/worktrees/*/gitdir` names the owner's checkout",
       .plant = R"(mkdir -p .git/worktrees/x && echo "$OUT/project/.git" > .git/worktrees/x/gitdir
                   echo ../.. > .git/worktrees/x/commondir && echo 'ref: refs/heads/main' > .git/worktrees/x/HEAD)"},
      {.name = "CoreWorktree",
       .attack = "`core.worktree` names another folder",
       .plant = "git config core.worktree /etc"},
  };
  return rows;
}

const std::vector<Planted>& refs_and_objects() {
  static const std::vector<Planted> rows{
      {.name = "HeadIsMain",
       .attack = "HEAD is moved to the base's branch",
       .plant = "git symbolic-ref HEAD refs/heads/main"},
      {.name = "BaseMoved",
       .attack = "the base's branch is moved, `packed-refs` edited",
       .plant = R"(git update-ref refs/heads/main HEAD && git pack-refs --all
                   sed -i 's/^[0-9a-f]* refs.heads.main/0123456789012345678901234567890123456789 refs\/heads\/main/' .git/packed-refs)"},
      {.name = "BranchIsSymbolic",
       .attack = "the task's branch is a symbolic ref to another",
       .plant =
           "git update-ref refs/heads/main HEAD && git symbolic-ref refs/heads/orchestrate/1 refs/heads/main",
       .history_lost = "orchestrate/1"},
      {.name = "ForeignRefs",
       .attack = "tags, notes and refs of other tasks",
       .plant = R"(git tag v1 && git tag -am x v2 && git notes add -m x
                   git update-ref refs/orchestrate/2/base HEAD && git update-ref refs/heads/orchestrate/2 HEAD)"},
      {.name = "ReplacedBase",
       .attack = "`refs/replace` stands for the base's commit",
       .plant = R"(git replace HEAD~1 $(git commit-tree -m forged HEAD^{tree}))"},
      {.name = "ReplacedBlob",
       .attack = "`refs/replace` stands for a file of the base",
       .plant = R"(git replace HEAD:src/a.txt $(git hash-object -w src/a.txt))"},
      {.name = "Grafts",
       .attack = "`info/grafts` cuts the history",
       .plant = "git rev-parse HEAD > .git/info/grafts"},
      {.name = "Shallow",
       .attack = "`.git/shallow` cuts the history",
       .plant = "git rev-parse HEAD > .git/shallow"},
      {.name = "ForgedBlob",
       .attack = "a file of the base rewritten under the same object id",
       .plant = R"(name() { id=$(git rev-parse "$1"); echo .git/objects/${id%${id#??}}/${id#??}; }
                   git hash-object -w src/a.txt > .git/forged && to=$(name HEAD:src/a.txt) && mkdir -p ${to%/*}
                   cp $(name $(cat .git/forged)) $to)"},
      {.name = "ForgedBase",
       .attack = "the base's commit rewritten under the same object id",
       .plant = R"(name() { id=$(git rev-parse "$1"); echo .git/objects/${id%${id#??}}/${id#??}; }
                   git commit-tree -m forged HEAD^{tree} > .git/forged && to=$(name HEAD~1) && mkdir -p ${to%/*}
                   cp $(name $(cat .git/forged)) $to)",
       .history_lost = "hash mismatch"},
      {.name = "ForgedCommitGraph",
       .attack = "a commit-graph that is rubbish",
       .plant = "mkdir -p .git/objects/info && echo CGPH > .git/objects/info/commit-graph"},
      {.name = "PrivateAlternates",
       .attack = "`objects/info/alternates` names a private repository, and the branch its commit",
       .plant = R"(git init -q "$OUT/private" && echo secret > "$OUT/private/s" && git -C "$OUT/private" add s
                   git -C "$OUT/private" commit -qm secret && echo "$OUT/private/.git/objects" >> .git/objects/info/alternates
                   git update-ref refs/heads/orchestrate/1 $(git commit-tree -p HEAD -p $(git -C "$OUT/private" rev-parse HEAD) \
                     -m steal $(git -C "$OUT/private" rev-parse HEAD^{tree})))",
       .history_lost = "its .git/objects/info/alternates was changed"},
      {.name = "PrivateObjectsSymlink",
       .attack = "a folder in `.git/objects` is a symlink into a private repository",
       .plant = R"(git init -q "$OUT/private" && git -C "$OUT/private" commit -q --allow-empty -m secret
                   rm -rf .git/objects/pack && ln -s "$OUT/private/.git/objects" .git/objects/pack)",
       .history_lost = "no plain file: objects/pack"},
      {.name = "ForbiddenEntry",
       .attack = "a commit whose tree holds `.GIT`",
       .plant =
           R"(blob=$(echo x | git hash-object -w --stdin) && tree=$(printf '100644 blob %s\t.GIT\n' $blob | git mktree)
                   git update-ref refs/heads/orchestrate/1 $(git commit-tree -p HEAD -m evil $tree))",
       .history_lost = "hasDotgit"},
      {.name = "MissingObject",
       .attack = "an object of the agent's commit is deleted",
       .plant = "id=$(git rev-parse HEAD:commit.txt) && rm -f .git/objects/${id%${id#??}}/${id#??}",
       .history_lost = "git fetch of the agent's branch failed"},
  };
  return rows;
}

const std::vector<Planted>& index_and_exclusion() {
  static const std::vector<Planted> rows{
      {.name = "AssumeUnchanged",
       .attack = "assume-unchanged bits",
       .plant = "git update-index --assume-unchanged README.md && echo hidden > README.md"},
      {.name = "SkipWorktree",
       .attack = "skip-worktree bits",
       .plant = "git update-index --skip-worktree README.md && echo hidden > README.md"},
      {.name = "ForgedStat",
       .attack = "an edit of the same size with the old times, `trustctime` and `checkStat` weakened",
       .plant =
           R"(git config core.trustctime false && git config core.checkStat minimal && touch -d @1000000000 README.md
                   git update-index --refresh -q || true; printf 'HELLO again\n' > README.md && touch -d @1000000000 README.md)"},
      {.name = "SparseBits",
       .attack = "sparse checkout",
       .plant = R"(git config core.sparseCheckout true && echo /none > .git/info/sparse-checkout
                   git update-index --skip-worktree README.md src/deep/b.txt && echo hidden > README.md)"},
      {.name = "FsmonitorValid",
       .attack = "fsmonitor-valid bits",
       .plant =
           R"(git config core.fsmonitor true; git config core.fsmonitor /bin/true && git update-index --fsmonitor
                   git status >/dev/null; git update-index --fsmonitor-valid README.md && echo hidden > README.md)"},
      {.name = "UntrackedOff",
       .attack = "`status.showUntrackedFiles = no`",
       .plant = "git config status.showUntrackedFiles no"},
      {.name = "FileModeOff",
       .attack = "`core.fileMode = false` and `core.symlinks = false`",
       .plant = "git config core.fileMode false && git config core.symlinks false && chmod 755 README.md"},
      {.name = "ExcludesFile",
       .attack = "`core.excludesFile`",
       .plant = "echo '*' > .git/x && git config core.excludesFile .git/x"},
      {.name = "InfoExclude", .attack = "`info/exclude`", .plant = "echo '*' > .git/info/exclude"},
      {.name = "IndexIsRubbish", .attack = "an index that is rubbish", .plant = "echo DIRC > .git/index"},
      {.name = "SplitIndex", .attack = "a split index", .plant = "git update-index --split-index"},
  };
  return rows;
}

const std::vector<Planted>& traps() {
  static const std::vector<Planted> rows{
      {.name = "CommitMessageSymlink",
       .attack = "`COMMIT_EDITMSG` is a symlink to a file of the owner's",
       .plant = R"(rm -f .git/COMMIT_EDITMSG && ln -s "$OUT/precious" .git/COMMIT_EDITMSG)"},
      {.name = "ReflogSymlink",
       .attack = "`logs/HEAD` and the branch's log are symlinks to a file of the owner's",
       .plant =
           R"(ln -sf "$OUT/precious" .git/logs/HEAD && ln -sf "$OUT/precious" .git/logs/refs/heads/orchestrate/1)"},
      {.name = "IndexSymlink",
       .attack = "the index is a symlink to a file that does not exist",
       .plant = R"(rm .git/index && ln -s "$OUT/canary" .git/index)"},
      {.name = "RefsSymlink",
       .attack = "`refs/heads` is a symlink to a folder outside",
       .plant = R"(mv .git/refs/heads "$OUT/heads" && ln -s "$OUT/heads" .git/refs/heads)",
       .history_lost = "orchestrate/1"},
      {.name = "IndexLock", .attack = "`index.lock` is left behind", .plant = "touch .git/index.lock"},
      {.name = "RefLocks",
       .attack = "locks on refs are left behind",
       .plant =
           "touch .git/HEAD.lock .git/packed-refs.lock .git/config.lock .git/refs/heads/orchestrate/1.lock"},
      {.name = "ConfigMalformed",
       .attack = "a configuration that is malformed",
       .plant = "echo '[core' >> .git/config"},
      {.name = "FormatVersion",
       .attack = "`repositoryformatversion = 99`",
       .plant = "git config core.repositoryformatversion 99"},
      {.name = "BadBoolean",
       .attack = "a boolean that is none",
       .plant = "printf '[core]\\n\\tbare = perhaps\\n[diff]\\n\\trelative = sub\\n' >> .git/config"},
      {.name = "OrderFile",
       .attack = "`diff.orderFile` that does not exist",
       .plant = "git config diff.orderFile nowhere"},
      {.name = "IncludeFifo",
       .attack = "`include.path` to a FIFO",
       .plant = "mkfifo .git/fifo && git config include.path fifo"},
      {.name = "ExcludeFifo",
       .attack = "`info/exclude` is a FIFO",
       .plant = "rm -f .git/info/exclude && mkfifo .git/info/exclude"},
      {.name = "HeadFifo", .attack = "`HEAD` is a FIFO", .plant = "rm .git/HEAD && mkfifo .git/HEAD"},
      {.name = "BranchFifo",
       .attack = "the task's branch is a FIFO",
       .plant = "rm .git/refs/heads/orchestrate/1 && mkfifo .git/refs/heads/orchestrate/1",
       .history_lost = "orchestrate/1"},
      {.name = "AlternatesFifo",
       .attack = "`objects/info/alternates` is a FIFO",
       .plant = "rm .git/objects/info/alternates && mkfifo .git/objects/info/alternates",
       .history_lost = "no plain file: objects/info/alternates"},
      {.name = "HugeHead",
       .attack = "`HEAD`, `config` and `packed-refs` of 1 TiB",
       .plant = "truncate -s 1T .git/HEAD .git/config .git/packed-refs"},
      {.name = "HugeBranch",
       .attack = "the task's branch is a file of 1 TiB",
       .plant = "truncate -s 1T .git/refs/heads/orchestrate/1",
       .history_lost = "orchestrate/1"},
  };
  return rows;
}

}  // namespace

const std::vector<Planted>& planted_state() {
  static const std::vector<Planted> rows = [] {
    std::vector<Planted> all;
    for (const auto* group : {&replaced_git(), &refs_and_objects(), &index_and_exclusion(), &traps()})
      all.insert(all.end(), group->begin(), group->end());
    return all;
  }();
  return rows;
}

}  // namespace orchestrate::workspaces
