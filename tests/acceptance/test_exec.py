"""A CLI without a driver, by configuration alone: what it says decides, what its agent says does not."""

import json
import sys
import time
from datetime import datetime
from pathlib import Path

from case import LIMITS, Case
from project import Project, expect, files_below, toml, wait_for

NEWCLI = Path(__file__).resolve().parent / "fakes/newcli.py"
HOSTILE = ("--flag -rf 'single' \"double\" $(touch pwned) `touch pwned` {model} {prompt} \\ %s\n"
           "\n\t/quit !ls @/etc/passwd é 🚀")


def line(when: dict, **rest: object) -> dict:
    """A record of the mapping; its pointers are quoted keys."""
    return {"when": {toml(pointer): value for pointer, value in when.items()}, **rest}


MAPPING = {
    "format": "jsonl",
    "session_id": line({"/type": "session"}, take="/id"),
    "text": line({"/type": "message"}, take="/text"),
    "tokens_in": line({"/type": "end"}, take="/usage/input"),
    "tokens_out": line({"/type": "end"}, take="/usage/output"),
    "cost_usd": line({"/type": "end"}, take="/usage/cost"),
    "finished": line({"/type": "end"}),
    "failed": line({"/type": "end", "/ok": False}, take="/error"),
    "rate_limited": line({"/type": "error", "/status": 429}, until="/resets_at", take="/message"),
}


