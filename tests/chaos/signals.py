"""What happens to processes: killed, asked to end, stopped and woken, or stopped for ever."""

import signal
import time

import processes
from ground import Session
from processes import Process
from storm import Storm

NAMES = {signal.SIGKILL: "killed", signal.SIGTERM: "asked to end", signal.SIGSTOP: "stopped"}

HUNT_S = 0.4

SWEPT_S = 5

# What the session promises to find when nobody wakes it: an agent or a check, and the shim of one. A step of ours may
# take 15 minutes by its own limit, so it is always woken.
FOUND_WHEN_STOPPED = ("agent", "check", "baseline")


def victim(storm: Storm, *roles: str) -> Process | None:
    """Some live for an instant only: it is waited for, a little."""
    until = time.monotonic() + HUNT_S
    while not (found := [p for p in storm.living() if p.role in roles]) and time.monotonic() < until:
        storm.tick()
    return storm.dice.choice(found) if found else None


def may_sleep_for_ever(process: Process) -> bool:
    return process.kind in FOUND_WHEN_STOPPED


def hit(storm: Storm, number: int, *roles: str) -> str | None:
    process = victim(storm, *roles)
    if process is None or not processes.send(process, number):
        return None
    if number == signal.SIGSTOP:
        return stopped(storm, process)
    return str(process)


def stopped(storm: Storm, process: Process) -> str:
    if may_sleep_for_ever(process) and storm.dice.random() < 0.25:
        return f"{process}, for ever"
    storm.later(storm.dice.uniform(0.2, 4), "woken", lambda: wake(process))
    return str(process)


def wake(process: Process) -> str:
    return str(process) if processes.send(process, signal.SIGCONT) else f"{process}, which is gone"


def signal_a_session(storm: Storm, number: int) -> str | None:
    ground = storm.dice.choice(storm.grounds)
    session = ground.session
    if session is None:
        return None
    storm.signal_session(session, number)
    if number == signal.SIGSTOP:
        storm.later(storm.dice.uniform(0.2, 3), "session woken", lambda: wake_session(storm, session))
    return f"{ground.name} {session.number}"


def wake_session(storm: Storm, session: Session) -> str:
    storm.signal_session(session, signal.SIGCONT)
    return str(session.number)



def orphan_a_git(storm: Storm) -> str | None:
    """Its shim is killed while it is stopped: what lives of such a step is ended before the step is begun again."""
    git = victim(storm, "git")
    by_pid = {p.pid: p for p in storm.living()}
    step = git and by_pid.get(git.parent)
    shim = step and by_pid.get(step.parent)
    if shim is None or shim.role != "shim" or not processes.send(git, signal.SIGSTOP):
        return None
    processes.send(shim, signal.SIGKILL)
    ground = next(ground for ground in storm.grounds if shim.step.startswith(str(ground.state)))
    session = ground.session
    storm.later(SWEPT_S, "orphan looked at", lambda: look_at_orphan(storm, git, session))
    return f"{git} of {shim}"


def look_at_orphan(storm: Storm, git: Process, session: Session | None) -> str:
    lives_on = processes.is_same(git)
    if lives_on and session and session.lives() and not session.sent:
        storm.violated("what a killed shim leaves is ended", git, f"session {session.number}", *storm.living())
    return f"{git} {'lives on' if processes.send(git, signal.SIGKILL) else 'is gone'}"
