"""What every verb says in one fixed story, for people and for programs, word by word.

The words are in golden/; `run.py --update-golden` writes them anew. A verb without a step in the story fails.
"""

import difflib
import functools
import json
import os
import re
import shlex
import shutil
from pathlib import Path
from typing import NamedTuple

from case import Case
from project import expect

GOLDEN = Path(__file__).resolve().parent / "golden"
UPDATE = "UPDATE_GOLDEN" in os.environ

# Held by tests of their own.
ELSEWHERE = {"completion": "test_completion.py", "api": "tests/api/operations"}

TASKS = "- [ ] (P0) From a list\n  key: listed\n  depends on: 1\n- [x] Done by hand\n"
TRANSCRIPT = "first line\nsecond line\n"


class Step(NamedTuple):
    words: str             # what is typed; {folder} is the story's
    status: int | None = 0  # None: it depends on the machine
    name: str = ""          # of its golden file, when the verb stands in the story several times
    hidden: str = ""        # what is not held here; of what it matches, its group stays
    env: dict = {}


# The templates have golden files of their own.
PROMPT = r"(?s)(## How to work).*?(?=\nOptions\n|\Z)"
PROMPT_JSON = r'(## How to work)(?:[^"\\]|\\.)*'
# Which examinations there are; what they find depends on the machine.
DOCTOR = r"(?m)^(?:ok|warn|FAIL) +(\S+(?: \S+)*)  +.*$(?:\n +.*)*|^(?:not )?ready.*"
DOCTOR_JSON = r'("(?:text|status|fix)": )".*"'
BYTES = r'("bytes": )[0-9]+'

STORY = [
    Step("version"), Step("version --json"),
    Step("init {folder}/fresh", env={"PATH": "/nowhere"}), Step("init {folder}/fresh --json", env={"PATH": "/nowhere"}),
    Step("config check"), Step("config check --json"),
    Step("add Build --run 'echo built' --check true --priority P1"),
    Step("add Break --run 'sh -c \"echo broken >&2; exit 3\"' --json"),
    Step("add Decide --manual --description 'A person decides.'", name="add-manual"),
    Step("import {folder}/tasks.md --dry-run", name="import-dry-run"),
    Step("import {folder}/tasks.md --dry-run --json", name="import-dry-run"),
    Step("import {folder}/tasks.md"), Step("import {folder}/tasks.md --json"),
    Step("add 'Decide too' --manual", name="add-manual-too"),
    Step("edit 4 --run true"), Step("edit 4 --title 'From a list, changed' --json"),
    Step("hold 4"), Step("hold 4 --json"),
    Step("plan"), Step("plan --json"),
    Step("why 4"), Step("why 4 --json"),
    Step("list", name="list-before"),
    Step("release 4"), Step("release 4 --json"),
    Step("route 1"), Step("route 1 --json"),
    Step("route --needs backend --priority P1", name="route-described"),
    Step("prompt 3 --agent worker", hidden=PROMPT), Step("prompt 3 --agent worker --json", hidden=PROMPT_JSON),
    Step("status", name="status-before"),
    Step("run", status=1), Step("log 1"), Step("log 1 --json"), Step("log 2 --stderr", name="log-stderr"),
    Step("list"), Step("list --json"),
    Step("show 1"), Step("show 1 --json"),
    Step("show 2", name="show-failed"),
    Step("inbox"), Step("inbox --json"), 
    Step("inbox show 1", hidden=PROMPT), Step("inbox show 1 --json", hidden=PROMPT_JSON),
    Step("report"), Step("report --json"),
    Step("status"), Step("status --json"),
    Step("inbox answer 3 retry --note fixed"), Step("inbox done 1"), Step("inbox done 2 --json"),
    Step("inbox --all", name="inbox-all"),
    Step("run --json", status=1),
    Step("events --limit 5"), Step("events --after 1 --limit 3 --json"),
    Step("inbox answer 4 cancel --json"),
    Step("retry 2"), Step("retry 2 --json"),
    Step("add Spare", name="add-spare"),
    Step("cancel 2"), Step("cancel 6 --json"), Step("cancel 6", status=1, name="cancel-refused"),
    Step("inbox archive"), Step("inbox archive --json"),
    Step("pause --why lunch"), Step("resume"), Step("pause --why lunch --json"), Step("resume --json"),
    Step("stop"), Step("stop --json"),
    Step("backup {folder}/night.db"), Step("backup {folder}/again.db --json", hidden=BYTES),
    Step("backup {folder}/night.db", status=1, name="backup-refused"),
    Step("add Later", name="add-later"),
    Step("restore {folder}/night.db"), Step("restore {folder}/night.db --json"),
    Step("agent test worker --transcript {folder}/transcript"),
    Step("agent test worker --transcript {folder}/transcript --json"),
    Step("doctor", status=None, hidden=DOCTOR), Step("doctor --json", status=None, hidden=DOCTOR_JSON),
]

