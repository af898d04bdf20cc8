"""What happens to the records of steps while no session looks: cut, removed, or something else in their place."""

import os
import shutil
import signal
import time
from pathlib import Path

import processes
from ground import Ground
from storm import Storm

RECORDS = ("launch.json", "started.json", "exit.json", "claim", "stdout", "request.json", "result.json")

# The claim is the proof that a step was started. Whoever removes it, kills the session before it has heard of the
# start, and then the shim, has taken away every trace of it, and it is started again: left out until that is decided.
TAKES_CLAIMS_AWAY = False

# A session that takes a run up reads each step's record anew, though its row has it. Where the snapshot's is spoilt, and
# the work has landed and its workspace is gone, a person is told that the work could not be read: left out until that
# is decided.
SPOILS_WHAT_HAS_LANDED = False


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def empty(file: Path) -> None:
    os.truncate(file, 0)


def remove(file: Path) -> None:
    file.unlink()


def fifo_instead(file: Path) -> None:
    file.unlink(missing_ok=True)
    os.mkfifo(file)


def folder_instead(file: Path) -> None:
    file.unlink(missing_ok=True)
    file.mkdir()


def link_instead(file: Path) -> None:
    file.unlink(missing_ok=True)
    file.symlink_to("/dev/full")


WAYS = {"cut": cut, "emptied": empty, "removed": remove, "a FIFO": fifo_instead, "a folder": folder_instead,
        "a link": link_instead}
OF_NOTHING = ("a FIFO", "a folder", "a link")  # may also be put where there is no record yet


def open_steps(ground: Ground) -> list[Path]:
    """Folders of the runs that nobody has judged yet; those of others are of no consequence."""
    landing = "" if SPOILS_WHAT_HAS_LANDED else " AND id NOT IN (SELECT run FROM steps WHERE name = 'land')"
    runs = ground.look("SELECT id FROM runs WHERE phase <> 'ended'" + landing) or []
    folders = [step for (run,) in runs for step in (ground.state / "runs" / str(run)).glob("[0-9]*")]
    return sorted(step for step in folders if step.is_dir())


def spoil(storm: Storm, step: Path) -> str | None:
    file = step / storm.dice.choice(RECORDS)
    way = storm.dice.choice(sorted(WAYS))
    if is_the_only_word(file, way):
        return None
    try:
        if file.is_file() or (way in OF_NOTHING and not os.path.lexists(file)):
            WAYS[way](file)
            return f"{step.parent.name}/{step.name}/{file.name} {way}"
    except OSError as error:  # the step goes on meanwhile, and its disk may be full
        return f"{step.parent.name}/{step.name}/{file.name} not {way}: {error.strerror}"
    return None


def is_the_only_word(file: Path, way: str) -> bool:
    """Without claim and exit record nothing on disk says that a step ever began; a storm does not forge that."""
    if way != "removed" or TAKES_CLAIMS_AWAY:
        return False
    return file.name == "claim" or (file.name == "exit.json" and not os.path.lexists(file.parent / "claim"))


def blackout(storm: Storm) -> str | None:
    """The session dies, a few records are spoilt, perhaps a shim dies too, and the next session finds what is left."""
    ground = storm.dice.choice(storm.grounds)
    if storm.put_out(ground) is None:
        return None
    ground.restart_at = time.monotonic() + 60
    storm.pause(storm.dice.uniform(0, 1))
    steps = open_steps(ground)
    spoilt = [spoil(storm, storm.dice.choice(steps)) for _ in range(storm.dice.randint(1, 3)) if steps]
    if storm.dice.random() < 0.3:
        spoilt.append(kill_a_shim(storm, ground))
    ground.restart_at = time.monotonic() + storm.dice.uniform(0, 1)
    spoilt = [what for what in spoilt if what]
    storm.counts["record spoilt"] += len(spoilt)
    return f"{ground.name}: " + ("; ".join(spoilt) or "nothing was open")


def kill_a_shim(storm: Storm, ground: Ground) -> str | None:
    shims = [p for p in storm.living() if p.role == "shim" and p.step.startswith(str(ground.state))]
    if not shims:
        return None
    shim = storm.dice.choice(shims)
    return f"killed {shim}" if processes.send(shim, signal.SIGKILL) else None


def clear_the_way(ground: Ground) -> int:
    """Takes out folders that stand where a shim wants to write: it would try for a minute."""
    blocks = [step / name for step in open_steps(ground) for name in RECORDS if (step / name).is_dir()]
    for block in blocks:
        shutil.rmtree(block, ignore_errors=True)
    return len(blocks)
