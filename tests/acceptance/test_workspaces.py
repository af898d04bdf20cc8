"""Where agents work, and what of it reaches the project."""

import hashlib
import os

from case import Case
from project import Project, expect

# Makes a file, commits it, waits for the other agent to be as far, and leaves more behind if asked to.
COMMITTER = """
import subprocess
name, other, folder, dirty = sys.argv[1:]
with open(name + ".bin", "wb") as file:
    file.write(bytes(range(256)) * 50 + name.encode())
os.symlink("../outside", name + "-link")
with open(name + "-tool.sh", "w") as file:
    file.write("#!/bin/sh\\n")
os.chmod(name + "-tool.sh", 0o755)
os.makedirs(b"d\\xff " + name.encode())
with open(b"d\\xff " + name.encode() + b"/\\n\\"q\\"", "w") as file:
    file.write("an odd name\\n")
os.remove("old.txt")
git = ["git", "-c", "user.name=" + name, "-c", "user.email=" + name + "@example.invalid"]
subprocess.run(git + ["add", "--all"], check=True)
subprocess.run(git + ["commit", "--quiet", "--message", "By " + name], check=True)
open(os.path.join(folder, name), "w").close()
while not os.path.exists(os.path.join(folder, other)):
    time.sleep(0.01)
if dirty == "yes":
    with open("uncommitted.txt", "w") as file:
        file.write("not committed\\n")
    with open("README.md", "a") as file:
        file.write("and more\\n")
"""


def blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def tree_of(project: Project, branch: str) -> dict[bytes, tuple[str, str]]:
    tree = {}
    for entry in project.git_bytes("ls-tree", "-r", "-z", branch).split(b"\0")[:-1]:
        facts, _, path = entry.partition(b"\t")
        mode, _, sha = facts.decode().split()
        tree[path] = mode, sha
    return tree


def work_of(name: str) -> dict[bytes, tuple[str, str]]:
    return {
        f"{name}.bin".encode(): ("100644", blob(bytes(range(256)) * 50 + name.encode())),
        f"{name}-link".encode(): ("120000", blob(b"../outside")),
        f"{name}-tool.sh".encode(): ("100755", blob(b"#!/bin/sh\n")),
        b"d\xff " + name.encode() + b"/\n\"q\"": ("100644", blob(b"an odd name\n")),
    }


class Workspaces(Case):
    def test_two_agents_at_once_leave_two_branches_with_exactly_their_bytes_and_the_checkout_untouched(self) -> None:
        project = self.project
        project.write("old.txt", "to be removed\n")
        self.ready({"dispatch": {"max_parallel": 2}})
        project.write("mine.txt", "the owner's, not committed\n")
        project.git("status")  # refreshes the index, so that it can be compared
        base = tree_of(project, "HEAD")
        del base[b"old.txt"]
        head, index = project.git("rev-parse", "HEAD"), (project.root / ".git/index").read_bytes()
        meet = project.folder / "meet"
        meet.mkdir()
        left = project.add("Left", "--run", self.python(COMMITTER, "left", "right", meet, "no"))
        right = project.add("Right", "--run", self.python(COMMITTER, "right", "left", meet, "yes"))
        project.run(status=0)

        runs = {name: project.last_run(task) for name, task in (("left", left), ("right", right))}
        dirty = {b"uncommitted.txt": ("100644", blob(b"not committed\n")),
                 b"README.md": ("100644", blob(b"A project.\nand more\n"))}
        for name, extra in (("left", {}), ("right", dirty)):
            expected = {**base, **work_of(name), **extra}
            found = tree_of(project, runs[name]["branch"])
            expect(found == expected, f"the branch of {name} is not what it left",
                   *(set(found.items()) ^ set(expected.items())))
            expect(project.git("rev-parse", f"{runs[name]['branch']}^{{tree}}").strip() == runs[name]["tree"],
                   "the branch is not the tree that was judged", runs[name])
            expect(f"By {name}" in project.git("log", "--format=%s", runs[name]["branch"]), "its commit is lost")
        expect(project.git("rev-parse", "HEAD") == head, "HEAD was moved")
        expect((project.root / ".git/index").read_bytes() == index, "the index was touched")
        expect(project.git("status", "--porcelain") == "?? mine.txt\n", "the checkout was touched",
               project.git("status"))
        expect(project.git("branch", "--format=%(refname:short)").split() ==
               ["main", runs["left"]["branch"], runs["right"]["branch"]], "other branches", project.git("branch"))

    def test_work_that_is_not_accepted_is_kept_and_named(self) -> None:
        project = self.ready({"limits": {"task_attempts": 1}})
        task = project.add("Half done", "--run", self.sh("echo half > half.txt; exit 9"))
        project.run(status=1)
        run = project.last_run(task)
        expect(run["branch"] == f"orchestrate/{task}-unfinished", "no branch for unfinished work", run)
        expect(project.git("show", f"{run['branch']}:half.txt") == "half\n", "the work is not in it")
        expect(os.path.isdir(run["workspace"]), "the workspace was not kept", run)
        item = project.checked("inbox", "show", str(project.inbox()[0]["id"]))
        expect(run["branch"] in item and run["workspace"] in item, "the item does not say where the work lies", item)

    def test_in_place_works_in_the_checkout_one_at_a_time(self) -> None:
        project = self.ready({"workspace": {"kind": "in-place"}})
        once = "mkdir busy; pwd > where.txt; echo x >> count.txt; sleep 0.2; rmdir busy"
        tasks = [project.add(f"In place {n}", "--run", self.sh(once)) for n in range(2)]
        project.run(status=0)
        expect([project.show(task)["state"] for task in tasks] == ["done", "done"], "not done")
        expect((project.root / "where.txt").read_text() == f"{project.root}\n", "not in the project's own checkout")
        expect((project.root / "count.txt").read_text() == "x\nx\n", "not both")

    def test_scratch_is_an_empty_folder_and_needs_no_repository(self) -> None:
        project = self.project
        project.agent_type("worker", driver="script", workspace="scratch")
        project.configure()
        seen = project.folder / "seen"
        task = project.add("Scratch", "--run", self.sh('pwd > "$1"; ls -A >> "$1"; echo x > left.txt', seen))
        project.run(status=0)
        where, *files = seen.read_text().splitlines()
        expect(not files, "the folder is not empty", files)
        expect(not where.startswith(str(project.root)), "it lies inside the project", where)
        expect(project.show(task)["state"] == "done", "not done", project.show(task))

    def test_a_dependent_task_starts_after_what_it_depends_on(self) -> None:
        project = self.ready({"dispatch": {"max_parallel": 4}})
        order = project.folder / "order"
        note = 'echo "$2 begins" >> "$1"; sleep 0.2; echo "$2 ends" >> "$1"'
        first = project.add("First", "--priority", "P3", "--run", self.sh(note, order, "first"))
        second = project.add("Second", "--priority", "P0", "--depends-on", first, "--run",
                             self.sh(note, order, "second"))
        why = project.checked("why", second)
        expect(f"depends on {first}" in why, "`why` does not say", why)
        project.run(status=0)
        expect(order.read_text().split("\n")[:-1] == ["first begins", "first ends", "second begins", "second ends"],
               "not in order", order.read_text())
        expect(project.last_run(first)["ended_at"] <= project.last_run(second)["started_at"], "the times disagree")
