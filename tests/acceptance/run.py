#!/usr/bin/env python3
"""The built program as its users meet it: real repositories, real processes, verbs and their exit statuses.

    ORCHESTRATE_BIN=build/dev/bin/orchestrate python3 tests/acceptance/run.py [WORD ...]

Each test gets a project and a process of its own; two run at a time. With WORDs, those whose name holds one of them.
The last line is "N passed, N failed" (and ", N skipped", each with its reason above); exit 0 when none failed.
"""

import concurrent.futures
import os
import sys
import time
import unittest
from pathlib import Path

from case import Case

HERE = Path(__file__).resolve().parent
AT_ONCE = 2
OUTCOMES = {"ok": "ok     ", "failed": "FAILED ", "skipped": "skipped"}


def test_ids(suite: unittest.TestSuite) -> list[str]:
    return [name for item in suite
            for name in (test_ids(item) if isinstance(item, unittest.TestSuite) else [item.id()])]


def run_one(name: str) -> tuple[str, str, float]:
    begun = time.monotonic()
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromName(name).run(result)
    said = [text for _, text in result.errors + result.failures]
    if said or not result.testsRun:
        return "failed", "\n".join(said), time.monotonic() - begun
    if result.skipped:
        return "skipped", result.skipped[0][1], time.monotonic() - begun
    return "ok", "; ".join(Case.notes), time.monotonic() - begun


def result_line(name: str, outcome: str, text: str, took_s: float) -> str:
    theme, _, test = name.split(".")
    promise = test.removeprefix("test_").replace("_", " ")
    said = f"\n{text}" if outcome == "failed" else f": {text}" if text else ""
    return f"{OUTCOMES[outcome]}  {theme.removeprefix('test_')}: {promise} ({took_s:.1f} s){said}"


def main() -> int:
    if "ORCHESTRATE_BIN" not in os.environ:
        print("set ORCHESTRATE_BIN to the orchestrate to test", file=sys.stderr)
        return 2
    names = [name for name in test_ids(unittest.defaultTestLoader.discover(str(HERE)))
             if not sys.argv[1:] or any(word in name for word in sys.argv[1:])]
    outcomes = []
    with concurrent.futures.ProcessPoolExecutor(AT_ONCE, max_tasks_per_child=1) as pool:
        running = {pool.submit(run_one, name): name for name in names}
        for future in concurrent.futures.as_completed(running):
            outcome, text, took_s = future.result()
            outcomes.append(outcome)
            print(result_line(running[future], outcome, text, took_s), flush=True)
    skipped = outcomes.count("skipped")
    print(f"{outcomes.count('ok')} passed, {outcomes.count('failed')} failed" +
          (f", {skipped} skipped" if skipped else ""))
    return 0 if outcomes and "failed" not in outcomes else 1


if __name__ == "__main__":
    sys.exit(main())
