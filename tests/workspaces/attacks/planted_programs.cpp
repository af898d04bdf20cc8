#include "tests/workspaces/attacks/planted.h"

namespace orchestrate::workspaces {

const std::vector<Planted>& planted_programs() {
  static const std::vector<Planted> rows{
      {.name = "CoreFsmonitor",
       .attack = "`core.fsmonitor` names a program",
       .plant = R"(git config core.fsmonitor "$RUN")",
       .live = "git status"},
      {.name = "HooksPath",
       .attack = "`core.hooksPath` names a folder of hooks",
       .plant = R"(mkdir .git/h && git config core.hooksPath .git/h
                   for h in post-index-change reference-transaction pre-auto-gc post-checkout post-merge pre-commit
                   do cp "$RUN" .git/h/$h; done)",
       .live = "git commit --allow-empty -m x"},
      {.name = "Hooks",
       .attack = "hooks in `.git/hooks`",
       .plant =
           R"(for h in post-index-change reference-transaction pre-auto-gc post-checkout post-merge pre-push
                   do cp "$RUN" .git/hooks/$h; done)",
       .live = "git commit --allow-empty -m x"},
      {.name = "AttributesFile",
       .attack = "`core.attributesFile` that sends every file through a filter",
       .plant = R"(git config core.attributesFile .git/a && echo '* filter=x' > .git/a
                   git config filter.x.clean "$RUN; cat")",
       .live = "git add -A"},
      {.name = "Textconv",
       .attack = "`diff.x.textconv` by `info/attributes`",
       .plant = R"(git config diff.x.textconv "$RUN" && echo '* diff=x' > .git/info/attributes)",
       .live = "git diff"},
      {.name = "IncludePath",
       .attack = "`include.path` to a file that sets `core.fsmonitor`",
       .plant = R"(git config -f .git/more core.fsmonitor "$RUN" && git config include.path more)",
       .live = "git status"},
      {.name = "ConfigWorktree",
       .attack = "`config.worktree` that sets `core.fsmonitor`",
       .plant = R"(git config extensions.worktreeConfig true && git config --worktree core.fsmonitor "$RUN")",
       .live = "git status"},
      {.name = "DiffExternal",
       .attack = "`diff.external`",
       .plant = R"(git config diff.external "$RUN")",
       .live = "git diff"},
      {.name = "DiffCommand",
       .attack = "`diff.x.command` by `.gitattributes`",
       .plant = R"(git config diff.x.command "$RUN" && echo '* diff=x' > .gitattributes)",
       .live = "git diff"},
      {.name = "GpgProgram",
       .attack = "`gpg.program` with `commit.gpgSign`",
       .plant = R"(git config gpg.program "$RUN" && git config commit.gpgSign true
                   git config log.showSignature true)",
       .live = "git commit --allow-empty -m x"},
      {.name = "FilterInTheTree",
       .attack = "`filter.x.clean` and `.smudge` by `.gitattributes`",
       .plant = R"(git config filter.x.clean "$RUN; echo replaced" && git config filter.x.smudge "$RUN; cat"
                   git config filter.x.required true && echo '* filter=x' > .gitattributes)",
       .live = "git add -A"},
      {.name = "FilterOfTheOwnersName",
       .attack = "`filter.lfs.*` redefined in the clone, used by `.gitattributes`",
       .plant = R"(git config filter.lfs.process "$RUN" && git config filter.lfs.clean "$RUN; cat"
                   git config filter.lfs.smudge "$RUN; cat" && echo '* filter=lfs' > .gitattributes)",
       .live = "git add -A"},
      {.name = "FilterProcess",
       .attack = "`filter.x.process` by `info/attributes`",
       .plant = R"(git config filter.x.process "$RUN" && echo '* filter=x' > .git/info/attributes)",
       .live = "git add -A"},
      {.name = "IncludeIf",
       .attack = "`includeIf` to a file that defines a filter",
       .plant =
           R"(git config -f .git/more filter.x.clean "$RUN; cat" && echo '* filter=x' > .git/info/attributes
                   git config includeIf.gitdir:/.path more)",
       .live = "git add -A"},
      {.name = "SubmoduleFsmonitor",
       .attack = "a submodule whose own configuration names a program",
       .plant = R"(git init -q sub && echo 1 > sub/one && git -C sub add one && git -C sub commit -qm one
                   git add sub 2>/dev/null && git commit -qm sub && git -C sub config core.fsmonitor "$RUN")",
       .live = "git status",
       .left_out = "sub/.git: nested repository"},
      {.name = "Promisor",
       .attack = "a promisor remote that runs a program, and a missing object",
       .plant = R"(git config extensions.partialClone evil && git config remote.evil.promisor true
                   git config remote.evil.url "ext::$RUN" && git config protocol.ext.allow always
                   echo x > gone && git add gone && git commit -qm gone && id=$(git rev-parse HEAD:gone)
                   rm -f .git/objects/${id%${id#??}}/${id#??} && echo other > gone)",
       .live = "git cat-file -p HEAD:gone",
       .history_lost = "git fetch of the agent's branch failed"},
      {.name = "ReceivePack",
       .attack = "a remote with `receivepack` and `uploadpack` of the agent's",
       .plant = R"(git remote add origin "$OUT/project" && git config remote.origin.receivepack "$RUN"
                   git config remote.origin.uploadpack "$RUN" && git config branch.main.remote origin)",
       .live = "git push origin HEAD:refs/heads/x"},
      {.name = "SshCommand",
       .attack = "`core.sshCommand`",
       .plant =
           R"(git remote add origin ssh://localhost/x && git config core.sshCommand "$RUN" && git config ssh.variant ssh)",
       .live = "git push origin HEAD"},
      {.name = "ExtUrl",
       .attack = "a remote whose URL is `ext::` and a command",
       .plant = R"(git remote add origin "ext::$RUN" && git config protocol.ext.allow always)",
       .live = "git fetch origin"},
      {.name = "InsteadOf",
       .attack = "`url.*.insteadOf` sends what is pushed or fetched elsewhere",
       .plant = R"(git init -q --bare "$OUT/elsewhere" && for p in "$OUT/results/1" "$OUT/project" "$PWD"
                   do git config --add url."$OUT/elsewhere".insteadOf "$p"; done)"},
      {.name = "MergeOptions",
       .attack = "`branch.*.mergeOptions = -s ours`: a merge that lands nothing",
       .plant =
           R"(git config branch.main.mergeOptions '-s ours' && git config branch.orchestrate/1.mergeOptions '-s ours')"},
      {.name = "MergeDriver",
       .attack = "`merge.x.driver` by `.gitattributes`",
       .plant = R"(git config merge.x.driver "$RUN" && echo '* merge=x' > .gitattributes)"},
      {.name = "PackObjectsHook",
       .attack = "`uploadpack.packObjectsHook`",
       .plant = R"(git config uploadpack.packObjectsHook "$RUN" && git config uploadpack.allowFilter true)"},
      {.name = "AlternateRefsCommand",
       .attack = "`core.alternateRefsCommand`",
       .plant = R"(git config core.alternateRefsCommand "$RUN")"},
      {.name = "PagerEditorAlias",
       .attack = "pagers, editors, aliases, a git proxy, a credential helper, trailers, trace targets",
       .plant =
           R"(for key in core.pager pager.log core.editor sequence.editor core.gitProxy credential.helper \
                     core.askPass trailer.x.cmd interactive.diffFilter browser.x.cmd
                   do git config $key "$RUN"; done
                   for verb in fetch merge commit status x; do git config alias.$verb "!$RUN"; done
                   git config trace2.eventTarget "$OUT/canary" && git config trace2.normalTarget "$OUT/canary")",
       .live = "git x"},
  };
  return rows;
}

}  // namespace orchestrate::workspaces
