"""The ledger in which agents, checks and hooks write what they did: a JSON object a line, outside all workspaces."""

import json
import os
import time
from pathlib import Path


def note(ledger: str, kind: str, **what: object) -> None:
    """One write of one line to a file opened for appending: whole or not at all, whoever else writes."""
    line = json.dumps({"kind": kind, "run": this_run(), "pid": os.getpid(), "at": time.time(), **what}) + "\n"
    file = os.open(Path(ledger, "lines"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(file, line.encode())
    os.close(file)


def this_run() -> int:
    """Which run this process belongs to, by the mark that the product gives to every process of a step."""
    return int(Path(os.environ["ORCHESTRATE_STEP"]).parent.name)
