#include "tests/workspaces/attacks/planted.h"

namespace orchestrate::workspaces {
namespace {

const std::vector<Planted>& rules_and_attributes() {
  static const std::vector<Planted> rows{
      {.name = "GitignoreHides",
       .attack = "`.gitignore` edited to hide files",
       .plant = "echo '*' > .gitignore && mkdir hidden && echo '*' > hidden/.gitignore && echo x > hidden/x"},
      {.name = "AttributesIdent",
       .attack = "attribute `ident`: stored bytes would differ from the tested ones",
       .plant = R"(echo '* ident' > .gitattributes && printf '$Id: mine $\n' > id.txt)"},
      {.name = "AttributesEncoding",
       .attack = "attribute `working-tree-encoding`",
       .plant =
           "echo '*.txt working-tree-encoding=UTF-16' > .gitattributes && printf '\\377\\376x\\000' > u.txt"},
      {.name = "AttributesEol",
       .attack = "attributes `text` and `eol`",
       .plant = "echo '* text eol=lf' > .gitattributes && printf 'a\\r\\nb\\r\\n' > crlf.txt"},
      {.name = "AttributesNoDiff",
       .attack = "`* -diff` hides the patch",
       .plant = "echo '* -diff' > .gitattributes"},
      {.name = "GitattributesEverywhere",
       .attack = "a `.gitattributes` of its own in each folder",
       .plant =
           "for d in . src src/deep; do echo '* filter=lfs diff=lfs merge=lfs -text' > $d/.gitattributes; done"},
  };
  return rows;
}

const std::vector<Planted>& special_files() {
  static const std::vector<Planted> rows{
      {.name = "TrackedFifo",
       .attack = "a file of the base becomes a FIFO",
       .plant = "rm README.md && mkfifo README.md",
       .left_out = "README.md: special file"},
      {.name = "Fifo", .attack = "a new FIFO", .plant = "mkfifo pipe", .left_out = "pipe: special file"},
      {.name = "Socket",
       .attack = "a socket",
       .plant = "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"socket\")'",
       .left_out = "socket: special file"},
      {.name = "GitignoreFifo",
       .attack = "`.gitignore` is a FIFO",
       .plant = "rm .gitignore && mkfifo .gitignore src/.gitignore",
       .left_out = ".gitignore: special file\nsrc/.gitignore: special file"},
      {.name = "GitattributesFifo",
       .attack = "`.gitattributes` is a FIFO",
       .plant = "mkfifo .gitattributes",
       .left_out = ".gitattributes: special file"},
      {.name = "GitmodulesFifo",
       .attack = "`.gitmodules` and `.mailmap` are FIFOs",
       .plant = "mkfifo .gitmodules .mailmap",
       .left_out = ".gitmodules: special file\n.mailmap: special file"},
      {.name = "SparseFile",
       .attack = "a sparse file of 1 TiB",
       .plant = "truncate -s 1T huge",
       .left_out = "huge: oversize"},
      {.name = "SymlinkOut",
       .attack = "symlinks to files and folders outside",
       .plant =
           R"(ln -s "$OUT/precious" out && ln -s / root && ln -s . self && ln -s "$OUT/project" project)"},
      {.name = "FolderBecomesSymlink",
       .attack = "a folder of the base becomes a symlink to one outside",
       .plant =
           R"(rm -r src/deep && mkdir "$OUT/deep" && echo stolen > "$OUT/deep/b.txt" && ln -s "$OUT/deep" src/deep)"},
      {.name = "GitignoreSymlink",
       .attack = "`.gitignore` is a symlink to `/dev/zero`",
       .plant = "rm .gitignore && ln -s /dev/zero .gitignore"},
  };
  return rows;
}

const std::vector<Planted>& repositories_and_names() {
  static const std::vector<Planted> rows{
      {.name = "NestedEmptyRepository",
       .attack = "an empty repository in a folder (`add -A` fails)",
       .plant = "git init -q nested && echo 1 > nested/one",
       .left_out = "nested/.git: nested repository"},
      {.name = "NestedRepository",
       .attack = "a repository with commits in a folder (`add -A` would keep a link and lose the files)",
       .plant =
           "git init -q nested && echo 1 > nested/one && git -C nested add one && git -C nested commit -qm one",
       .left_out = "nested/.git: nested repository"},
      {.name = "GitmodulesUpdate",
       .attack = "`.gitmodules` with `update = !command` and a gitlink",
       .plant = R"(printf '[submodule "s"]\n\tpath = s\n\turl = ./s\n\tupdate = !%s\n' "$RUN" > .gitmodules
                   git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),s && git add .gitmodules && git commit -qm s)",
       .history_lost = "gitmodulesUpdate",
       .landing_refused = "gitmodulesUpdate"},
      {.name = "GitmodulesSymlink",
       .attack = "`.gitmodules` is a symlink",
       .plant = "ln -s /etc/passwd .gitmodules",
       .left_out = ".gitmodules: bad name"},
      {.name = "DotGitNames",
       .attack =
           "names that another file system takes for `.git` (`git~1`, `.GIT`, `.git.`, `.g` U+200C `it`)",
       .plant = "echo x > git~1 && mkdir src/.GIT && echo x > src/.GIT/config && echo x > .git. && "
                "echo x > \"$(printf '.g\\342\\200\\214it')\"",
       .left_out = ".git.: bad name\n.g\xe2\x80\x8cit: bad name\ngit~1: bad name\nsrc/.GIT: bad name"},
      {.name = "NewlineInName",
       .attack = "newlines, quotes, escape sequences in names",
       .plant =
           R"sh(touch "$(printf 'a\nM 100644 inline b\n.c')" "$(printf '\033[2K')" '"quoted"' "'" '\')sh"},
      {.name = "NameNotUtf8",
       .attack = "names that are not UTF-8",
       .plant = R"sh(touch "$(printf 'latin-\351')" "$(printf '\377\376')")sh"},
      {.name = "NameLikeAnOption",
       .attack = "names that look like options or pathspecs",
       .plant = "touch ./-rf ./--output=x ':(top)x' ':!x' '*' '[a]' && mkdir -- '-C' && touch ./-C/x"},
      {.name = "CaseCollision",
       .attack = "names that differ in case only",
       .plant = "echo other > readme.md && mkdir SRC && echo other > SRC/a.txt"},
  };
  return rows;
}

}  // namespace

const std::vector<Planted>& planted_files() {
  static const std::vector<Planted> rows = [] {
    std::vector<Planted> all;
    for (const auto* group : {&rules_and_attributes(), &special_files(), &repositories_and_names()})
      all.insert(all.end(), group->begin(), group->end());
    return all;
  }();
  return rows;
}

}  // namespace orchestrate::workspaces
