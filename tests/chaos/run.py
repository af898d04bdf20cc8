#!/usr/bin/env python3
"""Chaos: two projects at work, and for a while everything that a machine, a person or an agent may do to them.

    ORCHESTRATE_BIN=build/dev/bin/orchestrate python3 tests/chaos/run.py [--seconds N | --minutes N] [--seed S]

Processes are killed and stopped, records spoilt, disks filled, sessions begun twice, and people are at work meanwhile:
drawn from the seed, done only to what this program began. Then everything is put right, the night comes to its end, and
what the product promises must be true. The last line is "chaos: N passed, M failed", of the invariants; exit 0 when
none failed.
"""

import argparse
import os
import random
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Callable

import disk
import ending
import people
import processes
import records
import signals
from ground import Failed
from judge import Judge
from ledger import Ledger
from storm import Storm

FIRST_TASKS = 6
PAUSE_S = (0, 0.3)
CLOSE_S = 30
END_S = 420  # of everything behind the storm, on a slow machine under a sanitizer
DEEDS_SHOWN = 60

KILL, TERM, STOP = signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP

# How often each is drawn, of all that is drawn.
DEEDS: list[tuple[int, str, Callable[[Storm], str | None]]] = [
    (6, "session killed", lambda s: signals.signal_a_session(s, KILL)),
    (3, "session asked to end", lambda s: signals.signal_a_session(s, TERM)),
    (3, "session stopped", lambda s: signals.signal_a_session(s, STOP)),
    (4, "shim killed", lambda s: signals.hit(s, KILL, "shim")),
    (3, "shim stopped", lambda s: signals.hit(s, STOP, "shim")),
    (2, "shim asked to end", lambda s: signals.hit(s, TERM, "shim")),
    (3, "agent killed", lambda s: signals.hit(s, KILL, "agent")),
    (2, "agent stopped", lambda s: signals.hit(s, STOP, "agent")),
    (2, "agent asked to end", lambda s: signals.hit(s, TERM, "agent")),
    (3, "grandchild killed", lambda s: signals.hit(s, KILL, "grandchild")),
    (2, "grandchild stopped", lambda s: signals.hit(s, STOP, "grandchild")),
    (3, "check killed", lambda s: signals.hit(s, KILL, "check")),
    (2, "check stopped", lambda s: signals.hit(s, STOP, "check")),
    (3, "step of ours killed", lambda s: signals.hit(s, KILL, "own step")),
    (3, "step of ours stopped", lambda s: signals.hit(s, STOP, "own step")),
    (2, "git killed", lambda s: signals.hit(s, KILL, "git")),
    (2, "git stopped", lambda s: signals.hit(s, STOP, "git")),
    (2, "git orphaned", signals.orphan_a_git),
    (8, "blackout", records.blackout),
    (3, "disk filled", disk.fill),
    (3, "second session", people.second_session),
    (3, "two sessions at once", people.two_at_once),
    (4, "configuration broken", people.break_configuration),
    (4, "configuration gone", people.take_configuration_away),
    (14, "add", people.add),
    (3, "cancel", lambda s: people.steer(s, "cancel")),
    (5, "retry", lambda s: people.steer(s, "retry")),
    (3, "hold", lambda s: people.steer(s, "hold", "release")),
    (3, "pause", people.pause),
    (2, "stop", people.stop),
    (4, "decide", people.decide),
    (3, "look", people.look_around),
]


def rage(storm: Storm, seconds: float) -> None:
    weights = [weight for weight, *_ in DEEDS]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        [(_, kind, deed)] = storm.dice.choices(DEEDS, weights)
        what = deed(storm)
        if what is None:
            storm.tick()  # nobody to do it to: another one
            continue
        storm.did(kind, what)
        storm.pause(storm.dice.uniform(*PAUSE_S))


def whole_night(storm: Storm, seconds: float) -> None:
    for ground in storm.grounds:
        for _ in range(FIRST_TASKS):
            storm.did("add", people.add_to(storm, ground))
    rage(storm, seconds)
    ending.put_right(storm)
    ending.settle(storm)
    ending.ask_again(storm)
    ending.settle(storm)
    ending.calm(storm)
    ending.nothing_is_left(storm)
    for ground in storm.grounds:
        Judge(storm, ground).all()


