"""One project in the storm: its configuration, its tasks, its sessions, and what all of them wrote down.

It is a project of the acceptance tests; here are its queue and the times in which it could not work.
"""

import shlex
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "acceptance"))

from project import VERB_TIMEOUT_S, Failed, Project, files_below

__all__ = ["Asked", "Failed", "Ground", "Session", "Spans", "files_below"]

FAKES = HERE / "fakes"
PYTHON = [sys.executable, "-B", "-S"]

# A shim that is stopped is woken 10 s after limit and grace, and ended after 10 more: a storm can wait for that.
AGENT_LIMITS = {"wall_limit": "8s", "silence_limit": "5s", "grace": "1s"}
CHECK_LIMIT = "6s"

LOOK_TIMEOUT_S = 5


class Spans:
    """Times in which something was so, on the clock of time.monotonic()."""

    def __init__(self) -> None:
        self._spans: list[list[float | None]] = []

    @property
    def now(self) -> bool:
        return bool(self._spans) and self._spans[-1][1] is None

    def begin(self) -> None:
        if not self.now:
            self._spans.append([time.monotonic(), None])

    def end(self) -> None:
        if self.now:
            self._spans[-1][1] = time.monotonic()

    def touch(self, begun: float, ended: float) -> bool:
        return any(first <= ended and (last is None or last >= begun) for first, last in self._spans)


@dataclass
class Session:
    """One `orchestrate run`, as its parent sees it."""
    popen: subprocess.Popen
    number: int
    flags: tuple[str, ...]
    begun: float = field(default_factory=time.monotonic)
    ended: float | None = None
    sent: list[int] = field(default_factory=list)  # the signals that this program sent to it
    has_rival: bool = False  # another session lived when it began

    def lives(self) -> bool:
        if self.ended is None and self.popen.poll() is not None:
            self.ended = time.monotonic()
        return self.ended is None

    @property
    def status(self) -> int | None:
        return self.popen.returncode


@dataclass
class Asked:
    """A verb that a person typed meanwhile, and what it said."""
    words: tuple[str, ...]
    popen: subprocess.Popen
    stem: Path
    begun: float = field(default_factory=time.monotonic)
    ended: float | None = None

    def lives(self) -> bool:
        if self.ended is None and self.popen.poll() is not None:
            self.ended = time.monotonic()
        return self.ended is None

    @property
    def may_hold_project(self) -> bool:
        """Where no session lives, these do its work, and keep others out meanwhile."""
        return self.words[0] in ("stop", "cancel")

    @property
    def status(self) -> int | None:
        return self.popen.returncode

    @property
    def out(self) -> str:
        return Path(f"{self.stem}.out").read_text(errors="replace")

    @property
    def err(self) -> str:
        return Path(f"{self.stem}.err").read_text(errors="replace")


