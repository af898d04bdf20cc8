"""The storm is over: what it broke is put right, the night is brought to its end, and a calm one is looked at closely."""

import time

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
CALM_PLAYS = ("family", "plain", "deaf", "again")
CALM_S = 120
DUE = """
    SELECT id FROM tasks t WHERE state IN ('queued', 'running') AND NOT EXISTS (
      SELECT 1 FROM dependencies d JOIN tasks n ON n.id = d.depends_on WHERE d.task = t.id AND n.state <> 'done')"""


def put_right(storm: Storm) -> None:
    storm.do_what_is_due(everything=True)
    for ground in storm.grounds:
        cleared = records.clear_the_way(ground)
        if cleared:
            storm.did("way cleared", f"{ground.name}: {cleared} folders in the place of records")
        storm.ask(ground, "resume")
        if ground.words:
            storm.ask(ground, "release", *ground.words.values())


def remove_stale_locks(storm: Storm, ground: Ground) -> None:
    """What a git that was killed leaves in the owner's repository, and git asks its owner to remove."""
    if any(process.role == "git" for process in storm.living()):
        return
    for lock in (ground.root / ".git").rglob("*.lock"):
        lock.unlink()
        storm.did("stale lock of git removed", f"{ground.name}: {lock.relative_to(ground.root)}")


def settle(storm: Storm) -> None:
    """Sessions, one after the other, until none has anything left that it could do."""
    for ground in storm.grounds:
        for _ in range(MOST_SESSIONS):
            session = ground.session or ground.begin_session()
            if not comes_to_an_end(storm, ground, session):
                break
            remove_stale_locks(storm, ground)
            if session.status in (0, 1, 3) and ground.look(DUE) == []:
                break
        storm.holds(f"{ground.name}: the night comes to its end", what_is_left(ground))


def what_is_left(ground: Ground) -> list:
    left = ground.look(DUE)
    return ["the database cannot be read"] if left is None else [f"task {id} is due" for (id,) in left]


def comes_to_an_end(storm: Storm, ground: Ground, session: Session) -> bool:
    """False: for too long it has neither ended nor done anything, and it was killed."""
    seen, since, asked = None, time.monotonic(), False
    while session.lives():
        storm.pause(0.2)
        last = ground.one("SELECT max(seq) || ' ' || (SELECT count(*) FROM steps) || ' ' || "
                          "(SELECT count(*) FROM steps WHERE ended_at IS NULL) FROM events")
        if last != seen:
            seen, since = last, time.monotonic()
        idle = "--watch" in session.flags and ground.look(DUE) == []
        if idle and not asked:
            asked = True
            storm.ask(ground, "stop")
        if time.monotonic() - since > STILL_S:
            storm.violated("a session ends, or does something", ground.name, f"session {session.number}",
                           *ground.look("SELECT * FROM steps WHERE ended_at IS NULL") or [], *storm.living(),
                           storm.ask(ground, "status").out)
            storm.put_out(ground)
            return False
    return True


def ask_again(storm: Storm) -> None:
    """What waits for a person is tried once more: there is no storm any more that could spoil it."""
    for ground in storm.grounds:
        items = ground.look("SELECT id FROM inbox WHERE status = 'open' AND options LIKE '%\"retry\"%'") or []
        for (item,) in items:
            storm.ask(ground, "inbox", "answer", str(item), "retry")
        storm.counts["decided in the end"] += len(items)


# The calm ---------------------------------------------------------------------------------------------------------------


def calm(storm: Storm) -> None:
    """A session that only works: what it holds at its end is what it held when it had done one task."""
    for ground in storm.grounds:
        session = ground.begin_session("--watch")
        work_off(storm, ground, "plain")
        before = processes.open_files(session.popen.pid)
        for play in CALM_PLAYS:
            work_off(storm, ground, play)
        storm.holds(f"{ground.name}: a session's open descriptors do not grow", what_grew(storm, session, before))
        storm.holds(f"{ground.name}: a session leaves no defunct child", what_stays_defunct(storm, session))
        storm.ask(ground, "stop")
        comes_to_an_end(storm, ground, session)


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


def work_off(storm: Storm, ground: Ground, play: str) -> None:
    word = ground.next_word()
    people.queue(storm, ground, *ground.task_flags(word, play, 0.3, 0.1))
    is_over = lambda: ground.one("SELECT state FROM tasks WHERE key = ?", word) not in ("queued", "running")
    storm.wait(is_over, f"{ground.name}: {word} ({play}) is worked off in the calm", CALM_S)
    state = ground.one("SELECT state FROM tasks WHERE key = ?", word)
    storm.holds(f"{ground.name}: after the storm {play} is done", [] if state == "done" else [f"{word} is {state}"])


def nothing_is_left(storm: Storm) -> None:
    deadline = time.monotonic() + GONE_S
    while (left := storm.living()) and time.monotonic() < deadline:
        storm.pause(0.1)
    storm.holds("nothing is left alive", left)
    marked = [pid for ground in storm.grounds for pid in ground.processes()]
    storm.holds("nothing bears the mark of this run", [processes.read(pid, "cmdline") for pid in marked])
    left = [f"{p.pid} {p.state}" for p in processes.descendants().values() if p.pid not in storm.known_children()]
    storm.holds("nobody defunct is left", left)
