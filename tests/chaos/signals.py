"""What happens to processes: killed, asked to end, stopped and woken, or stopped for ever."""

import signal

import processes
from ground import Session
from processes import Process
from storm import Storm

NAMES = {signal.SIGKILL: "killed", signal.SIGTERM: "asked to end", signal.SIGSTOP: "stopped"}

# What the session promises to find when nobody wakes it: an agent or a check, and the shim of one. A step of ours may
# take 15 minutes by its own limit, so it is always woken.
FOUND_WHEN_STOPPED = ("agent", "check", "baseline")


def victim(storm: Storm, *roles: str) -> Process | None:
    found = [p for p in storm.living() if p.role in roles]
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

