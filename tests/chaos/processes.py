"""Every process of a storm is a descendant of this one; it is found, and signalled, as such and in no other way.

As a subreaper we inherit whatever loses its parent: no daemon of an agent leaves the tree, and nothing outside of it is
ever touched. A signal goes through a pidfd, and only to the process that was looked at.
"""

import ctypes
import os
import signal
from dataclasses import dataclass

from ground import Failed

PR_SET_CHILD_SUBREAPER = 36
MARK = b"ORCHESTRATE_STEP="
COMMANDS = ("check", "baseline", "hook")


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    start_ticks: int
    state: str
    words: tuple[str, ...] = ()
    step: str = ""  # the folder of its step; git has an environment of its own, and no mark in it
    role: str = ""

    @property
    def program(self) -> str:
        return os.path.basename(self.words[0]) if self.words else ""

    @property
    def kind(self) -> str:
        """Of its step: "agent", "check", "create"; empty where it carries no mark."""
        return os.path.basename(self.step).partition("-")[2].partition("-")[0]

    def __str__(self) -> str:
        where = "/".join(self.step.rsplit("/", 2)[1:]) if self.step else " ".join(self.words)[:80]
        return f"{self.role} {self.pid} ({where})"


def become_subreaper() -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise Failed("this process cannot become a subreaper: what loses its parent would escape")


def stat_of(pid: int) -> Process | None:
    text = read(pid, "stat")
    if not text:
        return None
    state, parent, *rest = text.rpartition(b")")[2].decode().split()
    return Process(pid, int(parent), int(rest[17]), state)


def read(pid: int, name: str) -> bytes:
    """Empty when it is gone."""
    try:
        with open(f"/proc/{pid}/{name}", "rb") as file:
            return file.read()
    except OSError:
        return b""


def step_of(pid: int) -> str:
    """Empty for one that is dead, or dying: its memory goes first."""
    marks = [entry for entry in read(pid, "environ").split(b"\0") if entry.startswith(MARK)]
    return os.fsdecode(marks[0][len(MARK):]) if marks else ""


def role_of(process: Process, parent: Process | None, sessions: set[int]) -> str:
    if process.pid in sessions:
        return "session"
    if process.program == "orchestrate-shim":
        return "shim"
    if process.program.startswith("git"):
        return "git"
    if parent is None or parent.program != "orchestrate-shim":
        return "grandchild" if process.step else "other"
    if process.kind in COMMANDS:
        return "check"
    return "agent" if process.kind == "agent" else "own step"


def descendants() -> dict[int, Process]:
    """Of this process, the dead that nobody has waited for included."""
    every = {p.pid: p for p in (stat_of(int(entry)) for entry in os.listdir("/proc") if entry.isdigit()) if p}
    children: dict[int, list[int]] = {}
    for process in every.values():
        children.setdefault(process.parent, []).append(process.pid)
    found, waiting = {}, list(children.get(os.getpid(), []))
    while waiting:
        pid = waiting.pop()
        found[pid] = every[pid]
        waiting += children.get(pid, [])
    return found


def living(sessions: set[int]) -> list[Process]:
    """Each with its role; `sessions` are the process ids of those that this program began itself."""
    named = {}
    for pid, p in descendants().items():
        words = tuple(os.fsdecode(word) for word in read(pid, "cmdline").split(b"\0") if word)
        if p.state not in "ZX" and words:
            named[pid] = Process(pid, p.parent, p.start_ticks, p.state, words, step_of(pid))
    return [Process(p.pid, p.parent, p.start_ticks, p.state, p.words, p.step, role_of(p, named.get(p.parent), sessions))
            for p in named.values()]


def is_same(process: Process) -> bool:
    now = stat_of(process.pid)
    return now is not None and now.start_ticks == process.start_ticks and now.state not in "ZX"


def send(process: Process, number: int) -> bool:
    """False when it has gone meanwhile. A handle is held, then compared: its number may be somebody else's by now."""
    try:
        handle = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return False
    try:
        if not is_same(process):
            return False
        signal.pidfd_send_signal(handle, number)
        return True
    except ProcessLookupError:
        return False
    finally:
        os.close(handle)


def reap(known: set[int]) -> None:
    """Waits for those that were left to us; not for `known`, for which somebody holds a Popen."""
    for pid, process in descendants().items():
        if process.state == "Z" and process.parent == os.getpid() and pid not in known:
            try:
                os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                continue


def defunct_children(pid: int) -> list[int]:
    return [p.pid for p in descendants().values() if p.parent == pid and p.state == "Z"]


def open_files(pid: int) -> dict[str, str]:
    """What each descriptor of it leads to."""
    names = {}
    for number in os.listdir(f"/proc/{pid}/fd"):
        try:
            names[number] = os.readlink(f"/proc/{pid}/fd/{number}")
        except OSError:
            continue
    return names
