"""What the scenarios of run.py stand on: a project of its own with a clean environment, and the orchestrate CLI."""

import json
import os
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

RUN_TIMEOUT_S = 180
VERB_TIMEOUT_S = 30
MARK = "REAL_AGENTS_MARK"

# A provider's key that no provider knows, and silence on every other line an agent CLI may want to open.
AGENT_ENV = {
    "ANTHROPIC_API_KEY": "sk-test-000",
    "CLAUDE_CODE_MAX_RETRIES": "0",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_ERROR_REPORTING": "1",
}

ORCHESTRATE_TOML = """\
[project]
name = "real-agents"
base = "main"

[dispatch]
max_parallel = 2

[limits]
task_attempts = 1
"""


class Failed(Exception):
    """A promise that did not hold, in words."""


def expect(condition: object, what: str, *seen: object) -> None:
    if not condition:
        raise Failed(what + "".join(f"\n    {item}" for item in seen))


class Project:
    """A git repository with .orchestrate/ in it, below a folder that also holds HOME and TMPDIR. Removed afterwards."""

    def __init__(self, orchestrate: Path, claude: Path) -> None:
        self.orchestrate = orchestrate
        self.claude = claude
        self.mark = uuid.uuid4().hex
        self._folder = tempfile.TemporaryDirectory(prefix="real-agents-")
        self.folder = Path(self._folder.name)
        self.root = self.folder / "project"
        for name in ("home", "tmp", "project/.orchestrate"):
            (self.folder / name).mkdir(parents=True)
        self.env = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "LANG": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        self._agent_types: list[str] = []
        self.write("README.md", "A project.\n")

    def __enter__(self) -> "Project":
        return self

    def __exit__(self, *exception) -> None:
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        self._folder.cleanup()

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def agent_type(self, name: str, base_url: str, **keys: object) -> None:
        """Adds an agent type that drives the real claude against the model server."""
        env = {**AGENT_ENV, "ANTHROPIC_BASE_URL": base_url, MARK: self.mark}
        values = {"driver": "claude", "command": str(self.claude), "capabilities": [name], "model": "sonnet",
                  "wall_limit": "2m", "silence_limit": "60s", "grace": "5s", "max_turns": 8, "max_cost_usd": 1.0,
                  "env": env, **keys}
        lines = [f"{key} = {toml(value)}" for key, value in values.items()]
        self._agent_types.append(f"[agent_types.{name}]\n" + "\n".join(lines) + "\n")

    def commit(self) -> None:
        """Writes the configuration and commits everything as the base."""
        self.write(".orchestrate/orchestrate.toml", ORCHESTRATE_TOML)
        self.write(".orchestrate/agents.toml", "\n".join(self._agent_types))
        names = [text.split("]")[0].split(".", 1)[1] for text in self._agent_types]
        capabilities = "".join(f"{name} = {toml(name)}\n" for name in names)
        self.write(".orchestrate/routing.toml", f"default = {toml(names[0])}\n\n[capabilities]\n{capabilities}")
        self.write(".orchestrate/.gitignore", "state/\n")
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", "Real Agents")
        self.git("config", "user.email", "real-agents@example.invalid")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=base")

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", "-C", self.root, *arguments], env=self.env, capture_output=True, text=True,
                              timeout=VERB_TIMEOUT_S)
        expect(done.returncode == 0, f"git {' '.join(arguments)} failed", done.stderr)
        return done.stdout

    def add(self, title: str, *flags: str) -> str:
        return str(self.json("add", title, *flags)["id"])

    def json(self, *arguments: str):
        done = self.verb(*arguments, "--json", timeout_s=VERB_TIMEOUT_S)
        expect(done.returncode == 0, f"orchestrate {arguments[0]} exits {done.returncode}", done.stderr)
        return json.loads(done.stdout)

    def run(self, *flags: str) -> subprocess.CompletedProcess:
        return self.verb("run", *flags, timeout_s=RUN_TIMEOUT_S)

    def verb(self, *arguments: str, timeout_s: float) -> subprocess.CompletedProcess:
        command = [str(self.orchestrate), "-C", str(self.root), *arguments]
        return subprocess.run(command, env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=timeout_s)

    def last_run(self, task: str) -> dict:
        runs = self.json("show", task)["runs"]
        expect(runs, f"task {task} has no run")
        return runs[-1]

    def processes(self) -> list[int]:
        """Living processes that carry our mark in their environment: the agents and whatever they started."""
        mark = f"{MARK}={self.mark}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                # A zombie has no environment, and is only waiting to be reaped.
                if mark in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue
        return found

    def expect_nothing_left(self) -> None:
        deadline = time.monotonic() + 5
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        left = [Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ") for pid in self.processes()]
        expect(not left, "processes of the agent are left", *left)


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }"
    # What is left of TOML here (strings without exotic escapes, numbers, booleans, arrays of strings) is also JSON.
    return json.dumps(value)
