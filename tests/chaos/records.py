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

# Any of these says that a step began. Who takes away the last of them, before a session has heard of the start, has taken
# away every trace of it; a storm does not forge that.
BEGAN = ("claim", "started.json", "stdout", "exit.json")


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
    runs = ground.look("SELECT id FROM runs WHERE phase <> 'ended'") or []
    folders = [step for (run,) in runs for step in (ground.state / "runs" / str(run)).glob("[0-9]*")]
    return sorted(step for step in folders if step.is_dir())


def spoil(storm: Storm, ground: Ground, step: Path) -> str | None:
    file = step / storm.dice.choice(RECORDS)
    way = storm.dice.choice(sorted(WAYS))
    if is_the_only_word(file, way) or is_of_landed_work(ground, file):
        return None
    try:
        if file.is_file() or (way in OF_NOTHING and not os.path.lexists(file)):
            WAYS[way](file)
            return f"{step.parent.name}/{step.name}/{file.name} {way}"
    except OSError as error:  # the step goes on meanwhile, and its disk may be full
        return f"{step.parent.name}/{step.name}/{file.name} not {way}: {error.strerror}"
    return None


def is_the_only_word(file: Path, way: str) -> bool:
    if way != "removed" or file.name not in BEGAN:
        return False
    return not any(os.path.lexists(file.parent / name) for name in BEGAN if name != file.name)


def is_of_landed_work(ground: Ground, file: Path) -> bool:
    """What a step of ours has found is in its file alone: without it, work that has landed is put before a person."""
    run = int(file.parent.parent.name)
    return file.name == "result.json" and bool(ground.look(f"SELECT 1 FROM steps WHERE run = {run} AND name = 'land'"))


def blackout(storm: Storm) -> str | None:
    """The session dies, a few records are spoilt, perhaps a shim dies too, and the next session finds what is left."""
    ground = storm.dice.choice(storm.grounds)
    if storm.put_out(ground) is None:
        return None
    ground.restart_at = time.monotonic() + 60
    storm.pause(storm.dice.uniform(0, 1))
    steps = open_steps(ground)
    spoilt = [spoil(storm, ground, storm.dice.choice(steps)) for _ in range(storm.dice.randint(1, 3)) if steps]
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
