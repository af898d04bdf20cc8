"""Text and bytes that want to be something else, and what an agent gets to see of us."""

import json
import os
from pathlib import Path

from case import Case
from project import MARK, expect, files_below, wait_for

BAD_BYTES = b"\x1b]0;owned\x07\x1b[31m\xff\xfe\xc0\xaf\xe2\x80\xae\r\x9b2J"
TITLES = [
    b"quotes \" ' ` $(touch owned) ; rm -rf x",
    b"--help --json -C /",
    b"two\nlines\n\nP0  1  done",
    b"bytes " + BAD_BYTES + b" end",
]
SECRET = "tok-5e7d1c0a9b8f4e62"

# What it was given: its environment to the byte, its descriptors, its folder.
LOOK = """
import json
names = {}
for name in os.listdir("/proc/self/fd"):
    try:
        names[name] = os.readlink("/proc/self/fd/" + name)
    except OSError:
        pass
with open("/proc/self/environ", "rb") as file:
    environ = file.read().decode().split("\\0")[:-1]
with open(sys.argv[1] + ".new", "w") as file:
    json.dump({"fds": names, "environ": dict(entry.split("=", 1) for entry in environ)}, file)
os.rename(sys.argv[1] + ".new", sys.argv[1])
while len(sys.argv) > 2 and not os.path.exists(sys.argv[2]):
    time.sleep(0.02)
"""


