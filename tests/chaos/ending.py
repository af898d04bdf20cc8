"""The storm is over: what it broke is put right, the night is brought to its end, and a calm one looked at closely."""

import time
from typing import Iterator

import people
import processes
import records
from ground import Ground, Session
from storm import Storm

# The longest that nothing happens while all is well: a disk that was full again and again is looked at after 60 s; a
# stopped shim is found after 31 s.
STILL_S = 100
MOST_SESSIONS = 30
GONE_S = 20
STAYS_S = 5
CALM_PLAYS = ("family", "deaf", "again")
CALM_S = 120
LOOK_S = 0.2
OVER = object()
PROGRESS = """
    SELECT (SELECT max(seq) FROM events), (SELECT count(*) FROM steps),
           (SELECT count(*) FROM steps WHERE ended_at IS NULL)"""
DUE = """
    SELECT id FROM tasks t WHERE state IN ('queued', 'running') AND NOT EXISTS (
      SELECT 1 FROM dependencies d JOIN tasks n ON n.id = d.depends_on WHERE d.task = t.id AND n.state <> 'done')"""


def together(storm: Storm, works: list[Iterator[None]]) -> None:
    """Each goes on until its next yield, in turn: the projects come to their ends side by side."""
    while works:
        works = [work for work in works if next(work, OVER) is not OVER]
        storm.pause(LOOK_S)


def put_right(storm: Storm) -> None:
    storm.keeps_sessions = False
    storm.do_what_is_due(everything=True)
    for ground in storm.grounds:
        for asked in ground.asked:
            storm.wait_for_verb(ground, asked)
        cleared = records.clear_the_way(ground)
        if cleared:
            storm.did("way cleared", f"{ground.name}: {cleared} folders in the place of records")
        storm.ask(ground, "resume")
        storm.ask(ground, "release", *ground.words.values())


def remove_stale_locks(storm: Storm, ground: Ground) -> None:
    """What a git that was killed leaves in the owner's repository, and git asks its owner to remove."""
    if any(process.role == "git" for process in storm.living()):
        return
    for lock in (ground.root / ".git").rglob("*.lock"):
        lock.unlink()
        storm.did("stale lock of git removed", f"{ground.name}: {lock.relative_to(ground.root)}")


def settle(storm: Storm) -> None:
    together(storm, [settled(storm, ground) for ground in storm.grounds])


def settled(storm: Storm, ground: Ground) -> Iterator[None]:
    """Sessions, one after the other, until none has anything left that it could do."""
    for _ in range(MOST_SESSIONS):
        session = ground.session or ground.begin_session()
        yield from until_it_ends(storm, ground, session)
        remove_stale_locks(storm, ground)
        if session.status in (0, 1, 3) and ground.look(DUE) == []:
            break
    left = ground.look(DUE)
    wrong = ["the database cannot be read"] if left is None else [f"task {id} is due" for (id,) in left]
    storm.holds(f"{ground.name}: the night comes to its end", wrong)


def until_it_ends(storm: Storm, ground: Ground, session: Session) -> Iterator[None]:
    """One that neither ends nor does anything for too long is a violation, and killed."""
    seen, since = None, time.monotonic()
    while session.lives():
        if "--watch" in session.flags and ground.look(DUE) == []:
            storm.ask(ground, "stop")
        if (progress := ground.look(PROGRESS)) != seen:
            seen, since = progress, time.monotonic()
        if time.monotonic() - since > STILL_S:
            storm.violated("a session ends, or does something", ground.name, f"session {session.number}",
                           *ground.look("SELECT * FROM steps WHERE ended_at IS NULL") or [], *storm.living(),
                           storm.ask(ground, "status").out)
            storm.put_out(ground)
        yield


def ask_again(storm: Storm) -> None:
    """What waits for a person is tried once more: there is no storm any more that could spoil it."""
    for ground in storm.grounds:
        items = ground.look("SELECT id FROM inbox WHERE status = 'open' AND options LIKE '%\"retry\"%'") or []
        for (item,) in items:
            storm.ask(ground, "inbox", "answer", str(item), "retry")
        storm.counts["decided in the end"] += len(items)


# The calm -----------------------------------------------------------------------------------------------------------


def calm(storm: Storm) -> None:
    together(storm, [calm_of(storm, ground) for ground in storm.grounds])


def calm_of(storm: Storm, ground: Ground) -> Iterator[None]:
    """A session that only works: what it holds at its end is what it held when it had done one task."""
    session = ground.begin_session("--watch")
    yield from work_off(storm, ground, "plain")
    before = processes.open_files(session.popen.pid)
    for play in CALM_PLAYS:
        yield from work_off(storm, ground, play)
    storm.holds(f"{ground.name}: a session's open descriptors do not grow", what_grew(storm, session, before))
    storm.holds(f"{ground.name}: a session leaves no defunct child", what_stays_defunct(storm, session))
    storm.ask(ground, "stop")
    yield from until_it_ends(storm, ground, session)


def what_grew(storm: Storm, session: Session, before: dict[str, str]) -> list[str]:
    """A file may be open for an instant: what counts is what stays open."""
    deadline = time.monotonic() + STAYS_S
    while len(after := processes.open_files(session.popen.pid)) > len(before) and time.monotonic() < deadline:
        storm.pause(0.1)
    return sorted(f"{n}: {path}" for n, path in after.items() if n not in before) if len(after) > len(before) else []


def what_stays_defunct(storm: Storm, session: Session) -> list[int]:
    deadline = time.monotonic() + STAYS_S
    dead = processes.defunct_children(session.popen.pid)
    while dead and time.monotonic() < deadline:
        storm.pause(0.1)
        dead = [pid for pid in dead if pid in processes.defunct_children(session.popen.pid)]
    return dead


def work_off(storm: Storm, ground: Ground, play: str) -> Iterator[None]:
    word = ground.next_word()
    people.queue(storm, ground, *ground.task_flags(word, play, 0.3, 0.1))
    deadline = time.monotonic() + CALM_S
    while (state := ground.one("SELECT state FROM tasks WHERE key = ?", word)) in ("queued", "running", None):
        if time.monotonic() > deadline:
            break
        yield
    storm.holds(f"{ground.name}: after the storm {play} is done", [] if state == "done" else [f"{word} is {state}"])


def nothing_is_left(storm: Storm) -> None:
    deadline = time.monotonic() + GONE_S
    while (left := storm.living()) and time.monotonic() < deadline:
        storm.pause(0.1)
    storm.holds("nothing is left alive", left)
    marked = [pid for ground in storm.grounds for pid in ground.processes()]
    storm.holds("nothing bears the mark of this run", [processes.read(pid, "cmdline") for pid in marked])
    processes.reap(storm.known_children())  # what was left to us is ours to wait for
    left = [f"{p.pid} {p.state}" for p in processes.descendants().values() if p.pid not in storm.known_children()]
    storm.holds("nobody defunct is left", left)
