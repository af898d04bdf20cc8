"""One cell of the matrix: a project of its own in which one CLI does one task, and what became of it in a few words."""

import json
import signal
import time
from pathlib import Path

from clis import CLIS, Cli, agent_type
from harness import Project, expect, files_below, kill, wait_for
from model_server.client import Server

WAIT_S = 120
SESSION_S = 400
HOUR_MS = 3_600_000
TOKENS_IN, TOKENS_OUT = 2200, 34  # of every answer of the scripted model


class Cell:
    def __init__(self, orchestrate: Path, binaries: Path, cli: str, server: Server) -> None:
        self.project = Project(orchestrate)
        self.cli: Cli = CLIS[cli]
        self.binaries, self.server = binaries, server
        self.label = ""

    def __enter__(self) -> "Cell":
        return self

    def __exit__(self, *exception) -> None:
        self.project.close()

    def agent(self, script: str, **keys: object) -> None:
        """Writes the project with one agent type, led to that script."""
        self.label = f"{script}~{self.cli.name}-{self.project.mark[:8]}"
        values = {**agent_type(self.cli, self.binaries, self.server.url(self.label)), **keys}
        self.project.agent_type("agent", **values)
        attempts = 2 if keys.get("resume") else 1
        self.project.configure({"limits": {"task_attempts": attempts}, "dispatch": {"max_parallel": 2}})
        self.project.commit()

    def task(self, *flags: str, title: str = "Make made.txt") -> str:
        return self.project.add(title, *flags)

    def checked_task(self, **words: str) -> str:
        return self.task("--check", "grep -q 'by the model' made.txt", **words)

    def run(self) -> None:
        """One session; a provider that must rest ends it."""
        attempts = "2" if self.project.agent_types["agent"].get("resume") else "1"
        self.project.verb("run", "--max-tasks", attempts, timeout_s=SESSION_S)

    def sent(self) -> list[dict]:
        return [request for request in self.server.requests(self.label) if request["method"] == "POST"]

    # What became of it --------------------------------------------------------------------------------------------

    def ending(self, task: str = "1") -> str:
        """The task's state in a few words, as the matrix prints it."""
        shown = self.project.show(task)
        if shown["state"] == "done":
            return "done (verified)" if shown["verified"] else "done (unverified)"
        if shown["state"] == "cancelled":
            return "cancelled"
        kinds = [item["kind"] for item in self.project.inbox()]
        for kind in ("auth_required", "budget", "spawn_failed"):
            if kind in kinds:
                return kind
        if shown["state"] == "queued":
            return self.park()
        exit_record = shown["runs"][-1]["exit"] or {}
        reason = exit_record.get("reason", "")
        return f"stopped: {reason}" if reason not in ("", "exited", "signalled") else shown["state"]

    def park(self) -> str:
        rows = self.project.sql("SELECT coalesce(until, 0) FROM parks").split()
        if not rows:
            return "queued"
        far = int(rows[0]) - time.time() * 1000 > HOUR_MS
        return "parked until the reset" if far else "parked"

    def explained(self, task: str = "1") -> str:
        """For a person who wonders about a cell."""
        run = self.project.last_run(task)
        streams = [file.read_text(errors="replace")[-1500:] for file in
                   sorted(self.project.agent_step(run).glob("std*")) if file.exists()]
        return json.dumps({key: run[key] for key in ("outcome", "verdict", "why")}) + "\n" + "\n".join(streams)

    # Ending it in the middle --------------------------------------------------------------------------------------

    def begin_busy(self) -> tuple[str, "object"]:
        """Starts a session whose agent is in the middle of a command that never ends."""
        self.agent("busy", permissions="full")
        task = self.task()
        session = self.project.begin("run", "--max-tasks", "1")
        wait_for(lambda: files_below(self.project.folder / "xdg-state", "begun.txt") or session.poll() is not None,
                 "the model's command has begun", WAIT_S)
        expect(session.poll() is None, "the session ended before the model's command began", self.explained(task))
        return task, session

    def cancel(self) -> str:
        task, session = self.begin_busy()
        self.project.checked("cancel", task)
        session.wait(WAIT_S)
        return self.ending(task)

    def kill(self) -> str:
        task, session = self.begin_busy()
        kill(self.project.last_run(task)["pid"], signal.SIGKILL)
        session.wait(WAIT_S)
        return self.ending(task)

    # What it left -------------------------------------------------------------------------------------------------

    def expect_no_strays(self) -> None:
        """No file but in the project, its workspaces and the isolated HOMEs, which lie in the project's state."""
        ours = {"project", "xdg-state", "description.md", "bytes.md", "secret.txt"}
        strays = [file for top in self.project.folder.iterdir() if top.name not in ours
                  for file in ([top] if top.is_file() else files_below(top))]
        expect(not strays, "files are left outside", *strays)
