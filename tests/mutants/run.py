#!/usr/bin/env python3
"""Plants bugs and sees whether the unit tests notice: ./dev mutants [--sample N] [--seed S] [PATH ...]

Each mutant is one changed line of the product, drawn at random (a file in proportion to its lines) and made by
universalmutator (PyPI). It is planted in a copy of the tree, built, and every unit test program that links it is run. A mutant
that does not compile, or compiles to the same bytes, says nothing and another one is drawn. Survivors are
listed with their line: each deserves a test, or the remark that nobody could see the difference.
"""
import argparse
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROOMS = ("api", "config", "orchestrator", "prompts", "routing", "spawners", "system", "text", "workspaces")
BUILD_LIMIT_S = 900
TEST_LIMIT_S = 300
DRAWS_PER_MUTANT = 20


def files_of(tree, paths):
    listed = subprocess.run(["git", "ls-files", *(paths or ROOMS)], cwd=tree, capture_output=True, text=True, check=True)
    return [f for f in listed.stdout.split() if f.endswith(".cpp")]


def quiet(command, cwd, limit_s):
    """Its exit status, or None when it had to be ended."""
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True)
    try:
        return process.wait(limit_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait()
        return None


class Copy:
    """A copy of the committed tree with a build of its own, without sanitizers: only the tests' word counts here."""

    def __init__(self, folder, jobs):
        self.tree = os.path.join(folder, "tree")
        self.jobs = str(jobs)
        subprocess.run(["git", "clone", "-q", "--shared", ROOT, self.tree], check=True)
        launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
        subprocess.run(["cmake", "-S", self.tree, "-B", self.tree + "/build", "-G", "Ninja", "-DCMAKE_CXX_FLAGS=-O0",
                        *launcher], check=True, stdout=subprocess.DEVNULL)
        if self.build() != 0:
            sys.exit("mutants: the tree does not build")
        if not self.tests_pass():
            sys.exit("mutants: the unit tests fail without any mutant")

    def build(self):
        return quiet(["ninja", "-C", "build", "-j", self.jobs], self.tree, BUILD_LIMIT_S)

    def tests_pass(self):
        return quiet(["ctest", "--test-dir", "build", "-L", "unit", "-j", self.jobs, "--stop-on-failure", "--timeout",
                      str(TEST_LIMIT_S)], self.tree, TEST_LIMIT_S * 4) == 0

    def programs(self):
        """A fingerprint of everything that was linked: a mutant that changes nothing is none."""
        digest = hashlib.sha256()
        folder = self.tree + "/build/bin"
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as program:
                digest.update(hashlib.file_digest(program, "sha256").digest()
                              if hasattr(hashlib, "file_digest") else hashlib.sha256(program.read()).digest())
        return digest.hexdigest()


def mutants_of(source, mutate):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([mutate, source, "cpp", "--noCheck", "--mutantDir", folder], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=True)
        texts = []
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), encoding="utf-8") as mutant:
                texts.append(mutant.read())
        return texts


def changed_line(before, after):
    for number, (old, new) in enumerate(zip(before.splitlines(), after.splitlines()), 1):
        if old != new:
            return number, old.strip(), new.strip()
    return 0, "", "(lines were removed)"


def draw(dice, copy, files, weights, mutate):
    name = dice.choices(files, weights)[0]
    path = os.path.join(copy.tree, name)
    with open(path, encoding="utf-8") as source:
        before = source.read()
    texts = [text for text in mutants_of(path, mutate) if text != before]
    return (name, path, before, dice.choice(texts)) if texts else None


def verdict_of(copy, path, before, after, programs):
    """'caught', 'survived', or '' for one that says nothing."""
    with open(path, "w", encoding="utf-8") as source:
        source.write(after)
    try:
        if copy.build() != 0 or copy.programs() == programs:
            return ""
        return "survived" if copy.tests_pass() else "caught"
    finally:
        with open(path, "w", encoding="utf-8") as source:
            source.write(before)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutate", default="mutate", help="universalmutator's program")
    parser.add_argument("paths", nargs="*", help="folders or files of the product; default: all")
    options = parser.parse_args()
    dice = random.Random(options.seed)
    counts = {"caught": 0, "survived": 0}
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Copy(folder, os.cpu_count() or 1)
        programs = copy.programs()
        files = files_of(copy.tree, options.paths)
        weights = [sum(1 for _ in open(os.path.join(copy.tree, f), encoding="utf-8")) for f in files]
        draws = options.sample * DRAWS_PER_MUTANT
        while sum(counts.values()) < options.sample and draws > 0:
            draws -= 1
            drawn = draw(dice, copy, files, weights, options.mutate)
            if drawn is None:
                continue
            name, path, before, after = drawn
            started = time.monotonic()
            verdict = verdict_of(copy, path, before, after, programs)
            if not verdict:
                continue
            counts[verdict] += 1
            line, old, new = changed_line(before, after)
            print(f"{verdict:8}  {name}:{line}  {time.monotonic() - started:.0f} s\n    - {old}\n    + {new}", flush=True)
    total = sum(counts.values())
    share = 100 * counts["caught"] // max(total, 1)
    print(f"mutants: {counts['caught']} of {total} caught ({share} %), {counts['survived']} survived, seed {options.seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