def close(storm: Storm) -> str:
    """Ends what is left, and keeps everything when something was violated: the folder, or nothing."""
    deadline = time.monotonic() + CLOSE_S
    while (left := storm.living()) and time.monotonic() < deadline:
        for process in left:
            processes.send(process, KILL)
        processes.reap(storm.known_children())
    kept = Path(os.environ.get("TMPDIR", "/tmp"), f"orchestrate-chaos-{storm.seed}-{os.getpid()}")
    for ground in storm.grounds:
        disk.unmount(ground, bool(storm.violations))
        if storm.violations:
            kept.mkdir(exist_ok=True)
            ground.folder.rename(kept / ground.name)
        ground.close()
    if storm.violations:
        (kept / "deeds").write_text("\n".join(storm.deeds) + "\n")
    return str(kept) if storm.violations else ""


# What is printed ----------------------------------------------------------------------------------------------------


def figures(storm: Storm) -> dict[str, object]:
    """Of all projects together; asked before their folders go."""
    def count(statement: str) -> int:
        return sum(ground.one(statement) or 0 for ground in storm.grounds)

    sessions = [session for ground in storm.grounds for session in ground.sessions]
    states = {state: count(f"SELECT count(*) FROM tasks WHERE state = '{state}'")
              for state in ("done", "failed", "waiting_human", "cancelled", "queued")}
    lines = [Ledger(ground.ledger) for ground in storm.grounds]
    return {
        "sessions": f"{len(sessions)}: " + ", ".join(f"{n} with {status}" for status, n in statuses(sessions)),
        "crashes": sum(session.status == -KILL for session in sessions),
        "tasks": f"{count('SELECT count(*) FROM tasks')}: " + ", ".join(f"{n} {state}" for state, n in states.items()),
        "runs": count("SELECT count(*) FROM runs"),
        "steps": count("SELECT count(*) FROM steps"),
        "effects": sum(len(ledger.of("start")) for ledger in lines),
        "checks": sum(len(ledger.of("check")) for ledger in lines),
    }


def statuses(sessions: list) -> list[tuple[object, int]]:
    found = [session.status for session in sessions]
    return sorted((status, found.count(status)) for status in set(found) if status is not None)


def print_table(storm: Storm, rows: dict[str, object], seconds: float) -> None:
    print(f"\nchaos: seed {storm.seed}, {seconds:.0f} s of storm, {time.monotonic() - storm.began:.0f} s in all")
    for kind, n in sorted(storm.counts.items()):
        print(f"  {kind:<28}{n:>6}")
    for name, value in rows.items():
        print(f"  {name:<28}{value!s:>6}")
    print(f"  {'violations':<28}{len(storm.violations):>6}")


def print_violations(storm: Storm, kept: str) -> None:
    if not storm.violations:
        return
    print(f"\nthe last of {len(storm.deeds)} deeds (all of them: {kept}/deeds), at seconds since the beginning:")
    print("\n".join(storm.deeds[-DEEDS_SHOWN:]))
    for violation in storm.violations:
        print(f"\nVIOLATED (seed {storm.seed}; kept in {kept}): {violation.promise}")
        for item in violation.seen:
            print(f"    {item}")


def options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="chaos")
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    given = parser.parse_args(words)
    given.seconds = given.seconds + 60 * given.minutes or 60
    return given


def out_of_time(number: int, _) -> None:
    """Raised wherever the night stands: whatever it began is ended, and looked at."""
    raise Failed(f"the night was still going on: {signal.Signals(number).name}")


def main(words: list[str]) -> int:
    given = options(words)
    if "ORCHESTRATE_BIN" not in os.environ:
        print("set ORCHESTRATE_BIN to the orchestrate to test", file=sys.stderr)
        return 2
    print(f"chaos: seed {given.seed}", flush=True)
    processes.become_subreaper()
    storm = Storm(Path(os.environ["ORCHESTRATE_BIN"]).resolve(), given.seed)
    without = disk.mount_below(storm.grounds)
    if without:
        print(f"skipped: a disk that fills up: {without}")
    for number in (signal.SIGALRM, TERM):
        signal.signal(number, out_of_time)
    signal.alarm(int(given.seconds) + END_S)
    try:
        whole_night(storm, given.seconds)
    except Exception as error:
        storm.violated("the night can be looked at to its end", error, traceback.format_exc())
    signal.alarm(0)
    signal.signal(TERM, signal.SIG_IGN)  # from here on it comes to its end by itself
    rows = figures(storm)
    kept = close(storm)
    print_table(storm, rows, given.seconds)
    print_violations(storm, kept)
    failed = len(storm.violations)
    print(f"chaos: {storm.passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
