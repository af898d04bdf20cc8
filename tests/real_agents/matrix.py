"""Every CLI x every scenario: what is expected, and what was got. Printed as a table; docs/agents.md holds the expected.

    ORCHESTRATE_BIN=... python3 tests/real_agents/run.py matrix [CLI ...] [scenario ...]
"""

import concurrent.futures
import json
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from cell import TOKENS_IN, TOKENS_OUT, Cell
from clis import CLIS
from documented import expect_documented, table
from harness import Failed, Project, expect, files_below
from model_server.client import Server

HERE = Path(__file__).resolve().parent
AT_ONCE = 8  # most of the time they wait, for a provider that refuses or says nothing
SERVER_LIFE_S = 1800
DONE = "done (verified)"


@dataclass(frozen=True)
class Scenario:
    name: str
    what: str
    play: Callable[[Cell], str]  # -> what was got
    expected: str
    other: dict[str, str] = field(default_factory=dict)  # CLI -> expected, where it is something else
    skipped: dict[str, str] = field(default_factory=dict)  # CLI -> why there is nothing to play

    def expected_of(self, cli: str) -> str:
        return self.other.get(cli, self.expected)


# Work -------------------------------------------------------------------------------------------------------------


def file_task(cell: Cell) -> str:
    cell.agent("write-made")
    task = cell.checked_task()
    cell.project.run()
    run, cli = cell.project.last_run(task), cell.cli
    if cell.ending() != DONE:
        return cell.ending()
    project = cell.project
    expect(project.git("show", f"{run['branch']}:made.txt") == "by the model\n", "the file is not in the branch")
    expect(not (project.root / "made.txt").exists(), "the agent wrote into the project's own folder")
    expect((run["tokens_in"], run["tokens_out"]) == (cli.answers * TOKENS_IN, cli.answers * TOKENS_OUT),
           "the tokens are not those of the model's answers", run["tokens_in"], run["tokens_out"])
    expect((run["cost_usd"] > 0) == cli.states_cost, "the cost", run["cost_usd"])
    expect(bool(run["session_id"]) == cli.resumes, "the session's id", run["session_id"])
    expect(run["cli_version"], "the CLI's version is not on record")
    return DONE


def refused_tool(cell: Cell) -> str:
    cell.agent("write-made", permissions="read")
    cell.checked_task()
    cell.run()
    made = files_below(cell.project.folder / "xdg-state", "made.txt")
    expect(not made, "permissions = \"read\" let it write", *made)
    return cell.ending()


def second_attempt(cell: Cell) -> str:
    """The first attempt fails its check; only a model that remembers it makes the second one right."""
    cell.agent("second-try", resume=True)
    task = cell.checked_task()
    cell.project.run()
    runs = cell.project.show(task)["runs"]
    if cell.ending() != DONE:
        return cell.ending()
    expect(len({run["session_id"] for run in runs}) == 1, "not the same session", *runs)
    expect([run["tokens_in"] for run in runs] == [2 * TOKENS_IN] * 2, "tokens are counted twice, or not at all",
           *[run["tokens_in"] for run in runs])
    expect([run["tokens_out"] for run in runs] == [2 * TOKENS_OUT] * 2, "tokens out", *runs)
    return f"{DONE}, in one session"


def large_prompt(cell: Cell) -> str:
    description = "\n".join(f"\u20ac line {n}: " + "lorem ipsum " * 4 for n in range(3500))
    expect(len(description.encode()) > 200_000, "the description is not large")
    file = cell.project.folder / "description.md"
    file.write_text(description)
    cell.agent("write-made")
    cell.task("--description-file", str(file), "--check", "grep -q 'by the model' made.txt")
    cell.run()
    expect(any(description in text for text in texts(cell)), "it did not arrive whole")
    return cell.ending()


