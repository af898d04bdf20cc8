#!/usr/bin/env python3
"""The real agent CLIs, driven by the real orchestrate, against a scripted model: nothing here is a fake but the model.

    ORCHESTRATE_BIN=build/dev/bin/orchestrate python3 tests/real_agents/run.py
    ... run.py matrix [CLI ...] [SCENARIO ...]      that part of the matrix
    ... run.py hostile [CLI ...]                    hostile repositories for these CLIs
    ... run.py NAME ...                             these scenarios alone

Needs no network once `prepare` has downloaded the CLIs. The last line is "N passed, N failed"; exit 0 when none failed.
"""

import json
import os
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Callable

import hostile
import matrix
from clis import CLIS, agent_type
from doctor import doctor_knows_every_cli
from harness import HERE, Failed, Project, expect, prepare, require
from leftovers import Leftovers
from model_server.client import Server
from night import one_night_in_which_every_cli_takes_a_task

SERVER_LIFE_S = 600


def the_cli_and_the_scripted_model_understand_each_other(orchestrate: Path, prepared: Path) -> None:
    """Without orchestrate: when this fails, look at the CLI or the server, not at us."""
    require(prepared, "claude")
    with Project(orchestrate) as project, Server(HERE / "scripts", SERVER_LIFE_S) as server:
        project.commit()
        env = {**project.env, **CLIS["claude"].keys(server.url("text~direct"))["env"],
               "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}
        done = subprocess.run([prepared / "bin/claude", "-p", "--output-format", "stream-json", "--verbose"],
                              cwd=project.root, env=env, input="Say hello.", capture_output=True, text=True, timeout=60)
        result = [record for record in map(json.loads, done.stdout.splitlines()) if record["type"] == "result"]
        expect(len(result) == 1 and result[0]["is_error"] is False, "no good result record", done.stdout, done.stderr)


def doctor_lists_beforehand_what_a_repository_would_do(orchestrate: Path, prepared: Path) -> None:
    require(prepared, "claude")
    with Project(orchestrate) as project, Server(HERE / "scripts", SERVER_LIFE_S) as server:
        project.write(".claude/settings.json", "{}")
        project.write(".mcp.json", "{}")
        project.write("CLAUDE.md", "Be kind.\n")
        for name, level in (("careful", "text"), ("trusting", "trust")):
            keys = agent_type(CLIS["claude"], prepared / "bin", server.url("text"))
            project.agent_type(name, repository_config=level, **keys)
        project.configure()
        project.commit()
        listed = {each["subject"]: each for each in project.json("doctor")}
        careful, trusting = listed["careful: repository"], listed["trusting: repository"]
        expect("does not act: .claude/settings.json, .mcp.json; is read as text: CLAUDE.md" in careful["text"],
               "doctor did not list what is planted", careful)
        expect(trusting["status"] == "warn" and "acts: .claude/settings.json, .mcp.json" in trusting["text"],
               "doctor did not warn of what would act", trusting)


def what_an_agent_armed_does_not_act_in_its_next_attempt(orchestrate: Path, prepared: Path) -> None:
    require(prepared, "claude")
    with Project(orchestrate) as project, Server(HERE / "scripts", SERVER_LIFE_S) as server:
        fired = project.folder / "fired"
        hook = {"matcher": "*", "hooks": [{"type": "command", "command": f"touch {fired}"}]}
        project.write("planted/hook.json", json.dumps({"hooks": {"SessionStart": [hook]}}))
        keys = {**agent_type(CLIS["claude"], prepared / "bin", server.url("arms")), "permissions": "full"}
        project.agent_type("coder", repository_config="trust", resume=False, **keys)
        project.configure({"limits": {"task_attempts": 2}})
        project.commit()
        task = project.add("Make made.txt", "--check", "false")
        project.run()
        runs = project.show(task)["runs"]
        expect(len(runs) == 2, "there was no second attempt", runs)
        expect(not fired.exists(), "what the first attempt left acted in the second")
        put_back = ["control files were put back as in the base: .claude/settings.json"]
        changed = ["protected files changed: .claude/settings.json"]
        expect([run["flags"] for run in runs] == [changed, put_back + changed], "not told in the flags", runs)


Scenario = Callable[[Path, Path], None]


def hostile_repository(cli: str) -> Scenario:
    def scenario(orchestrate: Path, prepared: Path) -> None:
        require(prepared, cli)
        hostile.matrix(cli, orchestrate, prepared / "bin")
    scenario.__name__ = f"what_a_repository_may_do_to_{cli}_is_what_is_documented"
    return scenario


SCENARIOS: list[Scenario] = [
    the_cli_and_the_scripted_model_understand_each_other,
    one_night_in_which_every_cli_takes_a_task,
    doctor_lists_beforehand_what_a_repository_would_do,
    what_an_agent_armed_does_not_act_in_its_next_attempt,
    matrix.the_matrix_is_documented,
    doctor_knows_every_cli,
]


def passes(scenario: Scenario, orchestrate: Path, prepared: Path) -> bool:
    name = scenario.__name__.replace("_", " ")
    begun = time.monotonic()
    try:
        scenario(orchestrate, prepared)
    except Failed as failure:
        print(f"FAILED  {name}\n  {failure}", flush=True)
        return False
    except Exception:  # a broken scenario is a failed one; the others still run
        print(f"FAILED  {name}\n{traceback.format_exc()}", flush=True)
        return False
    print(f"ok      {name} ({time.monotonic() - begun:.1f} s)", flush=True)
    return True


def chosen_scenarios(words: list[str]) -> list[Scenario]:
    if words[:1] == ["matrix"]:
        return []
    if words[:1] == ["hostile"]:
        return [hostile_repository(cli) for cli in words[1:] or CLIS]
    everything = SCENARIOS + [hostile_repository(cli) for cli in CLIS]
    return [scenario for scenario in everything if not words or scenario.__name__ in words]


def main() -> int:
    if "ORCHESTRATE_BIN" not in os.environ:
        print("set ORCHESTRATE_BIN to the orchestrate to test", file=sys.stderr)
        return 2
    orchestrate, prepared, words = Path(os.environ["ORCHESTRATE_BIN"]).resolve(), prepare(), sys.argv[1:]
    leftovers = Leftovers(prepared)
    results = [passes(scenario, orchestrate, prepared) for scenario in chosen_scenarios(words)]
    passed, failed = results.count(True), results.count(False)
    if not words or words[0] == "matrix":
        held, broken = matrix.run_matrix(orchestrate, prepared, words[1:])
        passed, failed = passed + held, failed + broken
    nothing_left = passes(leftovers.nothing_is_left_on_this_machine, orchestrate, prepared)
    passed, failed = passed + nothing_left, failed + (not nothing_left)
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
