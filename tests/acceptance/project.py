"""What a scenario stands on: a project of its own in a clean environment, and the orchestrate CLI.

tests/real_agents builds on this one too. Nothing here sleeps for luck: every wait is for a condition, with a deadline.
"""

import json
import os
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

RUN_TIMEOUT_S = 120
VERB_TIMEOUT_S = 60
WAIT_S = 30
MARK = "ACCEPTANCE_MARK"


class Failed(AssertionError):
    """A promise that did not hold, in words."""


def expect(condition: object, what: str, *seen: object) -> None:
    if not condition:
        raise Failed(what + "".join(f"\n    {item}" for item in seen))


def wait_for(condition, what: str, timeout_s: float = WAIT_S):
    """Returns what `condition` returns as soon as it is true."""
    deadline = time.monotonic() + timeout_s
    while not (value := condition()):
        expect(time.monotonic() < deadline, f"waited {timeout_s} s in vain: {what}")
        time.sleep(0.02)
    return value


def files_below(folder: Path, name: str | None = None) -> list[Path]:
    """Every file (of that name) below a folder in which others may be at work: what goes while one looks is not there."""
    return [Path(where, file) for where, _, files in os.walk(folder) for file in files if name in (None, file)]


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }"
    # What is left of TOML here (strings without exotic escapes, numbers, booleans, arrays of strings) is also JSON.
    return json.dumps(value)


def table(name: str, values: dict) -> str:
    return f"[{name}]\n" + "".join(f"{key} = {toml(value)}\n" for key, value in values.items())