class Hostile(Case):
    def test_a_description_of_a_megabyte_arrives_whole_from_a_file_and_from_stdin(self) -> None:
        project = self.ready()
        text = "".join(f"line {n}: \u20ac /start @README.md {{title}} " + "lorem ipsum " * 4 + "\n"
                       for n in range(14_000))
        expect(len(text.encode()) > 1_000_000, "the text is not large")
        file = project.folder / "description.md"
        file.write_text(text)
        tasks = [project.add("From a file", "--description-file", str(file)),
                 project.add("From stdin", "--description", "-", stdin=text),
                 project.add("From stdin too", "--description-file", "-", stdin=text)]
        for task in tasks:
            expect(project.show(task)["description"] == text, "not stored whole")
            expect(text in project.json("prompt", task)["prompt"], "not whole in the prompt")

    def test_no_title_is_an_option_a_command_or_an_escape_sequence(self) -> None:
        project = self.ready({"limits": {"task_attempts": 1}})
        tasks = [project.add(title, "--description", title, "--run", self.fail_loudly()) for title in TITLES]
        manual = [project.add(title, "--manual") for title in TITLES]
        run = project.run("--max-parallel", "1", status=1)
        items = [str(item["id"]) for item in project.inbox()]
        expect(len(items) == 2 * len(TITLES), "not one item per task", items)
        said = [run, *(project.verb(*verb) for verb in (
            ["list"], ["status"], ["plan"], ["inbox"], ["report"],
            *([verb, task] for task in tasks + manual for verb in ("show", "why", "route", "prompt")),
            *(["log", task] for task in tasks), *(["log", task, "--stderr"] for task in tasks),
            *(["inbox", "show", item] for item in items)))]
        for done in said:
            text = done.stdout + done.stderr
            expect(done.returncode in (0, 1), f"{done.args[3:]} exits {done.returncode}", text)
            if "prompt" not in done.args:
                bad = [c for c in text if c in "\x1b\x07\r\x9b\u202e" or "\udc80" <= c <= "\udcff"]
                expect(not bad, f"{done.args[3:]} prints bytes that are not for a terminal", repr(bad), repr(text))
        for verb in (["list"], ["inbox"], ["report"], ["plan"], *(["show", task] for task in tasks + manual)):
            document = project.checked(*verb, "--json")
            document.encode()
            json.loads(document)
        titles = [task["title"] for task in project.json("list")]
        expect(titles[:3] == [title.decode() for title in TITLES[:3]], "titles were changed", titles)
        expect(not files_below(project.folder, "owned"), "a title was run")

    def fail_loudly(self) -> str:
        return self.python(f"os.write(1, {BAD_BYTES!r} + b'\\n'); os.write(2, {BAD_BYTES!r} * 3); sys.exit(1)")

    def test_a_hostile_row_from_sql_does_not_stop_the_night(self) -> None:
        project = self.ready()
        project.json("list")
        project.sql("INSERT INTO tasks (title, needs, run_command, checks) VALUES "
                    "(CAST(x'1b5b6d00ff' AS TEXT), '[1, null, {\"a\": []}]', 'sh -c \"unbalanced', '[\"a | b\"]')")
        good = project.add("Good", "--run", "true")
        project.run()
        expect(project.show(good)["state"] == "done", "one bad row stopped the others", project.show(good))
        expect("\x1b" not in project.checked("list") + project.checked("show", "1"), "an escape byte is printed")

    def test_an_agent_sees_only_the_variables_it_is_given_and_no_descriptor_of_ours(self) -> None:
        project = self.ready(env_pass=["PASSED_ON", "NOT_THERE"], env={"GIVEN": "a value"})
        seen = project.folder / "seen"
        project.add("Look", "--run", self.python(LOOK, seen))
        secret = os.open("/etc/passwd", os.O_RDONLY)
        os.set_inheritable(secret, True)
        project.env |= {"PASSED_ON": "yes", "OUR_SECRET": SECRET, "ANTHROPIC_API_KEY": SECRET, "LD_LIBRARY_PATH": "/x",
                        "TERM": "dumb"}
        session = project.begin("run", pass_fds=[secret])
        os.close(secret)
        out, err = session.communicate(timeout=60)
        expect(session.returncode == 0, f"run exits {session.returncode}", out, err)
        saw = json.loads(seen.read_text())
        allowed = {"PATH", "HOME", "LANG", "LC_ALL", "TZ", "TERM", "USER", "TMPDIR", "PASSED_ON", "GIVEN", MARK}
        strange = {name for name in saw["environ"] if name not in allowed and not name.startswith("ORCHESTRATE_")}
        expect(not strange, "variables that nobody passed on", strange)
        expect(SECRET not in str(saw["environ"]), "a secret was passed on", saw["environ"])
        expect(saw["environ"]["PASSED_ON"] == "yes" and saw["environ"]["GIVEN"] == "a value", "not passed on", saw)
        expect(saw["environ"]["HOME"] == str(project.state / "homes/worker"), "not the isolated HOME", saw["environ"])
        # Looking at the descriptors takes one.
        ours = {name: path for name, path in saw["fds"].items() if name not in "012" and not path.endswith("/fd")}
        expect(not ours, "descriptors of ours", ours)
        expect(saw["fds"]["0"] == "/dev/null", "stdin is not empty", saw["fds"])

    def test_a_passed_on_secret_is_written_nowhere_and_in_no_command_line(self) -> None:
        project = self.ready({"checks": {"default": ["test -e README.md"]}}, env_pass=["DEPLOY_TOKEN"])
        seen, go = project.folder / "seen", project.folder / "go"
        project.add("Look", "--run", self.python(LOOK, seen, go))
        project.env["DEPLOY_TOKEN"] = SECRET
        session = project.begin("run")
        wait_for(seen.exists, "the agent has looked")
        expect(json.loads(seen.read_text())["environ"]["DEPLOY_TOKEN"] == SECRET, "it was not passed on")
        seen.unlink()
        self.expect_secret_nowhere()
        go.touch()
        out, err = session.communicate(timeout=60)
        expect(session.returncode == 0, f"run exits {session.returncode}", out, err)
        expect(SECRET not in out + err, "it is in our output", out, err)
        self.expect_secret_nowhere()

    def expect_secret_nowhere(self) -> None:
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                expect(SECRET.encode() not in entry.read_bytes(), f"the secret is in {entry}")
            except OSError:
                continue
        for file in files_below(self.project.folder):
            if file.is_file() and not file.is_symlink():
                try:
                    expect(SECRET.encode() not in file.read_bytes(), f"the secret is in {file}")
                except FileNotFoundError:
                    continue

    def test_what_is_ours_is_private(self) -> None:
        project = self.ready()
        project.add("Work", "--run", "true")
        project.run(status=0)
        expect(project.state.stat().st_mode & 0o077 == 0, "others may look into the state",
               oct(project.state.stat().st_mode))

    def test_an_agent_cannot_hide_behind_a_changed_git_directory(self) -> None:
        project = self.ready()
        owned = project.folder / "owned"
        body = ('echo changed >> README.md; git update-index --assume-unchanged README.md; rm -f .git/index; '
                'printf "#!/bin/sh\\ntouch $1\\n" > "$2"; chmod +x "$2"; mkdir hooks; '
                'for hook in post-checkout reference-transaction pre-commit; do cp "$2" hooks/$hook; done; '
                'git config core.hooksPath "$PWD/hooks"; git config filter.x.clean "$2"; '
                'git config filter.x.smudge "$2"; echo "* filter=x" > .gitattributes; '
                'mkfifo pipe; ln -s /etc/passwd link; git config core.fsmonitor "$2"; '
                'git status >/dev/null 2>&1; [ -e "$1" ]; rm "$1"')  # the trap works for whoever believes this place
        task = project.add("Hide", "--run", self.sh(body, owned, project.folder / "own-it"), "--check",
                           "grep -q changed README.md")
        project.run(status=0)
        run = project.last_run(task)
        expect(not owned.exists(), "a command of the workspace's configuration was run by us")
        expect(project.git("show", f"{run['branch']}:README.md") == "A project.\nchanged\n", "a change was hidden")
        expect(any(text.startswith("pipe: ") for text in run["left_out"]), "the FIFO is not named as left out", run)

    def test_any_bytes_that_a_check_prints_are_survived_and_shown_harmlessly(self) -> None:
        project = self.ready({"limits": {"task_attempts": 1}})
        task = project.add("Work", "--run", self.sh("echo x > made.txt"), "--check", self.fail_loudly())
        project.run(status=1)
        expect("output_tail" in project.last_run(task)["checks"][0], "no evidence", project.last_run(task))
        for done in (project.verb("show", task), project.verb("inbox", "show", "1"), project.verb("report")):
            bad = [c for c in done.stdout if c in "\x1b\x07\r\x9b\u202e" or "\udc80" <= c <= "\udcff"]
            expect(done.returncode == 0 and not bad, "bytes that are not for a terminal", repr(done.stdout))

    def test_a_workspace_that_was_removed_or_replaced_leads_nobody_astray(self) -> None:
        project = self.ready({"dispatch": {"max_parallel": 1}, "limits": {"task_attempts": 1}})
        project.write("precious.txt", "the owner's\n")
        led = project.folder / "led-astray"
        check = self.sh('[ ! -e precious.txt ] || touch "$1"', led)
        replace = 'here=$PWD; cd /; rm -rf "$here"; [ -z "$1" ] || ln -s "$1" "$here"'
        tasks = [project.add("Remove", "--run", self.sh(replace, ""), "--check", check),
                 project.add("Replace", "--run", self.sh(replace, project.root), "--check", check)]
        status = project.run().returncode
        expect(status in (1, 3), f"run exits {status}")
        for task in tasks:
            shown = project.show(task)
            expect(shown["state"] in ("waiting_human", "failed"), "it counts as done", shown)
            expect(not shown["runs"][0]["branch"], "something was published", shown)
        expect(not led.exists(), "a check was run in the project's own checkout")
        expect((project.root / "precious.txt").read_text() == "the owner's\n", "the owner's file is gone")
        expect(project.git("status", "--porcelain") == "?? precious.txt\n", "the checkout was touched")
