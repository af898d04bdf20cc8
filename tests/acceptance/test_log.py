"""What an agent prints, while it prints it; and an inbox that is kept tidy."""

import json

from case import Case
from project import expect, wait_for

# Prints, waits to be let go on, prints again.
TALK = """
echo first words
while ! test -e "$1/go"; do sleep 0.02; done
echo last words
echo on stderr >&2
"""


class Log(Case):
    def follow(self, *arguments: str):
        """`log` with its output in a file, so that it can be looked at while it runs."""
        with open(self.project.folder / "followed", "wb") as out:
            return self.project.begin("log", *arguments, "--follow", stdout=out)

    def followed(self) -> str:
        return (self.project.folder / "followed").read_text()

    def test_follow_waits_for_the_run_shows_it_as_it_goes_and_ends_with_it(self) -> None:
        project = self.ready(workspace="scratch")
        task = project.add("Talk", "--run", self.sh(TALK, project.folder))
        log = self.follow(task)
        expect("does not run yet" in log.stderr.readline(), "it does not say that it waits")
        session = project.begin("run", "--quiet")
        wait_for(lambda: self.followed() == "first words\n", "the first words are shown while the agent works")
        expect(log.poll() is None, "it ended before the run")
        (project.folder / "go").touch()
        _, said = log.communicate(timeout=60)
        expect(log.returncode == 0 and self.followed() == "first words\nlast words\n", "not all is shown", self.followed())
        expect(f"attempt 1 of task {task}: accept" in said, "how it ended is not said", said)
        session.communicate(timeout=60)
        expect(project.checked("log", task) == self.followed(), "log without --follow says otherwise")
        expect(project.checked("log", task, "--follow", "--stderr") == "on stderr\n", "a run that is over is not shown")

    def test_follow_ends_when_nobody_is_left_to_end_the_run(self) -> None:
        project = self.ready(workspace="scratch")
        task = project.add("Talk", "--run", self.sh(TALK, project.folder))
        session = project.begin("run", "--quiet")
        log = self.follow(task)
        wait_for(lambda: self.followed(), "the agent talks")
        session.kill()
        session.wait()
        expect(log.poll() is None, "the agent goes on, but following ended")
        (project.folder / "go").touch()
        _, said = log.communicate(timeout=60)
        expect("last words" in self.followed(), "the agent's last words are missing", self.followed())
        expect("the next `orchestrate run` takes it up" in said, "it does not say why it ended", said)

    def test_follow_sleeps_while_nothing_is_printed(self) -> None:
        project = self.ready(workspace="scratch")
        task = project.add("Talk", "--run", self.sh(TALK, project.folder))
        session = project.begin("run", "--quiet")
        log = self.follow(task)
        wait_for(lambda: self.followed(), "the agent talks")
        before = self.switches(log.pid)
        # Not luck: what is measured is a span of time, and more of it only makes the test stricter.
        expect(not self.waited(3, lambda: self.switches(log.pid) - before > 40), "it looks again and again")
        (project.folder / "go").touch()
        for child in (log, session):
            child.communicate(timeout=60)

    def waited(self, seconds: float, condition) -> bool:
        try:
            wait_for(condition, "it happens", seconds)
        except AssertionError:
            return False
        return True

    def switches(self, pid: int) -> int:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("voluntary_ctxt"))

    def test_follow_of_what_will_never_run_says_so(self) -> None:
        project = self.ready()
        task = project.add("Never")
        project.checked("cancel", task)
        refused = project.verb("log", task, "--follow")
        expect(refused.returncode == 1 and "has not been run yet" in refused.stderr, "not refused", refused.stderr)

    def test_archive_puts_away_what_is_closed_and_long_enough_ago(self) -> None:
        project = self.ready()
        for title in ("One", "Two"):
            project.add(title, "--manual")
        project.run(status=3)
        first, second = (str(item["id"]) for item in project.inbox())
        project.checked("inbox", "done", first)
        expect([str(item["id"]) for item in project.inbox()] == [second], "a closed item is shown")
        every = project.json("inbox", "--all")
        expect([item["status"] for item in every] == ["done", "open"], "--all does not show both", every)
        young = json.loads(project.checked("inbox", "archive", "--older-than", "7d", "--json"))
        expect(young == {"archived": 0}, "a young one was archived", young)
        expect(project.checked("inbox", "archive") == "1 item archived\n", "not one was archived")
        expect([str(item["id"]) for item in project.json("inbox", "--all")] == [second], "it is still there")
        refused = project.verb("inbox", "archive", "--older-than", "soon")
        expect(refused.returncode == 2 and "invalid older-than `soon`" in refused.stderr, "not refused", refused.stderr)
