"""What goes wrong with us or around us: a clear message, nothing half done, the documented exit status."""

import contextlib
import os
import shutil
import subprocess

from case import Case
from project import RUN_TIMEOUT_S, Project, expect, wait_for

SIX_MISTAKES = {
    "agents.toml": """\
[agent_types.worker]
driver = "scrpt"
wall_limit = "45 minutes"
capabilites = ["backend"]

[agent_types.other]
driver = "script"
fallback = ["wroker"]
""",
    "routing.toml": """\
default = "workr"
""",
    "orchestrate.toml": """\
[dispatch]
max_parallel = "four"
""",
}


class Mistakes(Case):
    def expect_untouched(self, project: Project, task: str) -> None:
        shown = project.show(task)
        expect(shown["state"] == "queued" and not shown["runs"], "something was half done", shown)

    def expect_for_a_human(self, task: str, *words: str) -> None:
        project = self.project
        done = project.run(status=3)
        expect([item["kind"] for item in project.inbox()] == ["spawn_failed"], "not one spawn_failed", project.inbox())
        packet = project.checked("inbox", "show", str(project.inbox()[0]["id"]))
        for word in words:
            expect(word in packet, f"the packet does not say `{word}`", packet, done.stdout)
        expect(project.show(task)["state"] == "waiting_human", "it does not wait for a human", project.show(task))
        project.expect_nothing_left()

    def test_a_misspelt_verb_is_named_with_the_one_that_was_meant(self) -> None:
        project = self.ready()
        done = project.verb("lst")
        expect(done.returncode == 2 and "did you mean `list`?" in done.stderr, "no suggestion", done.stderr)

    def test_six_mistakes_are_all_shown_with_place_caret_and_suggestion_and_nothing_is_started(self) -> None:
        project = self.ready()
        ran = project.folder / "ran"
        task = project.add("Work", "--run", f"touch {ran}")
        for name, text in SIX_MISTAKES.items():
            project.write(f".orchestrate/{name}", text)
        said = project.checked("config", "check", status=2)
        places = ["agents.toml:2:10", "agents.toml:3:14", "agents.toml:4:1", "agents.toml:8:13", "routing.toml:1:11",
                  "orchestrate.toml:2:16"]
        for place in places:
            expect(f".orchestrate/{place}: error: " in said, f"nothing said about {place}", said)
        lines = said.splitlines()
        for n, line in enumerate(lines):
            if ": error: " in line:
                expect("|" in lines[n + 1] and "^" in lines[n + 2], "no source line with a caret", *lines[n:n + 3])
        expect(sum(": error: " in line for line in lines) == 6 and "6 problems" in said, "not six", said)
        for meant in ("script", "capabilities", "worker"):
            expect(f"did you mean `{meant}`?" in said, f"`{meant}` is not suggested", said)
        errors = self.project.verb("config", "check", "--json")
        expect(errors.returncode == 2 and errors.stdout.count('"line"') == 6, "not six in JSON", errors.stdout)

        refused = project.run(status=2)
        expect(all(place in refused.stderr for place in places), "`run` does not show them", refused.stderr)
        expect(not ran.exists(), "an agent was started")
        expect(project.sql("SELECT count(*) FROM sessions") == "0\n", "a session was begun")
        project.configure()
        self.expect_untouched(project, task)

    def test_a_missing_shim_is_named_and_nothing_is_begun(self) -> None:
        project = self.ready()
        alone = project.folder / "bin/orchestrate"
        alone.parent.mkdir()
        try:
            os.link(project.orchestrate, alone)
        except OSError:
            shutil.copy2(project.orchestrate, alone)
        task = project.add("Work", "--run", "true")
        with_shim, project.orchestrate = project.orchestrate, alone
        done = project.run()
        project.orchestrate = with_shim
        expect(done.returncode == 70, f"run exits {done.returncode}, not 70", done.stderr)
        expect(done.stderr.startswith("orchestrate: ") and str(alone.parent / "orchestrate-shim") in done.stderr,
               "it does not say what is missing", done.stderr)
        self.expect_untouched(project, task)
        project.run(status=0)

    def test_a_missing_git_is_named(self) -> None:
        project = self.ready()
        git, nothing = shutil.which("git", path=project.env["PATH"]), project.folder / "nothing"
        nothing.touch(0o644)
        # Only for this one process and what it starts.
        hide = ["unshare", "--mount", "sh", "-c", 'mount --bind "$1" "$2" && shift 2 && exec "$@"', "sh", nothing, git]
        hidden = subprocess.run([*hide, "true"], capture_output=True, text=True)
        if hidden.returncode != 0:
            self.skipTest(f"no program can be hidden here: {hidden.stderr.strip()}")
        project.add("Work", "--run", "true")
        done = subprocess.run([*hide, *project.argv("run")], env=project.env, capture_output=True, text=True,
                              timeout=60)
        expect(done.returncode == 3, f"run exits {done.returncode}, not 3", done.stdout, done.stderr)
        packet = project.checked("inbox", "show", str(project.inbox()[0]["id"]))
        expect(project.inbox()[0]["kind"] == "spawn_failed" and "git" in packet, "git is not named", packet)

    def test_the_bare_environment_of_cron_is_enough(self) -> None:
        project = self.ready({"workspace": {"root": str(self.project.folder / "workspaces")}})
        task = project.add("Work", "--run", self.sh("echo x > made.txt"), "--check", "test -e made.txt")
        project.env = {"PATH": "/usr/bin:/bin"}
        project.run(status=0)
        expect(project.show(task)["verified"] is True, "not done and verified", project.show(task))

    def test_a_missing_agent_program_is_named(self) -> None:
        project = self.ready()
        task = project.add("Work", "--run", "no-such-program-anywhere --flag")
        self.expect_for_a_human(task, "no-such-program-anywhere")

    def test_a_missing_agent_cli_is_named_before_anything_is_made_for_it(self) -> None:
        project = self.project
        project.agent_type("coder", driver="claude", command="no-such-claude")
        project.configure()
        project.commit()
        task = project.add("Work")
        self.expect_for_a_human(task, "no-such-claude")
        expect(not list((project.state / "runs").iterdir()), "a run was begun")

    def test_a_project_that_is_no_git_repository_is_named(self) -> None:
        project = self.project
        project.agent_type("worker", driver="script")
        project.configure()
        task = project.add("Work", "--run", "true")
        self.expect_for_a_human(task, "git", str(project.root))

    def test_a_state_directory_that_cannot_be_made_is_named(self) -> None:
        project = self.ready()
        project.write(".orchestrate/state", "in the way\n")
        for verb in (["add", "Work"], ["run"], ["list"]):
            done = project.verb(*verb)
            expect(done.returncode == 70, f"{verb[0]} exits {done.returncode}, not 70", done.stderr)
            expect(str(project.state) in done.stderr, "it does not say where", done.stderr)
        expect((project.root / ".orchestrate/state").read_text() == "in the way\n", "what was in the way is gone")

    def test_a_read_only_state_directory_is_named(self) -> None:
        if os.geteuid() == 0:
            self.skipTest("root may write everywhere")
        project = self.ready()
        project.add("Work", "--run", "true")
        for folder in (project.state, *project.state.iterdir()):
            folder.chmod(0o500 if folder.is_dir() else 0o400)
        done = project.run(status=70)
        expect(str(project.state) in done.stderr, "it does not say where", done.stderr)
        project.state.chmod(0o700)

    def small_disk_for_the_state(self, megabytes: int) -> Project:
        project = self.ready({"limits": {"task_attempts": 1}, "retention": {"free_disk_floor": "1KiB"}})
        project.state.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "acceptance", str(project.state)]
        mounted = subprocess.run(mount, capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest(f"no tmpfs may be mounted here: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "--lazy", str(project.state)], check=True)
        return project

    def make_room(self) -> None:
        subprocess.run(["mount", "-o", "remount,size=64m", str(self.project.state)], check=True)

    def test_a_full_disk_is_named_and_the_work_is_done_when_there_is_room(self) -> None:
        project = self.small_disk_for_the_state(1)
        task = project.add("Work", "--run", "true")
        with (project.state / "ballast").open("wb", buffering=0) as ballast, contextlib.suppress(OSError):
            while ballast.write(bytes(4096)):
                pass
        done = project.run(status=70)
        named = str(project.state) in done.stderr and "No space left" in done.stderr
        expect(named, "the disk is not named", done.stderr)
        self.make_room()
        self.expect_untouched(project, task)
        project.run(status=0)

    def test_an_agent_that_fills_the_disk_is_run_once_and_its_session_waits_for_room(self) -> None:
        project = self.small_disk_for_the_state(2)
        starts = project.folder / "starts"
        told = project.folder / "told"
        flood = 'echo x >> "$1"; head -c 20000000 /dev/zero; echo x > made.txt'
        task = project.add("Work", "--run", self.sh(flood, starts), "--check", "test -e made.txt")
        with told.open("w") as stream:
            session = project.begin("run", stdout=stream, stderr=stream)
        waits = ("the state cannot be written, the session waits", "nothing starts for now")
        wait_for(lambda: any(text in told.read_text() for text in waits), "the session says that it waits")
        self.make_room()
        expect(session.wait(timeout=RUN_TIMEOUT_S) == 0, f"run exits {session.returncode}", told.read_text())
        shown = project.show(task)
        expect(shown["verified"] is True, "not done and verified with room", shown)
        expect(starts.read_text() == "x\n", "the agent did not run once", starts.read_text())
        expect(shown["ledger"]["attempts"] == 1 and project.inbox() == [], "somebody is blamed", shown, project.inbox())

    def test_wrong_usage_exits_2_and_says_what_to_do(self) -> None:
        project = self.ready()
        for arguments in (["run", "--until", "late"], ["run", "--max-parallel", "0"], ["add", "x", "--priority", "P9"],
                          ["add", "x", "--check", "a | b"], ["add", ""], ["lst"], ["show"],
                          ["add", "x", "--agent", "workr"]):
            done = project.verb(*arguments)
            expect(done.returncode == 2, f"{arguments} exits {done.returncode}, not 2", done.stdout, done.stderr)
            expect(done.stderr.startswith("orchestrate: "), "no message of ours", done.stderr)
        expect(project.json("list") == [], "something was queued", project.json("list"))
        expect(project.verb("show", "7").returncode == 1, "a task that is not there exits otherwise than 1")