def words_are_data(cell: Cell) -> str:
    """Whatever a CLI takes for a command of its own when a person types it."""
    fired, secret = cell.project.folder / "fired", cell.project.folder / "secret.txt"
    secret.write_text("the-secret-of-this-machine\n")
    with Server(HERE / "scripts", SERVER_LIFE_S) as elsewhere:
        words = [f"/run touch {fired}", f"!touch {fired}", f"!`touch {fired}`", f"@{secret}", "/clear", "--help -x",
                 "</spec>", "```", "{{ }} {% %} $(touch x) 'quoted' \"twice\"", elsewhere.url("text")]
        description = "\n".join(words)
        cell.agent("write-made")
        cell.task("--description", description, "--check", "grep -q 'by the model' made.txt",
                  title=f"/run touch {fired}")
        cell.run()
        expect(not elsewhere.requests(""), "a URL of the description was fetched")
    expect(not fired.exists(), "a command in the task's words was executed")
    expect(any(description in text for text in texts(cell)), "its words did not arrive as they are")
    expect("the-secret-of-this-machine" not in "".join(texts(cell)), "a mentioned file was sent")
    return cell.ending()


def any_bytes(cell: Cell) -> str:
    file = cell.project.folder / "bytes.md"
    file.write_bytes(b"a NUL \0, a lone \xff and an escape \x1b[31m in one line\n")
    cell.agent("write-made")
    cell.task("--description-file", str(file), "--check", "grep -q 'by the model' made.txt")
    cell.run()
    return cell.ending()


def two_at_once(cell: Cell) -> str:
    project = cell.project
    cell.agent("write-made", max_parallel=2)
    tasks = [cell.checked_task(), cell.checked_task()]
    project.run()
    runs = [project.last_run(task) for task in tasks]
    expect(max(run["started_at"] for run in runs) <= min(run["ended_at"] for run in runs), "not at once", *runs)
    endings = {cell.ending(task) for task in tasks}
    return endings.pop() if len(endings) == 1 else " and ".join(sorted(endings))


# Ends -------------------------------------------------------------------------------------------------------------


def background_jobs(cell: Cell) -> str:
    cell.agent("background", permissions="full")
    task = cell.checked_task()
    cell.run()
    flags = " ".join(cell.project.last_run(task)["flags"])
    expect("had to be ended" in flags, "nothing had to be ended", cell.explained())
    return cell.ending()


def answer(script: str, **keys: object) -> Callable[[Cell], str]:
    """A task that needs no change, so that only the provider's answer decides."""
    def play(cell: Cell) -> str:
        cell.agent(script, expects="nothing", **keys)
        cell.task(title="Say hello")
        cell.run()
        return cell.ending()
    return play


NO_COMMANDS = {"aider": "runs no commands of the model"}

SCENARIOS = [
    Scenario("file", "a file is made, checked, published; tokens, session, version are known", file_task, DONE),
    Scenario("read", "`permissions = \"read\"`: a tool that writes", refused_tool, "failed"),
    Scenario("resume", "the second attempt goes on in the session of the first", second_attempt,
             f"{DONE}, in one session", skipped={"aider": "has no sessions: a further attempt begins anew"}),
    Scenario("large", "a prompt of 200 KB", large_prompt, DONE),
    Scenario("words", "`/run`, `!cmd`, `@file`, `--flags`, URLs, fences in title and description", words_are_data, DONE),
    Scenario("bytes", "NUL, invalid UTF-8, escapes in the description", any_bytes, DONE),
    Scenario("two", "two at once with one HOME", two_at_once, DONE),
    Scenario("background", "it succeeds and leaves jobs behind", background_jobs, DONE, skipped=NO_COMMANDS),
    Scenario("cancel", "cancelled in the middle of a command", Cell.cancel, "cancelled", skipped=NO_COMMANDS),
    Scenario("kill", "killed (SIGKILL) in the middle of a command", Cell.kill, "failed", skipped=NO_COMMANDS),
    Scenario("text", "an answer in words", answer("text"), "done (unverified)"),
    Scenario("slow", "a word every quarter of a second", answer("slow"), "done (unverified)"),
    Scenario("flaky", "503 twice, then an answer", answer("flaky"), "done (unverified)"),
    Scenario("400", "the prompt is too long", answer("400"), "failed"),
    Scenario("401", "the key is refused", answer("401"), "auth_required"),
    Scenario("403", "no access", answer("403"), "auth_required"),
    Scenario("429", "too many requests", answer("429"), "parked"),
    Scenario("usage", "the limit of a plan or a day", answer("usage"), "parked until the reset",
             other={"claude": "parked", "gemini": "parked", "aider": "parked", "goose": "parked"}),
    Scenario("credit", "no money left", answer("credit"), "budget"),
    Scenario("500", "an error inside the provider", answer("500"), "parked"),
    Scenario("503", "unavailable", answer("503"), "parked"),
    Scenario("529", "overloaded", answer("529"), "parked",
             skipped=dict.fromkeys(set(CLIS) - {"claude"}, "its provider says 503")),
    Scenario("empty", "an empty answer", answer("empty", wall_limit="60s"), "failed",
             other={"codex": "parked", "gemini": "parked", "opencode": "stopped: wall_limit"}),
    Scenario("garbage", "bytes that are no answer", answer("garbage"), "parked", other={"claude": "failed"}),
    Scenario("cut", "the connection ends in mid-answer", answer("cut"), "parked"),
    Scenario("hang", "not a byte of an answer", answer("hang", silence_limit="10s", wall_limit="6m"), "stopped: silence_limit"),
    Scenario("hang-midway", "silence in mid-answer", answer("hang-midway", silence_limit="10s", wall_limit="6m"),
             "stopped: silence_limit"),
]


