#!/usr/bin/env python3
"""Plants bugs and sees whether the unit tests notice: ./dev mutants [--sample N] [--seed S] [PATH ...]

Each mutant is one changed line of the product, drawn at random (a file in proportion to its lines) and made by
universalmutator (PyPI). It is planted in a copy of the tree (one for each core), built, and every unit test program that links
it is run. A mutant that does not compile, or compiles to the same bytes, says nothing and another one is drawn. Survivors are
listed with their line: each deserves a test, or the remark that nobody could see the difference.
"""
import argparse
import collections
import concurrent.futures
import hashlib
import os
import queue
import random
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROOMS = ("api", "config", "orchestrator", "prompts", "routing", "spawners", "system", "text", "workspaces")
BUILD_LIMIT_S = 900
TEST_LIMIT_S = 300
SHIM = "orchestrate-shim"
DRAWS_PER_MUTANT = 20


def files_of(tree, paths):
    listed = subprocess.run(["git", "ls-files", *(paths or ROOMS)], cwd=tree, capture_output=True, text=True, check=True)
    return [f for f in listed.stdout.split() if f.endswith(".cpp")]


def quiet(command, cwd, limit_s, environment):
    """Its exit status, or None when it had to be ended."""
    process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True)
    try:
        return process.wait(limit_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait()
        return None


class Copy:
    """A copy of the committed tree with a build of its own, without sanitizers: only the tests' word counts here."""

    def __init__(self, folder, name):
        self.tree = os.path.join(folder, name)
        subprocess.run(["git", "clone", "-q", "--shared", ROOT, self.tree], check=True)
        # ccache knows an object of the other copy again only if neither's folder is part of it.
        self.environment = os.environ | {"CCACHE_NOHASHDIR": "1", "CCACHE_BASEDIR": self.tree}
        launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
        subprocess.run(["cmake", "-S", self.tree, "-B", self.tree + "/build", "-G", "Ninja", "-DCMAKE_CXX_FLAGS=-O0",
                        *launcher], check=True, stdout=subprocess.DEVNULL)
        if not self.build(os.cpu_count() or 1):
            sys.exit("mutants: the tree does not build")
        if not self.tests_pass(".*"):
            sys.exit("mutants: the unit tests fail without any mutant")
        self.programs = self.linked()

    def build(self, jobs=1):
        return quiet(["ninja", "-C", "build", "-j", str(jobs)], self.tree, BUILD_LIMIT_S, self.environment) == 0

    def tests_pass(self, names):
        return quiet(["ctest", "--test-dir", "build", "-L", "unit", "-R", names, "--stop-on-failure", "--timeout",
                      str(TEST_LIMIT_S)], self.tree, TEST_LIMIT_S * 4, self.environment) == 0

    def linked(self):
        """Each linked program with its fingerprint."""
        digests = {}
        folder = self.tree + "/build/bin"
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "rb") as program:
                digests[name] = hashlib.sha256(program.read()).digest()
        return digests

    def verdict_of(self, name, before, after):
        """'caught', 'survived', or '' for a mutant that says nothing: it does not compile, or changes no program."""
        path = os.path.join(self.tree, name)
        write(path, after)
        try:
            if not self.build():
                return ""
            changed = [program for program, digest in self.linked().items() if self.programs.get(program) != digest]
            if not changed:
                return ""
            # Tests start the shim as a program, so one that was not linked anew may see the mutant too.
            names = ".*" if SHIM in changed else f"^({'|'.join(changed)})$"
            return "survived" if self.tests_pass(names) else "caught"
        finally:
            write(path, before)


def write(path, text):
    with open(path, "w", encoding="utf-8") as source:
        source.write(text)


def mutants_of(source, mutate):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([mutate, source, "cpp", "--noCheck", "--mutantDir", folder], cwd=folder,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
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


def draws(dice, tree, paths, mutate, count):
    """(file, its text, the text with one bug) again and again: what is drawn depends on the seed alone."""
    files = files_of(tree, paths)
    texts = {}
    for name in files:
        with open(os.path.join(tree, name), encoding="utf-8") as source:
            texts[name] = source.read()
    weights = [texts[name].count("\n") for name in files]
    for _ in range(count):
        name = dice.choices(files, weights)[0]
        others = [text for text in mutants_of(os.path.join(tree, name), mutate) if text != texts[name]]
        if others:
            yield name, texts[name], dice.choice(others)


def judge(copies, mutant):
    copy = copies.get()
    try:
        return copy.verdict_of(*mutant)
    finally:
        copies.put(copy)


def judged(copies, mutants):
    """(mutant, verdict) in the order in which they were drawn, as many at once as there are copies."""
    with concurrent.futures.ThreadPoolExecutor(copies.qsize()) as pool:
        running = collections.deque()
        for mutant in mutants:
            running.append((mutant, pool.submit(judge, copies, mutant)))
            while len(running) > copies.maxsize:
                done, verdict = running.popleft()
                yield done, verdict.result()
        for done, verdict in running:
            yield done, verdict.result()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutate", default="mutate", help="universalmutator's program")
    parser.add_argument("paths", nargs="*", help="folders or files of the product; default: all")
    options = parser.parse_args()
    counts = {"caught": 0, "survived": 0}
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies = queue.Queue(os.cpu_count() or 1)
        while not copies.full():
            copies.put(Copy(folder, f"copy-{copies.qsize() + 1}"))
        original = os.path.join(folder, "original")
        subprocess.run(["git", "clone", "-q", "--shared", ROOT, original], check=True)
        drawn = draws(random.Random(options.seed), original, options.paths, options.mutate,
                      options.sample * DRAWS_PER_MUTANT)
        verdicts = judged(copies, drawn)
        for (name, before, after), verdict in verdicts:
            if not verdict:
                continue
            counts[verdict] += 1
            line, old, new = changed_line(before, after)
            print(f"{verdict:8}  {name}:{line}\n    - {old}\n    + {new}", flush=True)
            if sum(counts.values()) == options.sample:
                verdicts.close()
                break
    total = sum(counts.values())
    share = 100 * counts["caught"] // max(total, 1)
    print(f"mutants: {counts['caught']} of {total} caught ({share} %), {counts['survived']} survived, seed {options.seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