class Exec(Case):
    def seen(self, agent_type: str = "newcli") -> Path:
        """Where the program of this agent type leaves the prompt it got."""
        return self.project.folder / f"seen-by-{agent_type}"

    def agent_type(self, name: str, play: str, *arguments: str, output: dict | None = None, **keys: object) -> None:
        command = [sys.executable, str(NEWCLI), "--json", "--model", "{model}", *arguments]
        env = {"NEWCLI_PLAY": play, "NEWCLI_SEEN": str(self.seen(name))}
        self.project.agent_type(name, driver="exec", model="m-1", command=command, env=env,
                                **{"output": output or MAPPING, **LIMITS, **keys})

    def newcli(self, play: str, **keys: object) -> Project:
        """The project with newcli as its one agent type."""
        self.agent_type("newcli", play, **keys)
        return self.begun()

    def begun(self) -> Project:
        self.project.configure({"limits": {"task_attempts": 1}})
        self.project.commit()
        return self.project

    def test_a_run_is_done_and_verified_with_its_session_tokens_and_cost(self) -> None:
        project = self.newcli("works")
        task = project.add("Make it", "--check", "test -e made.txt")
        project.run(status=0)
        shown = project.show(task)
        expect(shown["state"] == "done" and shown["verified"] is True, "not done and verified", shown)
        run = shown["runs"][-1]
        expect((run["session_id"], run["tokens_in"], run["tokens_out"], run["cost_usd"]) ==
               ("s-0815", 1200, 34, 0.0125), "not what newcli said", run)
        expect(self.seen().with_suffix(".model").read_text() == "m-1", "another model")
        log = project.checked("log", task)
        expect("I am done" in log and "noise" not in log, "the log is not what the mapping shows", log)

    def test_a_failure_is_recognised_in_its_own_words_although_it_exits_0(self) -> None:
        project = self.newcli("fails")
        task = project.add("Make it")
        project.run(status=1)
        shown = project.show(task)
        expect(shown["state"] == "failed", "it counts as done", shown)
        expect("refused" in shown["runs"][-1]["why"], "not in its words", shown)
        expect("\x1b" not in project.checked("show", task), "an escape sequence reaches the terminal")

    def test_a_failure_counts_without_a_finishing_line_in_the_mapping_too(self) -> None:
        project = self.newcli("fails", output={key: MAPPING[key] for key in ("format", "failed")})
        task = project.add("Make it")
        project.run(status=1)
        expect(project.show(task)["state"] == "failed", "it counts as done", project.show(task))

    def test_exit_0_without_the_finishing_line_is_not_done_whatever_the_agent_says(self) -> None:
        project = self.newcli("stops short", expects="nothing")
        task = project.add("Make it", "--check", "true")
        project.run(status=1)
        shown = project.show(task)
        expect(shown["state"] == "failed", "its prose was believed", shown)
        expect("final record" in shown["runs"][-1]["why"], "it does not say what is missing", shown)

    def test_lines_of_text_decide_nothing_and_the_exit_status_is_its_word(self) -> None:
        project = self.newcli("stops short", output={"format": "text"}, expects="nothing")
        task = project.add("Make it")
        project.run(status=0)
        expect(project.show(task)["state"] == "done", "not done", project.show(task))
        expect("no JSON on this line" in project.checked("log", task), "no log", project.checked("log", task))

    def test_a_limit_parks_the_provider_until_its_reset_and_uses_up_no_attempt(self) -> None:
        project = self.newcli("hits a limit")
        task = project.add("Make it")
        before = time.time()
        project.begin("run", "--quiet")
        parks = wait_for(lambda: project.json("status")["parks"], "the provider is parked")
        expect([park["provider"] for park in parks] == ["newcli"], "not parked", parks)
        left_s = datetime.fromisoformat(parks[0]["until"]).timestamp() - before
        expect(3600 <= left_s < 3800, f"parked for {left_s} s, not for the hour that was stated", parks)
        expect("come back later" in parks[0]["why"], "not in its words", parks)
        shown = project.show(task)
        expect(shown["state"] == "queued" and shown["runs"][-1]["verdict"] == "park", "an attempt was used up", shown)

    def test_a_hostile_prompt_arrives_byte_for_byte_on_standard_input_in_a_file_and_as_an_argument(self) -> None:
        for way, arguments in (("stdin", []), ("file", ["--in", "{prompt_file}"]), ("argument", ["{prompt}"])):
            self.agent_type(way, "works", *arguments, prompt_via=way)
        project = self.begun()
        tasks = {way: project.add("Make it", "--agent", way, "--description", HOSTILE)
                 for way in ("stdin", "file", "argument")}
        project.run(status=0)
        for way, task in tasks.items():
            got = self.seen(way).read_bytes()
            for text in HOSTILE.split("\n"):
                expect(text.encode() in got, f"{way}: `{text}` is not in the prompt", got)
            step = project.agent_step(project.last_run(task))
            launch = json.loads((step / "launch.json").read_text())
            given = launch["argv"][-1].encode() if way == "argument" else (step / "prompt.md").read_bytes()
            expect(got == given, f"{way}: not what was given", got, given)
        expect(not files_below(project.folder, "pwned"), "a shell read the prompt")

    def test_a_prompt_too_long_for_an_argument_is_refused_with_the_way_out(self) -> None:
        self.agent_type("newcli", "works", "{prompt}", prompt_via="argument")
        project = self.begun()
        task = project.add("Make it", "--description", "-", stdin="x" * 110_000)
        project.run(status=3)
        why = project.last_run(task)["why"]
        expect("102400" in why and '"stdin"' in why, "no way out", why)

    def test_a_control_file_that_the_agent_changes_goes_to_a_person(self) -> None:
        project = self.newcli("works", control_files=["made*"])
        project.add("Make it")
        project.run(status=3)
        expect([item["kind"] for item in project.inbox()] == ["tampered"], "not one tampered", project.inbox())

    def test_mistakes_in_a_mapping_are_shown_with_place_and_caret(self) -> None:
        project = self.newcli("works", output={**MAPPING, "finished": line({"type": "end"}), "txt": {}},
                              prompt_via="file")
        said = project.checked("config", "check", status=2)
        for words in ("`type` is no JSON pointer", "did you mean `text`?",
                      'prompt_via = "file" needs `{prompt_file}`', "^~~~"):
            expect(words in said, f"it does not say {words}", said)
