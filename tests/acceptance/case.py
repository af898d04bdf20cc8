"""A test case with a project whose agents are scripts."""

import os
import shlex
import sys
import unittest
from pathlib import Path

from project import Project

# Short enough for a test, long enough for a slow machine under a sanitizer.
LIMITS = {"wall_limit": "60s", "silence_limit": "30s", "grace": "1s"}


class Case(unittest.TestCase):
    notes: list[str] = []  # of the one test that a process runs

    def setUp(self) -> None:
        self.project = Project(Path(os.environ["ORCHESTRATE_BIN"]).resolve())
        self.addCleanup(self.project.close)

    def ready(self, settings: dict | None = None, routing: str = "", **keys: object) -> Project:
        """The project with one agent type for scripts, committed."""
        self.project.agent_type("worker", driver="script", **{"max_parallel": 4, **LIMITS, **keys})
        self.project.configure(settings, routing)
        self.project.commit()
        return self.project

    def sh(self, body: str, *arguments: object) -> str:
        """A command for `add --run`: a shell script that lives outside the project."""
        return self.command("sh", "set -eu\n" + body, arguments)

    def python(self, body: str, *arguments: object) -> str:
        return self.command(sys.executable, "import os, signal, sys, time\n" + body, arguments)

    def command(self, interpreter: str, text: str, arguments: tuple) -> str:
        agents = self.project.folder / "agents"
        agents.mkdir(exist_ok=True)
        file = agents / f"{len(list(agents.iterdir())) + 1}"
        file.write_text(text)
        return shlex.join([interpreter, str(file), *map(str, arguments)])

    def note(self, text: str) -> None:
        """A measurement, printed beside the result."""
        Case.notes.append(text)
