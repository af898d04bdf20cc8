"""Yesterday's state beside today's runs, results and workspaces: nothing is done that did not run, nothing runs again."""

import shutil
from pathlib import Path

from case import Case
from project import expect

# Counts its starts outside the project, and makes something.
COUNTED = """
echo "$2" >> "$1"
echo "$2" > "made-$2.txt"
"""


class Backup(Case):
    @property
    def file(self) -> Path:
        return self.project.folder / "night.db"

    def counted(self, title: str) -> str:
        return self.project.add(title, "--run", self.sh(COUNTED, self.project.folder / "starts", title))

    def starts(self) -> list[str]:
        file = self.project.folder / "starts"
        return sorted(file.read_text().split()) if file.exists() else []

    def today(self) -> None:
        """A task of yesterday that has run, one that runs after the copy was made, and one that is queued after it."""
        self.ready(workspace="clone")
        self.counted("before")
        self.project.run(status=0)
        self.counted("across")
        self.copy()
        self.counted("after")
        self.project.run(status=0)
        expect(self.starts() == ["across", "after", "before"], "each once", self.starts())

    def copy(self) -> None:
        self.project.checked("backup", str(self.file))

    def expect_asked(self) -> None:
        done = self.project.run(status=3)
        expect(self.starts() == ["across", "after", "before"], "something ran again", self.starts(), done.stdout)
        items = self.project.inbox()
        expect([item["kind"] for item in items] == ["unknown_outcome"], "one decision", items)
        shown = self.project.checked("inbox", "show", str(items[0]["id"]))
        expect("older copy of itself" in shown and "runs/" in shown, "what happened, and where it lies", shown)
        expect(self.project.show("2")["state"] == "waiting_human", "the task waits")
        expect(self.project.show("1")["state"] == "done", "what was done stays done")
        # Its number is not given again, so nobody's workspace is another task's.
        expect(self.project.add("new", "--manual") == "4", "the id of the lost task was given again")
        self.project.git("branch", "-m", "orchestrate/2", "before/2")  # else it is in the way, and not overwritten
        self.project.checked("inbox", "answer", str(items[0]["id"]), "retry")
        self.project.run(status=3)
        expect(self.starts() == ["across", "across", "after", "before"], "it runs once a person has said so", self.starts())
        expect(self.project.show("2")["state"] == "done", "done, by its own evidence", self.project.show("2"))

    def test_what_ran_after_the_copy_that_was_restored_waits_for_a_person(self) -> None:
        self.today()
        said = self.project.checked("restore", str(self.file))
        expect("tasks 3" in said and "runs 2, 3" in said, "what is newer", said)
        self.expect_asked()

    def test_a_copy_that_was_put_in_place_by_hand_is_met_in_the_same_way(self) -> None:
        self.today()
        for name in ("state.db-wal", "state.db-shm"):
            (self.project.state / name).unlink(missing_ok=True)
        shutil.copy(self.file, self.project.state / "state.db")
        self.expect_asked()

    def test_a_restore_is_refused_while_a_session_runs_and_a_backup_is_not(self) -> None:
        self.ready(workspace="scratch")
        session = self.project.begin("run", "--watch")
        try:
            self.project.checked("add", "wake", "--manual")
            self.copy()
            done = self.project.verb("restore", str(self.file))
            expect(done.returncode == 1 and "a session runs (pid " in done.stderr, "refused", done.stdout, done.stderr)
        finally:
            session.terminate()
            session.communicate(timeout=60)
