"""What people do meanwhile from other terminals: verbs, a second session, and their hands in the configuration."""

import json
import signal
import subprocess
import time

from ground import Ground, Session
from storm import Storm

PLAYS = ("plain",) * 6 + ("family",) * 5 + ("deaf",) * 3 + ("again",) * 3 + ("stopper", "silent")
MOST_TASKS = 60  # of one project: a storm of five minutes must come to its end too
REFUSED_S = 30
PATIENCE_S = 0.5

BROKEN = ("this is no TOML [[[", "", "[dispatch]\nmax_parallel = \"many\"\n", "[no_such_table]\nx = 1\n")


def add(storm: Storm) -> str | None:
    return add_to(storm, storm.dice.choice(storm.grounds))


def add_to(storm: Storm, ground: Ground) -> str | None:
    if len(ground.words) >= MOST_TASKS:
        return None
    dice, play = storm.dice, storm.dice.choice(PLAYS)
    title, flags = ground.task_flags(ground.next_word(), play, dice.uniform(0, 1.2), dice.uniform(0, 0.4))
    if ground.words and dice.random() < 0.25:
        flags += ["--depends-on", dice.choice(sorted(ground.words.values()))]
    flags += ["--priority", dice.choice(("P1", "P2", "P3"))]
    half = dice.random() < 0.3 and kill_an_add(storm, ground, title, flags)
    return queue(storm, ground, title, flags) + (", once killed on the way" if half else "")


def queue(storm: Storm, ground: Ground, title: str, flags: list[str]) -> str:
    word = ground.next_word()
    asked = storm.ask(ground, "add", "--json", *flags, "--", title)
    if asked.status != 0:
        return f"{ground.name}: {title} refused ({asked.status})"
    ground.words[word] = str(json.loads(asked.out)["id"])
    return f"{ground.name}: {title}"


def kill_an_add(storm: Storm, ground: Ground, title: str, flags: list[str]) -> bool:
    """Of the same key: whatever it has done, the next one finds it done or does it, once."""
    half = ground.begin("add", *flags, "--", title, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(storm.dice.uniform(0, 0.15))  # the moment is drawn: any is as good
    half.kill()
    half.wait()
    return True


def typed(storm: Storm, ground: Ground, *words: str) -> str:
    """What was typed and how it ended, if it did so soon."""
    asked = storm.ask(ground, *words, patience_s=PATIENCE_S)
    return f"{ground.name} {' '.join(words)} ({'goes on' if asked.lives() else asked.status})"


def steer(storm: Storm, verb: str, undo: str = "") -> str | None:
    ground = storm.dice.choice(storm.grounds)
    if not ground.words:
        return None
    task = storm.dice.choice(sorted(ground.words.values()))
    if undo:
        storm.later(storm.dice.uniform(0.3, 4), undo, lambda: typed(storm, ground, undo, task))
    return typed(storm, ground, verb, task)


def pause(storm: Storm) -> str:
    ground = storm.dice.choice(storm.grounds)
    storm.later(storm.dice.uniform(0.3, 3), "resume", lambda: typed(storm, ground, "resume"))
    return typed(storm, ground, "pause", "--why", "a storm")


def stop(storm: Storm) -> str:
    """Who has asked waits for the end of that session, however soon another one begins."""
    ground = storm.dice.choice(storm.grounds)
    asked = storm.ask(ground, *storm.dice.choice((["stop"], ["stop", "--now"])), patience_s=4 * PATIENCE_S)
    return f"{ground.name} {' '.join(asked.words)} ({'waits' if asked.lives() else asked.status})"


def look_around(storm: Storm) -> str:
    verb = storm.dice.choice(("status", "list", "report", "plan", "inbox", "events"))
    return typed(storm, storm.dice.choice(storm.grounds), verb, "--json")


def decide(storm: Storm) -> str | None:
    ground = storm.dice.choice(storm.grounds)
    item = ground.one("SELECT id FROM inbox WHERE status = 'open' AND options LIKE '%retry%' ORDER BY id LIMIT 1")
    return item and typed(storm, ground, "inbox", "answer", str(item), "retry")


# A second session -----------------------------------------------------------------------------------------------------


def can_start(ground: Ground) -> bool:
    is_held = any(asked.may_hold_project and asked.lives() for asked in ground.asked)
    return not is_held and not ground.broken.now and not ground.full.now


def has_begun(ground: Ground, session: Session) -> bool:
    """One that was stopped before it held the project refuses nobody."""
    return ground.one("SELECT pid FROM sessions ORDER BY id DESC LIMIT 1") == session.popen.pid


def second_session(storm: Storm) -> str | None:
    ground = storm.dice.choice(storm.grounds)
    first = ground.session
    if first is None or not can_start(ground) or not has_begun(ground, first):
        return None
    second = ground.begin_session("--watch")
    return f"{ground.name}: " + one_gives_way(storm, ground, first, second)


def two_at_once(storm: Storm) -> str | None:
    ground = storm.dice.choice(storm.grounds)
    if not can_start(ground):
        return None
    storm.put_out(ground)
    pair = [ground.begin_session("--watch"), ground.begin_session("--watch")]
    for session in pair:
        session.has_rival = True
    return f"{ground.name}: " + one_gives_way(storm, ground, *pair)


def one_gives_way(storm: Storm, ground: Ground, first: Session, second: Session) -> str:
    """Two of a project never work together: one says so and ends, unless the other has ended."""
    deadline = time.monotonic() + REFUSED_S
    while first.lives() and second.lives() and time.monotonic() < deadline:
        time.sleep(0.02)
    over = [session for session in (first, second) if not session.lives()]
    statuses = [session.status for session in over]
    if statuses == [5, 5] or not over or (len(over) == 1 and statuses != [5] and over[0] is second):
        storm.violated("a second session is refused", ground.name, f"{first.number} and {second.number}", statuses)
        if not over:
            storm.signal_session(second, signal.SIGKILL)
    return f"{first.number} and {second.number}: {statuses}"


# Hands in the configuration -------------------------------------------------------------------------------------------


def break_configuration(storm: Storm) -> str | None:
    return meddle(storm, storm.dice.choice(BROKEN), storm.dice.uniform(0.1, 2.5))


def take_configuration_away(storm: Storm) -> str | None:
    return meddle(storm, None, storm.dice.uniform(0.01, 0.8))


def meddle(storm: Storm, text: str | None, seconds: float) -> str | None:
    ground = storm.dice.choice(storm.grounds)
    if ground.broken.now:
        return None
    name = storm.dice.choice(sorted(ground.whole))
    file = ground.root / ".orchestrate" / name
    ground.broken.begin()
    if text is None:
        file.unlink()
    else:
        file.write_text(text)
    storm.later(seconds, "configuration mended", lambda: mend(ground))
    return f"{ground.name} {name}: {'gone' if text is None else repr(text)}"


def mend(ground: Ground) -> str:
    for name, text in ground.whole.items():
        file = ground.root / ".orchestrate" / name
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
    ground.broken.end()
    return ground.name
