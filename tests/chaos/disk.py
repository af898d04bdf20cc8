"""A small disk below each project's state, filled and freed. Needs root, and a mount namespace of its own.

The namespace ends with its last process, and the mounts with it, whatever becomes of this program.
"""

import ctypes
import os
import shutil

from ground import Ground
from storm import Storm

SIZE = "24m"
CLONE_NEWNS = 0x00020000
MS_REC_PRIVATE = 0x4000 | 0x40000
MNT_DETACH = 2
FILLER = "filler"
BLOCK = bytes(1 << 16)

libc = ctypes.CDLL(None, use_errno=True)


def mount_below(grounds: list[Ground]) -> str:
    """Empty: each state folder is a disk of its own. Else why not."""
    if libc.unshare(CLONE_NEWNS) != 0 or libc.mount(b"none", b"/", None, MS_REC_PRIVATE, None) != 0:
        return f"no mount namespace of our own: {os.strerror(ctypes.get_errno())}"
    for ground in grounds:
        ground.state.mkdir(mode=0o700)
        if libc.mount(b"tmpfs", os.fsencode(ground.state), b"tmpfs", 0, f"size={SIZE},mode=700".encode()) != 0:
            return f"no tmpfs: {os.strerror(ctypes.get_errno())}"
    return ""


def unmount(ground: Ground, keep: bool) -> None:
    """What lay on the disk is copied to where it was mounted, when somebody is to look at it."""
    if not os.path.ismount(ground.state):
        return
    copy = ground.folder / "state-of-the-small-disk"
    if keep:
        # FIFOs that were put in the place of records cannot be copied.
        shutil.copytree(ground.state, copy, symlinks=True, ignore=lambda folder, names: [
            name for name in names if not (os.path.isdir(p := os.path.join(folder, name)) or os.path.isfile(p))])
    libc.umount2(os.fsencode(ground.state), MNT_DETACH)
    if keep:
        ground.state.rmdir()
        copy.rename(ground.state)


def fill(storm: Storm) -> str | None:
    ground = storm.dice.choice([g for g in storm.grounds if os.path.ismount(g.state)] or [None])
    if ground is None or ground.full.now:
        return None
    ground.full.begin()
    written = write_until_full(ground)
    storm.later(storm.dice.uniform(0.3, 4), "disk freed", lambda: free(ground))
    return f"{ground.name}: {written >> 10} KiB"


def write_until_full(ground: Ground) -> int:
    written = 0
    file = os.open(ground.state / FILLER, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        while True:
            written += os.write(file, BLOCK)
    except OSError:
        return written
    finally:
        os.close(file)


def free(ground: Ground) -> str:
    (ground.state / FILLER).unlink(missing_ok=True)
    ground.full.end()
    return ground.name