class Project:
    """A git repository with .orchestrate/ in it, below a folder that also holds HOME and TMPDIR. Removed afterwards."""

    def __init__(self, orchestrate: Path) -> None:
        self.orchestrate = orchestrate
        self.mark = uuid.uuid4().hex
        self._folder = tempfile.TemporaryDirectory(prefix="orchestrate-acceptance-")
        self.folder = Path(self._folder.name).resolve()
        self.root = self.folder / "project"
        self.state = self.root / ".orchestrate/state"
        for name in ("home", "tmp", "xdg-state", "project/.orchestrate"):
            (self.folder / name).mkdir(parents=True)
        self.env = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
            "XDG_STATE_HOME": str(self.folder / "xdg-state"),
            "TMPDIR": str(self.folder / "tmp"),
            "LANG": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
            MARK: self.mark,
        }
        self.agent_types: dict[str, dict] = {}
        self._children: list[subprocess.Popen] = []
        self.write("README.md", "A project.\n")

    def __enter__(self) -> "Project":
        return self

    def __exit__(self, *exception) -> None:
        self.close()

    def close(self) -> None:
        for pid in self.processes():
            kill(pid)
        for child in self._children:
            child.wait(WAIT_S)
            for pipe in (child.stdin, child.stdout, child.stderr):
                if pipe:
                    pipe.close()
        self._folder.cleanup()

    # Files and configuration ------------------------------------------------------------------------------------

    def write(self, path: str, text: str | bytes) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def agent_type(self, name: str, **keys: object) -> None:
        """Adds an agent type; what it starts can be found by our mark."""
        env = {**keys.pop("env", {}), MARK: self.mark}
        self.agent_types[name] = {**keys, "env": env}

    def configure(self, settings: dict | None = None, routing: str = "") -> None:
        """Writes the three files. Without a rule, everything goes to the first agent type."""
        sections = {"project": {"name": "acceptance", "base": "main"}, **(settings or {})}
        self.write(".orchestrate/orchestrate.toml",
                   "\n".join(table(name, keys) for name, keys in sections.items()))
        self.write(".orchestrate/agents.toml",
                   "\n".join(table(f"agent_types.{name}", keys) for name, keys in self.agent_types.items()))
        default = next(iter(self.agent_types), "human")
        self.write(".orchestrate/routing.toml", f"default = {toml(default)}\n\n{routing}")
        self.write(".orchestrate/.gitignore", "state/\n")

    def commit(self) -> None:
        """Makes the repository, with everything written so far as the base."""
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", "Acceptance")
        self.git("config", "user.email", "acceptance@example.invalid")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=base")

    def git(self, *arguments: str) -> str:
        return self.git_bytes(*arguments).decode(errors="surrogateescape")

    def git_bytes(self, *arguments: str) -> bytes:
        done = subprocess.run(["git", "-C", self.root, *arguments], env=self.env, capture_output=True,
                              timeout=VERB_TIMEOUT_S)
        expect(done.returncode == 0, f"git {' '.join(arguments)} failed", done.stderr)
        return done.stdout

    # The CLI ----------------------------------------------------------------------------------------------------

    def argv(self, *arguments: str | bytes) -> list:
        return [str(self.orchestrate), "-C", str(self.root), *arguments]

    def verb(self, *arguments: str | bytes, timeout_s: float = VERB_TIMEOUT_S, stdin: str | bytes = "",
             **env: str) -> subprocess.CompletedProcess:
        done = subprocess.run(self.argv(*arguments), env={**self.env, **env}, cwd=self.folder,
                              input=stdin.encode() if isinstance(stdin, str) else stdin, capture_output=True,
                              timeout=timeout_s)
        done.stdout = done.stdout.decode(errors="surrogateescape")
        done.stderr = done.stderr.decode(errors="surrogateescape")
        return done

    def json(self, *arguments: str | bytes):
        return json.loads(self.checked(*arguments, "--json"))

    def add(self, title: str | bytes, *flags: str | bytes, stdin: str | bytes = "") -> str:
        return str(json.loads(self.checked("add", "--json", *flags, "--", title, stdin=stdin))["id"])

    def checked(self, *arguments: str | bytes, status: int = 0, stdin: str | bytes = "") -> str:
        done = self.verb(*arguments, stdin=stdin)
        expect(done.returncode == status, f"orchestrate {arguments[0]} exits {done.returncode}, not {status}",
               done.stdout, done.stderr)
        return done.stdout

    def run(self, *flags: str, status: int | None = None, **env: str) -> subprocess.CompletedProcess:
        done = self.verb("run", *flags, timeout_s=RUN_TIMEOUT_S, **env)
        if status is not None:
            expect(done.returncode == status, f"run exits {done.returncode}, not {status}", done.stdout, done.stderr,
                   *(self.verb("inbox", "show", str(item["id"])).stdout for item in self.json("inbox")))
        return done

    def begin(self, *arguments: str, **popen: object) -> subprocess.Popen:
        """Starts a verb that goes on; `close` ends it."""
        popen = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True,
                 "errors": "replace", "env": self.env, "cwd": self.folder, **popen}
        child = subprocess.Popen(self.argv(*arguments), **popen)
        self._children.append(child)
        return child

    # What is asked afterwards -----------------------------------------------------------------------------------

    def show(self, task: str) -> dict:
        return self.json("show", task)

    def last_run(self, task: str) -> dict:
        runs = self.show(task)["runs"]
        expect(runs, f"task {task} has no run")
        return runs[-1]

    def inbox(self) -> list[dict]:
        return self.json("inbox")

    def sql(self, statement: str) -> str:
        """What a person does who has only the sqlite3 shell."""
        done = subprocess.run(["sqlite3", "-cmd", ".timeout 10000", self.state / "state.db", statement],
                              env=self.env, capture_output=True, text=True, timeout=VERB_TIMEOUT_S)
        expect(done.returncode == 0, f"sqlite3 failed: {statement}", done.stderr)
        return done.stdout

    def agent_step(self, run: dict) -> Path:
        return next((self.state / "runs" / str(run["id"])).glob("*-agent"))

    def processes(self) -> list[int]:
        """Living processes of ours, except this one: they carry our mark, or work or were asked to work in our
        folder."""
        marks = (f"{MARK}={self.mark}".encode(), str(self.folder).encode())
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                # A zombie has neither of these, and is only waiting to be reaped.
                facts = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
                facts += os.fsencode(os.readlink(entry / "cwd"))
            except OSError:
                continue
            if any(mark in facts for mark in marks) and int(entry.name) != os.getpid():
                found.append(int(entry.name))
        return found

    def expect_nothing_left(self, timeout_s: float = 5) -> None:
        deadline = time.monotonic() + timeout_s
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.02)
        expect(not left, "processes are left", *map(command_of, left))


def kill(pid: int, number: int = signal.SIGKILL) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def command_of(pid: int) -> str:
    try:
        return f"{pid}: " + Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return f"{pid}: gone"
