"""A hook: says once that it ran.

    hook.py LEDGER WHICH
"""

import sys
from pathlib import Path

from writes import note

note(sys.argv[1], "hook", which=sys.argv[2])
