"""What people use instead of orchestrate, each doing the same: N times `true`, AT_ONCE at once. -> seconds."""

import atexit
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime

AT_ONCE = 16
LIMIT_S = 300  # no single measurement takes longer
PUEUE = "4.0.4"
PUEUE_SIZES = "20 MB to download, 550 MB while it is built, 18 MB kept, five minutes of one core"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "orchestrate/bench"


class Missing(Exception):
    """A peer that cannot be had here, and why."""


def remains() -> pathlib.Path:
    """A directory that is removed when everything is measured. Earlier, and ext4 would make what is measured next
    pay for it: it does not use a freed inode again for a while, and looks for another."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="orchestrate-bench-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def await_that(condition, what: str) -> None:
    end = time.monotonic() + LIMIT_S
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"bench: {what} did not happen within {LIMIT_S} s")
        time.sleep(0.005)


def seconds(action) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def quiet(argv, **options) -> None:
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=LIMIT_S, **options)


def require(program: str) -> str:
    if not (found := shutil.which(program)):
        raise Missing(f"no {program}")
    return found


def with_xargs(tasks: int) -> float:
    numbers = "\n".join(map(str, range(tasks)))
    return seconds(lambda: quiet(["xargs", f"-P{AT_ONCE}", "-n1", "true"], input=numbers, text=True))


def with_ninja(tasks: int) -> float:
    require("ninja")
    folder = remains()
    edges = "".join(f"build t{n}: true\n" for n in range(tasks))
    (folder / "build.ninja").write_text(f"rule true\n  command = true\n{edges}")
    return seconds(lambda: quiet(["ninja", f"-j{AT_ONCE}"], cwd=folder))


def with_parallel(tasks: int) -> float:
    require("parallel")
    home = remains()
    words = ["parallel", "--will-cite", f"-j{AT_ONCE}", "--joblog", f"{home}/log", "true", ":::"]
    return seconds(lambda: quiet([*words, *map(str, range(tasks))], env={**os.environ, "HOME": str(home)}))


def with_task_spooler(tasks: int) -> float:
    program = require("tsp")
    home = remains()
    env = {**os.environ, "TS_SOCKET": f"{home}/socket", "TMPDIR": str(home), "TS_MAXFINISHED": str(tasks)}

    def all_of_them() -> None:
        quiet([program, "-S", str(AT_ONCE)], env=env)
        ids = [subprocess.run([program, "-n", "true"], env=env, check=True, capture_output=True, text=True,
                              timeout=LIMIT_S).stdout.strip() for _ in range(tasks)]
        for each in ids:
            quiet([program, "-w", each], env=env)
    try:
        return seconds(all_of_them)
    finally:
        quiet([program, "-K"], env=env)


def obtain_pueue() -> pathlib.Path:
    """The folder with pueue and pueued, built once from its registry."""
    kept = CACHE / f"pueue-{PUEUE}"
    if (kept / "bin/pueued").exists():
        return kept / "bin"
    cargo = require("cargo")
    print(f"bench: building pueue {PUEUE} once, below {CACHE}: {PUEUE_SIZES}", file=sys.stderr, flush=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pueue-", dir=CACHE) as aside:
        done = subprocess.run([cargo, "install", "pueue", "--version", PUEUE, "--locked", "--quiet", "--root",
                               f"{aside}/kept"], env={**os.environ, "CARGO_TARGET_DIR": f"{aside}/target"},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
        if done.returncode != 0:
            said = [line.strip() for line in done.stderr.splitlines() if line.strip()] or ["cargo says nothing"]
            raise Missing(f"not built: {next((line for line in said if line.startswith('error')), said[-1])}")
        pathlib.Path(f"{aside}/kept").rename(kept)
    return kept / "bin"


def with_pueue(tasks: int) -> float:
    """To the end that its daemon noted for the last task: its client asks for it at intervals of its own."""
    programs, folder = obtain_pueue(), remains()
    (folder / "pueue.yml").write_text(f"shared:\n  pueue_directory: {folder}\n  runtime_directory: {folder}\n"
                                      f"  use_unix_socket: true\n  unix_socket_path: {folder}/socket\n"
                                      "client: {}\ndaemon: {}\n")
    env = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    client = [programs / "pueue", "--config", folder / "pueue.yml"]
    daemon = subprocess.Popen([programs / "pueued", "--config", folder / "pueue.yml"], env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        await_that(lambda: daemon.poll() is not None or not subprocess.run([*client, "status"], env=env,
                                                                          capture_output=True).returncode,
                   "the start of pueued")
        quiet([*client, "parallel", str(AT_ONCE)], env=env)
        begun = time.time()
        for _ in range(tasks):
            quiet([*client, "add", "--", "true"], env=env)
        quiet([*client, "wait"], env=env)
        told = subprocess.run([*client, "status", "--json"], env=env, check=True, capture_output=True, text=True).stdout
        done = [task["status"].get("Done", {}) for task in json.loads(told)["tasks"].values()]
        if [task.get("result") for task in done] != ["Success"] * tasks:
            sys.exit("bench: not every task of pueue is done")
        return max(map(moment, (task["end"] for task in done))) - begun
    finally:
        daemon.terminate()
        daemon.wait(LIMIT_S)


def moment(text: str) -> float:
    """Of RFC 3339, with more digits than Python 3.10 takes."""
    day, _, rest = text.partition("T")
    clock, zone = rest[:8], rest[8:].lstrip(".0123456789")
    fraction = rest[8:len(rest) - len(zone)] or "0"
    return datetime.fromisoformat(f"{day}T{clock}{zone.replace('Z', '+00:00')}").timestamp() + float(f"0{fraction}")


PEERS = {f"xargs -P{AT_ONCE}": with_xargs, f"ninja -j{AT_ONCE}": with_ninja, "GNU parallel": with_parallel,
         "task-spooler": with_task_spooler, "pueue": with_pueue}