class Ground(Project):
    def __init__(self, orchestrate: Path, name: str, publish: str, parallel: int) -> None:
        super().__init__(orchestrate)
        self.name = name
        self.publish = publish
        self.ledger = self.folder / "ledger"
        self.said = self.folder / "sessions"
        for folder in (self.ledger, self.said):
            folder.mkdir()
        self.words: dict[str, str] = {}  # of each task that was added, and its id
        self.sessions: list[Session] = []
        self.asked: list[Asked] = []
        self.broken, self.full = Spans(), Spans()  # its configuration, its disk
        self.restart_at = 0.0
        self.whole: dict[str, str] = {}  # the configuration as it is meant
        self.prepare(parallel)

    def prepare(self, parallel: int) -> None:
        limits = {**AGENT_LIMITS, "max_parallel": parallel}
        self.agent_type("worker", driver="script", **limits)
        self.agent_type("reader", driver="exec", command=[*PYTHON, str(FAKES / "agent.py"), str(self.ledger)],
                        output={"format": "text"}, **limits)
        hooks = {which: [shlex.join([*PYTHON, str(FAKES / "hook.py"), str(self.ledger), which])]
                 for which in ("after_create", "before_run", "after_run")}
        self.configure({"dispatch": {"max_parallel": parallel}, "limits": {"task_attempts": 2},
                        "checks": {"default": ["test -e README.md"], "wall_limit": CHECK_LIMIT},
                        "workspace": {"publish": self.publish}, "hooks": hooks,
                        "retention": {"free_disk_floor": "64KiB"}})
        self.commit()
        # A person whose checkout is elsewhere: what lands on main does not depend on the files that lie about here.
        self.git("switch", "--quiet", "--create", "elsewhere")
        self.whole = {file.name: file.read_text() for file in (self.root / ".orchestrate").glob("*.toml")}

    # The queue ------------------------------------------------------------------------------------------------------

    def task_flags(self, word: str, play: str, seconds: float, check_s: float) -> tuple[str, list[str]]:
        """Title and flags of a task; two in three have a command, the others read it in their prompt."""
        play_words = [word, play, f"{seconds:.2f}"]
        check = shlex.join([*PYTHON, str(FAKES / "check.py"), str(self.ledger), word, f"{check_s:.2f}"])
        flags = ["--key", word, "--check", check]
        if len(self.words) % 3 == 2:
            return f"chaos {' '.join(play_words)}", [*flags, "--agent", "reader"]
        agent = shlex.join([*PYTHON, str(FAKES / "agent.py"), str(self.ledger), *play_words])
        return f"chaos {' '.join(play_words)}", [*flags, "--run", agent]

    def next_word(self) -> str:
        return f"{self.name}{len(self.words) + 1}"

    def begin_verb(self, *words: str) -> Asked:
        """A verb that a person types; who waits for it says when it has ended."""
        stem = self.said / f"verb-{len(self.asked) + 1}"
        with open(f"{stem}.out", "w") as out, open(f"{stem}.err", "w") as err:
            popen = self.begin(*words, stdout=out, stderr=err)
        self.asked.append(Asked(words, popen, stem))
        return self.asked[-1]

    # Sessions -------------------------------------------------------------------------------------------------------

    def begin_session(self, *flags: str) -> Session:
        number = len(self.sessions) + 1
        has_rival = any(session.lives() for session in self.sessions)
        with open(self.said / f"{number}.out", "w") as out, open(self.said / f"{number}.err", "w") as err:
            popen = self.begin("run", *flags, stdout=out, stderr=err)
        self.sessions.append(Session(popen, number, flags, has_rival=has_rival))
        return self.sessions[-1]

    @property
    def session(self) -> Session | None:
        """The one that lives."""
        return next((session for session in self.sessions if session.lives()), None)

    def known_children(self) -> set[int]:
        return {child.pid for child in self._children}

    def stderr_of(self, session: Session) -> str:
        return (self.said / f"{session.number}.err").read_text(errors="replace")

    # What is on record ----------------------------------------------------------------------------------------------

    def look(self, statement: str, *values: object) -> list[tuple] | None:
        """Rows, read and let go at once; None when nobody can read now."""
        try:
            database = sqlite3.connect(f"file:{self.state}/state.db?mode=ro", uri=True, timeout=LOOK_TIMEOUT_S)
        except sqlite3.Error:
            return None
        try:
            return database.execute(statement, values).fetchall()
        except sqlite3.Error:
            return None
        finally:
            database.close()

    def one(self, statement: str, *values: object):
        rows = self.look(statement, *values)
        return rows[0][0] if rows else None

    # The repository -------------------------------------------------------------------------------------------------

    def git_result(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(["git", "-C", self.root, *arguments], env=self.env, capture_output=True, text=True,
                              errors="replace", timeout=VERB_TIMEOUT_S)

    def branches(self, pattern: str) -> list[str]:
        return self.git("for-each-ref", "--format=%(refname:short)", f"refs/heads/{pattern}").split()

    def added_lines(self, *branches: str) -> list[str]:
        """By every commit that one of them holds, each commit once."""
        log = self.git("log", "--patch", "--unified=0", "--format=", *branches, "--", "made")
        return [line[1:] for line in log.splitlines() if line.startswith("+") and not line.startswith("+++")]

    def lines_at(self, branch: str) -> list[str]:
        return self.git_result("grep", "--no-color", "-h", "", branch, "--", "made").stdout.splitlines()

    def file_at(self, branch: str, path: str) -> str:
        return self.git_result("show", f"{branch}:{path}").stdout.strip()
