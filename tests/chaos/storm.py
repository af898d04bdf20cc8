"""The storm itself: its dice, its clock, what it did so far, what it has promised to undo, and what it saw go wrong.

Whoever waits here keeps the storm going: the dead are reaped, sessions are begun again, what is due is undone, and two
living attempts of one task are seen.
"""

import random
import signal
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import processes
from ground import Asked, Failed, Ground, Session
from processes import Process

TICK_S = 0.05
LOOK_EVERY_S = 0.5
REAP_EVERY_S = 0.25
VERB_S = 120  # without a session a verb ends what it cancels itself, at the limits of that
FLAGS = ((), ("--watch",), ("--json",), ("--watch", "--quiet"))


@dataclass
class Violation:
    promise: str
    seen: tuple


@dataclass
class Later:
    due: float
    kind: str
    act: Callable[[], str]


class Storm:
    def __init__(self, orchestrate: Path, seed: int) -> None:
        self.seed = seed
        self.dice = random.Random(seed)
        self.whims = random.Random(seed + 1)  # of what depends on how fast the machine is: the deeds' dice stay in step
        self.began = time.monotonic()
        self.deeds: list[str] = []
        self.counts: Counter[str] = Counter()
        self.passed = 0
        self.violations: list[Violation] = []
        self.laters: list[Later] = []
        self.keeps_sessions = True
        self._looked_at = self._reaped_at = 0.0
        # Work on branches of its own, several at once; and a line of tasks that land on main one after the other.
        self.grounds = [Ground(orchestrate, "swarm", "branch", 3), Ground(orchestrate, "line", "merge-ff", 1)]

    # What was done --------------------------------------------------------------------------------------------------

    def did(self, kind: str, what: str) -> None:
        self.counts[kind] += 1
        self.deeds.append(f"{time.monotonic() - self.began:7.2f}  {kind}: {what}")

    def later(self, seconds: float, kind: str, act: Callable[[], str]) -> None:
        """To be done at its time, at the latest when the storm is over."""
        self.laters.append(Later(time.monotonic() + seconds, kind, act))

    def do_what_is_due(self, everything: bool = False) -> None:
        now = time.monotonic()
        due = [later for later in self.laters if everything or later.due <= now]
        self.laters = [later for later in self.laters if later not in due]
        for later in due:
            self.did(later.kind, later.act())

    # What went wrong ------------------------------------------------------------------------------------------------

    def violated(self, promise: str, *seen: object) -> None:
        self.violations.append(Violation(promise, seen))
        self.deeds.append(f"{time.monotonic() - self.began:7.2f}  VIOLATED: {promise}")

    def holds(self, promise: str, wrong: list | tuple) -> None:
        """An invariant, looked at once; `wrong` is what speaks against it."""
        if wrong:
            self.violated(promise, *wrong[:8])
        else:
            self.passed += 1

    # Time -----------------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        if time.monotonic() - self._reaped_at > REAP_EVERY_S:
            processes.reap(self.known_children())
            self._reaped_at = time.monotonic()
        self.do_what_is_due()
        for ground in self.grounds if self.keeps_sessions else ():
            self.keep_session(ground)
        if time.monotonic() - self._looked_at > LOOK_EVERY_S:
            self.look_for_two_attempts()
            self._looked_at = time.monotonic()

    def pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.tick()
            time.sleep(TICK_S)

    def wait(self, condition: Callable[[], object], what: str, timeout_s: float):
        deadline = time.monotonic() + timeout_s
        while not (value := condition()):
            if time.monotonic() > deadline:
                raise Failed(f"waited {timeout_s:.0f} s in vain: {what}")
            self.tick()
            time.sleep(TICK_S)
        return value

    def ask(self, ground: Ground, *words: str, patience_s: float = VERB_S) -> Asked:
        """A verb, while the storm goes on; its status and its words are judged in the end.

        Whoever has less patience than a verb has time goes on meanwhile.
        """
        asked = ground.begin_verb(*words)
        self.wait_for_verb(ground, asked, patience_s)
        return asked

    def wait_for_verb(self, ground: Ground, asked: Asked, patience_s: float = VERB_S) -> None:
        until = time.monotonic() + patience_s
        while asked.lives() and time.monotonic() < until:
            self.tick()
            time.sleep(TICK_S)
        if asked.lives() and time.monotonic() - asked.begun >= VERB_S:
            self.violated("a verb answers", ground.name, *asked.words, f"not within {VERB_S} s", *self.living())
            asked.popen.kill()
            asked.popen.wait()

    # Sessions -------------------------------------------------------------------------------------------------------

    def keep_session(self, ground: Ground) -> None:
        if ground.session:
            return
        now = time.monotonic()
        if ground.restart_at == 0:
            ground.restart_at = now + self.whims.uniform(0, 0.6)
        if now >= ground.restart_at:
            ground.restart_at = 0
            ground.begin_session(*self.whims.choice(FLAGS))

    def signal_session(self, session: Session, number: int) -> None:
        """Noted before it is sent: whoever finds the session dead must know why."""
        session.sent.append(number)
        if session.lives():
            session.popen.send_signal(number)

    def put_out(self, ground: Ground) -> Session | None:
        """Kills whatever session lives, one that was stopped before it held the project included."""
        session = ground.session
        for each in [each for each in ground.sessions if each.lives()]:
            self.signal_session(each, signal.SIGKILL)
            each.popen.wait()
            each.lives()
        return session

    # Processes ------------------------------------------------------------------------------------------------------

    def known_children(self) -> set[int]:
        return {pid for ground in self.grounds for pid in ground.known_children()}

    def living(self) -> list[Process]:
        return processes.living({s.popen.pid for ground in self.grounds for s in ground.sessions if s.lives()})

    def look_for_two_attempts(self) -> None:
        """Two agents of one task, in two runs, both of which live after both were seen."""
        living = self.living()
        for ground in self.grounds:
            of_task: dict[int, dict[int, Process]] = {}
            for process in living:
                if process.kind != "agent" or not process.step.startswith(str(ground.state)):
                    continue
                run = int(Path(process.step).parent.name)
                task = ground.one("SELECT task FROM runs WHERE id = ?", run)
                if task:
                    of_task.setdefault(task, {}).setdefault(run, process)
            for task, runs in of_task.items():
                still = [p for p in runs.values() if processes.step_of(p.pid) == p.step and processes.is_same(p)]
                if len(still) > 1:
                    self.violated("no two attempts of one task live at once", ground.name, f"task {task}", *still)
