"""The check of one task: passes when the tree holds the task's file, and writes down which token it saw there.

    check.py LEDGER WORD SECONDS
"""

import sys
import time
from pathlib import Path

from writes import note


def main() -> int:
    ledger, word, seconds = sys.argv[1:]
    time.sleep(float(seconds))
    file = Path("made", word + ".txt")
    token = file.read_text().strip() if file.exists() else ""
    note(ledger, "check", task=word, token=token)
    return 0 if token else 1


if __name__ == "__main__":
    sys.exit(main())