# In order: what differs from one time to the next, and what stands for it.
VARIABLE = [
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>"),
    (r"\b\d\d:\d\d:\d\dZ", "<time>"),
    (r"\b(\d\d-\d\d )?\d\d:\d\d\b", "<time>"),
    (r"before-restore-\d{4}-\d\d-\d\d", "before-restore-<day>"),
    (r"\b[0-9a-f]{40}\b", "<commit>"),
    (r"(project|fresh)-[0-9a-f]{10}\b", r"\1-<hash>"),
    (r"\b(\d+ h )?(\d+ min )?\d+(\.\d+)? (ms|s|min)\b", "<span>"),
    (r"\bpid \d+", "pid <pid>"),
    (r"\b\d+(\.\d+)? done per hour", "<number> done per hour"),
    (r"\b[0-9a-f]{7,12}\b(?=[ \n])", "<commit>"),
]
# Members of JSON that differ each time: a number that was there stays a number, something that was not stays null.
VARIABLE_MEMBERS = re.compile(
    r'("(?:pid|seq|\w+_s|\w+_ms|seconds|throughput_per_hour|max_rss_kib)": )"?[0-9][0-9.e+-]*"?')


class Golden(Case):
    def tell(self) -> None:
        """The story so far: a project whose agent type runs one task at a time."""
        project = self.ready({"limits": {"task_attempts": 1}}, max_parallel=1, workspace="scratch")
        project.env["TZ"] = "UTC"
        (project.folder / "tasks.md").write_text(TASKS)
        (project.folder / "transcript").write_text(TRANSCRIPT)
        (project.folder / "fresh").mkdir()

    def said(self, step: Step) -> str:
        done = self.project.verb(*shlex.split(step.words.format(folder=self.project.folder)), **step.env)
        expect(step.status in (done.returncode, None), f"orchestrate {step.words} exits {done.returncode}, not {step.status}",
               done.stdout, done.stderr)
        out = self.normal_json(done.stdout, step) if "--json" in step.words else done.stdout
        return self.normal(out + (f"--- on stderr\n{done.stderr}" if done.stderr else ""), step)

    def normal_json(self, text: str, step: Step) -> str:
        documents = [json.loads(line) for line in text.splitlines()] if step.words.startswith(("run", "log")) else [json.loads(text)]
        lines = [json.dumps(each, indent=None if len(documents) > 1 else 2, sort_keys=True) for each in documents]
        return VARIABLE_MEMBERS.sub(r"\1<number>", "".join(line + "\n" for line in lines))

    def normal(self, text: str, step: Step) -> str:
        text = text.replace(str(self.project.folder), "<folder>").replace(self.project.mark, "<mark>")
        for pattern, stands_for in ([(step.hidden, r"\1 ...")] if step.hidden else []) + VARIABLE:
            text = re.sub(pattern, stands_for, text)
        # A column is as wide as what differs in it.
        return re.sub(r"(?<=\S) {2,}", "  ", text)

    def file_of(self, step: Step) -> Path:
        name = step.name or next(verb for verb in sorted(self.verbs(), key=len, reverse=True)
                                 if step.words.startswith(verb)).replace(" ", "-")
        return GOLDEN / (name + (".json" if "--json" in step.words else ".txt"))

    @functools.cache
    def verbs(self) -> list[str]:
        page = self.project.checked("man").replace("\\-", "-")
        return re.findall(r"^\\fBorchestrate ([a-z ]+)\\fR", page, re.MULTILINE)

    def test_every_verb_says_what_is_written_down(self) -> None:
        self.tell()
        if UPDATE:
            shutil.rmtree(GOLDEN, ignore_errors=True)
            GOLDEN.mkdir()
        differences = []
        for step in STORY:
            file, said = self.file_of(step), self.said(step)
            if UPDATE:
                expect(not file.exists(), f"two steps of the story write {file.name}: give one a name")
                file.write_text(said)
            known = file.read_text() if file.exists() else ""
            differences += difflib.unified_diff(known.splitlines(), said.splitlines(), f"golden/{file.name}",
                                                f"orchestrate {step.words}", lineterm="")
        expect(not differences, "run.py --update-golden, if that is what is wanted", *differences)

    def test_every_verb_has_a_step_in_the_story_and_every_file_a_step(self) -> None:
        files = {self.file_of(step).name for step in STORY}
        for verb in self.verbs():
            if verb in ELSEWHERE:
                continue
            expect(f"{verb.replace(' ', '-')}.txt" in files, f"no step for `{verb}`: one line in STORY")
            reads = "--json" in self.project.checked(*verb.split(), "--help")
            expect(not reads or f"{verb.replace(' ', '-')}.json" in files, f"no step for `{verb} --json`")
        expect(UPDATE or {file.name for file in GOLDEN.iterdir()} == files, "files that no step writes are in golden/")

    def test_every_verb_shows_an_example_of_itself_in_its_help(self) -> None:
        for verb in self.verbs():
            shown = self.project.checked(*verb.split(), "--help")
            expect(re.search(rf"^Example: orchestrate {verb}\b", shown, re.MULTILINE), f"no example for {verb}", shown)
