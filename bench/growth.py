"""What grows with the queue: the verbs of a person, a drain of many tasks, and one behind many that cannot start."""

import json
import pathlib
import statistics
import time

from peers import AT_ONCE, await_that, seconds, with_xargs
from project import Project

IMPORTED = 100
DRAINED = 10_000
BEHIND = 1_000_000
STARTED_BESIDE = 300
ANOTHER_BUILD_UP_TO = 10_000  # an earlier one may take minutes for more
AIM_MS = {"status": 50, "list": 50}
VERBS = {
    "version": ["version"],  # the start of the program alone
    "status": ["status"],
    "list": ["list", "--state", "queued", "--limit", "100"],
    "plan": ["plan"],
    "why": ["why", "50"],
    "report": ["report"],
    f"import of {IMPORTED}": ["import", "--format", "jsonl", "-"],
}
WITHOUT_PAGES = {"list": ["list", "--state", "queued"]}


def project_of(program, count):
    """With a session in which 20 tasks were done, and `count` that may not start yet."""
    project = Project(program)
    project.insert(20, "true")
    project.call("run", "--quiet")
    project.fill(count, not_before=int(time.time() * 1000) + 86_400_000)
    return project


def took_ms(project, verb, has_pages):
    words = VERBS[verb] if has_pages else WITHOUT_PAGES.get(verb, VERBS[verb])
    given = "\n".join(json.dumps({"title": f"imported {n}"}) for n in range(IMPORTED)) if verb.startswith("import") else None
    return seconds(lambda: project.call(*words, given=given)) * 1000


def verbs(program, against, count, rounds):
    projects = {"ours": project_of(program, count)}
    if against and count <= ANOTHER_BUILD_UP_TO:
        projects["other"] = project_of(against, count)
    samples = {verb: {name: [] for name in projects} for verb in VERBS}
    for _ in range(rounds):
        for verb in VERBS:
            for name, project in projects.items():
                samples[verb][name].append(took_ms(project, verb, name == "ours"))
    return {verb: {name: statistics.median(ms) for name, ms in by_name.items()} for verb, by_name in samples.items()}


def drain(program):
    project = Project(program)
    project.insert(DRAINED, "true")
    took = seconds(lambda: project.call("run", "--quiet"))
    return {"tasks": DRAINED, "tasks_per_s": DRAINED / took, "xargs_tasks_per_s": DRAINED / with_xargs(DRAINED)}


def is_quiet(pid):
    """It used no CPU for a while; a measured time, not a synchronisation."""
    def ticks():
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(stat[11]) + int(stat[12])
    before = ticks()
    time.sleep(0.3)
    return ticks() == before


def beside(program, waiting):
    """Tasks a second that start while so many wait for an agent type that is busy."""
    project = Project(program)
    with project.watching() as process:
        await_that(lambda: project.query("SELECT 1 FROM sessions"), "the start of `run --watch`")
        holder = project.insert(1, "sleep 3000", agent_type="busy")[0]
        await_that(lambda: project.query(f"SELECT 1 FROM tasks WHERE id = {holder} AND state = 'running'"),
                   "the start of the task that keeps its agent type busy")
        met_s = 0.0
        if waiting:
            project.fill(waiting, "busy")
            met_s = seconds(lambda: await_that(lambda: is_quiet(process.pid), "the end of the walk over what waits"))
        done = "SELECT count(*) FROM tasks WHERE state = 'done'"
        started = time.perf_counter()
        project.insert(STARTED_BESIDE, "true")
        inserted = time.perf_counter()
        await_that(lambda: project.query(done)[0][0] == STARTED_BESIDE, "the end of all that can start")
        took = time.perf_counter() - started
        if process.poll() is not None:
            raise SystemExit(f"bench: `run --watch` ended by itself with {process.returncode}")
    return {"tasks_per_s": STARTED_BESIDE / took, "insert_ms": (inserted - started) * 1000, "met_s": met_s}


def measure(program, against, counts, rounds):
    by_count = {count: verbs(program, against, count, rounds) for count in counts}
    print_verbs(by_count)
    drained = drain(program)
    print(f"A drain of {drained['tasks']} times `true`, {AT_ONCE} at once: {drained['tasks_per_s']:.0f} tasks/s; "
          f"xargs {drained['xargs_tasks_per_s']:.0f}")
    alone, behind = beside(program, 0), beside(program, BEHIND)
    print(f"{STARTED_BESIDE} times `true` beside {BEHIND} tasks that wait for a busy agent type: "
          f"{behind['tasks_per_s']:.0f} tasks/s, their INSERT {behind['insert_ms']:.0f} ms; beside none "
          f"{alone['tasks_per_s']:.0f}, {alone['insert_ms']:.0f} ms. To look at each of those that wait once took "
          f"{behind['met_s']:.1f} s")
    return {"verbs_ms": by_count, "drain": drained, "beside_none": alone, "beside_waiting": behind}


def print_verbs(by_count):
    print("A verb with so many tasks queued, ms (in brackets: the other build; `list` without pages there):")
    print(f"  {'':<14}" + "".join(f"{count:>22}" for count in by_count) + "   aim")
    for verb in VERBS:
        cells = [by_name[verb] for by_name in by_count.values()]
        print(f"  {verb:<14}" + "".join(f"{cell['ours']:>22.1f}" if "other" not in cell else
                                        f"{cell['ours']:>11.1f} ({cell['other']:>8.1f})" for cell in cells) +
              f"   {AIM_MS.get(verb, '')}")