def texts(cell: Cell) -> list[str]:
    """Every string in what was sent to the model."""
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, (list, dict)):
            for item in value.values() if isinstance(value, dict) else value:
                walk(item)

    for request in cell.sent():
        walk(json.loads(request["body"]))
    return found


def the_matrix_is_documented(*_: Path) -> None:
    rows = [[scenario.what,
             *(f"({scenario.skipped[cli]})" if cli in scenario.skipped else scenario.expected_of(cli) for cli in CLIS)]
            for scenario in SCENARIOS]
    expect_documented("agents.md", "matrix", table(["what happens", *CLIS], rows))


# Playing ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Played:
    got: str
    trouble: str = ""


def play(scenario: Scenario, cli: str, orchestrate: Path, prepared: Path, server: Server) -> Played:
    missing = prepared / "missing" / cli
    if missing.exists():
        return Played("no CLI", missing.read_text())
    with Cell(orchestrate, prepared / "bin", cli, server) as cell:
        try:
            got = scenario.play(cell)
            cell.project.expect_nothing_left()
            cell.expect_no_strays()
            return Played(got, "" if got == scenario.expected_of(cli) else cell.explained())
        except Failed as failure:
            return Played("FAILED", str(failure))
        except Exception:  # a broken cell is a failed one; the others still run
            return Played("BROKEN", traceback.format_exc())


def run_matrix(orchestrate: Path, prepared: Path, chosen: list[str]) -> tuple[int, int]:
    """Prints the table. Returns how many cells held, and how many did not."""
    clis = [cli for cli in CLIS if not set(chosen) & set(CLIS) or cli in chosen]
    names = [s.name for s in SCENARIOS]
    scenarios = [s for s in SCENARIOS if not set(chosen) & set(names) or s.name in chosen]
    cells = [(s, cli) for s in scenarios for cli in clis if cli not in s.skipped]
    with Server(HERE / "scripts", SERVER_LIFE_S) as server, concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        waiting_first = cells[::-1]
        results = pool.map(lambda cell: play(cell[0], cell[1], orchestrate, prepared, server), waiting_first)
        played = {(s.name, cli): result for (s, cli), result in zip(waiting_first, results)}
    print_table(scenarios, clis, played)
    wrong = [(s.name, cli) for s, cli in cells if played[s.name, cli].got != s.expected_of(cli)]
    for key in wrong:
        print(f"FAILED  {key[0]} x {key[1]}\n  " + played[key].trouble.replace("\n", "\n  "), flush=True)
    return len(cells) - len(wrong), len(wrong)


def print_table(scenarios: list[Scenario], clis: list[str], played: dict[tuple[str, str], Played]) -> None:
    print("        scenario x CLI: got (and expected, where that is something else)")
    for scenario in scenarios:
        print(f"    {scenario.name}: {scenario.what}")
        for cli in clis:
            if cli in scenario.skipped:
                print(f"        {cli.ljust(10)}skipped: {scenario.skipped[cli]}")
                continue
            got, expected = played[scenario.name, cli].got, scenario.expected_of(cli)
            print(f"        {cli.ljust(10)}{got}" + ("" if got == expected else f"   EXPECTED {expected}"), flush=True)
