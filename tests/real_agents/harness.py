"""What the tests here stand on: the project of the acceptance tests, and what `prepare` made of the pinned CLIs."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "acceptance"))

from project import Failed, Project, expect, files_below, kill, wait_for

__all__ = ["Failed", "HERE", "Project", "expect", "files_below", "kill", "prepare", "require", "wait_for"]

SOME_MISSING = 3


def prepare() -> Path:
    """The folder with bin/, and missing/ for each CLI that could not be had; downloads what is not there yet."""
    done = subprocess.run([HERE / "prepare"], stdout=subprocess.PIPE, text=True)
    if done.returncode not in (0, SOME_MISSING):
        sys.exit("the pinned CLIs could not be prepared")
    return Path(done.stdout.strip())


def require(prepared: Path, *clis: str) -> None:
    for cli in clis:
        reason = prepared / "missing" / cli
        expect(not reason.exists(), f"{cli} is not there", reason.exists() and reason.read_text())
