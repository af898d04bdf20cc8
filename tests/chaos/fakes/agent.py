"""The agent of one task: one countable effect, a part to play, and a file with its token in the workspace.

    agent.py LEDGER WORD PLAY SECONDS     as the task's own command
    agent.py LEDGER                       word, play and seconds stand in the prompt on standard input
"""

import fcntl
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

from writes import note, this_run

BEAT_S = 0.2


def given() -> tuple[str, str, str, float]:
    ledger, *rest = sys.argv[1:]
    if not rest:
        rest = re.search(r"chaos (\w+) (\w+) ([\d.]+)", sys.stdin.read()).groups()
    return ledger, rest[0], rest[1], float(rest[2])


def lock_out_others(ledger: str, word: str) -> int:
    """Held until this process is gone; unlike that of flock, never by a child of it."""
    file = os.open(Path(ledger, word + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        note(ledger, "overlap", task=word)
    return file


def has_been_here(ledger: str, word: str) -> bool:
    lines = Path(ledger, "lines").read_text().splitlines() if Path(ledger, "lines").exists() else []
    return any('"start"' in line and f'"{word}"' in line for line in lines)


def leave_family() -> None:
    """Two that outlive us: one in our group, and one in a session of its own that is deaf to SIGTERM."""
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.Popen(["sleep", "600"])
    subprocess.Popen(["sh", "-c", 'trap "" TERM; exec sleep 600'], start_new_session=True, **quiet)


def stop_our_shim() -> None:
    """Which only the session can wake. One that was killed this instant has left us to somebody else."""
    shim = os.getppid()
    if b"orchestrate-shim" in Path(f"/proc/{shim}/cmdline").read_bytes():
        os.kill(shim, signal.SIGSTOP)


def work(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        print("at work", flush=True)
        time.sleep(min(BEAT_S, seconds))


def main() -> int:
    ledger, word, play, seconds = given()
    lock = lock_out_others(ledger, word)
    second_time = has_been_here(ledger, word)
    token = f"{word}-{this_run()}-{uuid.uuid4().hex}"
    if play == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    note(ledger, "start", task=word, token=token)
    if play in ("family", "deaf"):
        leave_family()
    if play == "stopper":
        stop_our_shim()
    if play == "silent" and not second_time:
        time.sleep(600)
    work(seconds)
    Path("made").mkdir(exist_ok=True)
    Path("made", word + ".txt").write_text(token + "\n")
    note(ledger, "end", task=word, token=token)
    os.close(lock)
    return 1 if play == "again" and not second_time else 0


if __name__ == "__main__":
    sys.exit(main())
