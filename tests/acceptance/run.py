#!/usr/bin/env python3
"""The built program as its users meet it: real repositories, real processes, verbs and their exit statuses.

    ORCHESTRATE_BIN=build/dev/bin/orchestrate python3 tests/acceptance/run.py [WORD ...]
    ORCHESTRATE_BIN=build/dev/bin/orchestrate python3 tests/acceptance/run.py --update-golden

Each test gets a project and a process of its own; two run at a time. With WORDs, those whose name holds one of them.
The last line is "N passed, N failed" (and ", N skipped", each with its reason above); exit 0 when none failed.
"""

import concurrent.futures
import json
import os
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

from case import Case

HERE = Path(__file__).resolve().parent
AT_ONCE = 2
TEST_LIMIT_S = 150
ONE = "--one"  # what run.py tells the process of one test
UPDATE = "--update-golden"  # writes what the program says now to tests/acceptance/golden: look at the difference
WORDS = {"ok": "ok     ", "failed": "FAILED ", "skipped": "skipped"}


def test_names(suite: unittest.TestSuite) -> list[str]:
    return [name for item in suite
            for name in (test_names(item) if isinstance(item, unittest.TestSuite) else [item.id()])]


def too_long(*_) -> None:
    raise TimeoutError(f"the test was still running after {TEST_LIMIT_S} s")


def run_one(name: str) -> tuple[str, str]:
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(TEST_LIMIT_S)
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromName(name).run(result)
    said = [text for _, text in result.errors + result.failures]
    if said or result.testsRun != 1:
        return "failed", "\n".join(said)
    return ("skipped", result.skipped[0][1]) if result.skipped else ("ok", "; ".join(Case.notes))


def in_a_process(name: str) -> tuple[str, str, str, float]:
    begun = time.monotonic()
    done = subprocess.run([sys.executable, __file__, ONE, name], capture_output=True, text=True, errors="replace")
    outcome, text = json.loads(done.stdout) if done.returncode == 0 else ("failed", done.stderr)
    return name, outcome, text, time.monotonic() - begun


def print_result(name: str, outcome: str, text: str, took_s: float) -> None:
    theme, *_, promise = [part.removeprefix("test_").replace("_", " ") for part in name.split(".")]
    said = f"\n{text}" if outcome == "failed" else f": {text}" if text else ""
    print(f"{WORDS[outcome]}  {theme}: {promise} ({took_s:.1f} s){said}", flush=True)


def main(words: list[str]) -> int:
    if "ORCHESTRATE_BIN" not in os.environ:
        print("set ORCHESTRATE_BIN to the orchestrate to test", file=sys.stderr)
        return 2
    if words[:1] == [ONE]:
        print(json.dumps(run_one(words[1])))
        return 0
    if words == [UPDATE]:
        os.environ["UPDATE_GOLDEN"] = "yes"
        words = ["test_golden", "test_tour"]
    names = [name for name in test_names(unittest.defaultTestLoader.discover(str(HERE)))
             if not words or any(word in name for word in words)]
    outcomes = []
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for future in concurrent.futures.as_completed([pool.submit(in_a_process, name) for name in names]):
            print_result(*future.result())
            outcomes.append(future.result()[1])
    skipped = f", {outcomes.count('skipped')} skipped" if "skipped" in outcomes else ""
    print(f"{outcomes.count('ok')} passed, {outcomes.count('failed')} failed{skipped}")
    return 0 if outcomes and "failed" not in outcomes else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
