"""A project to measure in, with a queue filled by SQL as any other program would."""

import contextlib
import pathlib
import signal
import sqlite3
import subprocess
import sys

from peers import AT_ONCE, LIMIT_S, remains

AGENTS = f"""
[agent_types.shell]
driver = "script"
capabilities = ["shell"]
workspace = "scratch"
expects = "nothing"
max_parallel = {AT_ONCE}
wall_limit = "1m"

[agent_types.busy]
driver = "script"
capabilities = ["busy"]
workspace = "scratch"
expects = "nothing"
max_parallel = 1
wall_limit = "1h"
"""
ROUTING = 'default = "shell"\n'


def orchestrate_toml(workspaces):
    return f"""
[project]
name = "bench"
[dispatch]
max_parallel = {AT_ONCE}
[workspace]
kind = "scratch"
root = "{workspaces}"
[retention]
free_disk_floor = "1MiB"
"""


class Project:
    """A project with an empty queue, for a build of the program."""

    def __init__(self, program):
        self.program = program
        self.root = remains()
        config = self.root / "project/.orchestrate"
        config.mkdir(parents=True)
        (config / "agents.toml").write_text(AGENTS)
        (config / "routing.toml").write_text(ROUTING)
        (config / "orchestrate.toml").write_text(orchestrate_toml(self.root / "workspaces"))
        self.state = config / "state"
        self.call("status")  # makes the database

    def command(self, *words):
        return [self.program, *words]

    def call(self, *words, given=None):
        done = subprocess.run(self.command(*words), cwd=self.root / "project", capture_output=True, text=True,
                              timeout=LIMIT_S, input=given)
        if done.returncode not in (0, 4):
            sys.exit(f"bench: `orchestrate {' '.join(words)}` ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    def insert(self, count, command, not_before=None, agent_type=None):
        """One transaction; the ids."""
        with contextlib.closing(sqlite3.connect(self.state / "state.db", timeout=10)) as db, db:
            return [db.execute("INSERT INTO tasks (title, type, run_command, not_before, agent_type)"
                               " VALUES (?, 'SCRIPT', ?, ?, ?)",
                               (f"task {n}", command, not_before, agent_type)).lastrowid for n in range(count)]

    def fill(self, count, agent_type="shell", not_before=None):
        """Many, each with a title of its own, in transactions that nobody has to wait long for."""
        with contextlib.closing(sqlite3.connect(self.state / "state.db", timeout=10)) as db:
            for first in range(0, count, 50_000):
                with db:
                    db.execute("WITH RECURSIVE n (i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)"
                               " INSERT INTO tasks (title, type, run_command, priority, agent_type, not_before)"
                               " SELECT 'task ' || i, 'SCRIPT', 'true', 'P' || (i % 4), ?, ? FROM n",
                               (first, min(first + 50_000, count), agent_type, not_before))

    def query(self, sql):
        with contextlib.closing(sqlite3.connect(self.state / "state.db", timeout=10)) as db:
            return db.execute(sql).fetchall()

    @contextlib.contextmanager
    def watching(self):
        """`run --watch` in the background, ended with two SIGTERM at most."""
        process = subprocess.Popen(self.command("run", "--watch", "--quiet"), cwd=self.root / "project",
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield process
        finally:
            for _ in range(2):
                process.send_signal(signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(10)
                    break
            else:
                process.kill()
                process.wait()
