"""A lead's day through the command line alone. What is typed here and what it prints is docs/tour.md, word by word.

`run.py --update-golden` writes it anew.
"""

import difflib
import os
import re
import shlex
import shutil
from pathlib import Path

from case import Case
from project import expect, wait_for
from test_golden import VARIABLE

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs/tour.md"
UPDATE = "UPDATE_GOLDEN" in os.environ

OPENING = """# A day with it

A lead's day, typed at a shell, with everything that was printed. A test types it again each time and compares this page with
what it sees; only times, process numbers, hashes and paths are replaced by what they stand for. The agents are shell scripts, so
that anybody can repeat it without a key: the file of tasks is [tests/acceptance/tour/tonight.toml](../tests/acceptance/tour/tonight.toml).
"""


class Tour(Case):
    def setUp(self) -> None:
        super().setUp()
        self.page = OPENING
        self.project.env["TZ"] = "UTC"
        for name, slots in (("backend-specialist", 2), ("generalist", 2)):
            self.project.agent_type(name, driver="script", max_parallel=slots, grace="1s", wall_limit="2m",
                                    expects="changes", home="inherit")
        routing = '[capabilities]\nbackend = "backend-specialist"\nfrontend = "generalist"\ntesting = "generalist"\n'
        self.project.configure({"dispatch": {"max_parallel": 2}, "limits": {"task_attempts": 1}}, routing)
        rules = self.project.root / ".orchestrate/routing.toml"
        rules.write_text(rules.read_text().replace('default = "backend-specialist"', 'default = "human"'))
        shutil.copy(HERE / "tour/tonight.toml", self.project.root)
        self.project.commit()

    def says(self, text: str) -> None:
        self.page += f"\n{text}\n"

    def shows(self, command: str, printed: str, lines: int | None = None) -> None:
        printed = self.normal(printed).rstrip()
        if lines is not None and len(printed.splitlines()) > lines:
            printed = "\n".join(printed.splitlines()[:lines]) + "\n..."
        self.page += f"\n    $ {command}\n" + "".join(f"    {line}".rstrip() + "\n" for line in printed.splitlines())

    def normal(self, text: str) -> str:
        return "\n\n".join(self.normal_block(block) for block in text.split("\n\n"))

    def normal_block(self, block: str) -> str:
        text = block.replace(str(self.project.folder), "<folder>")
        for pattern, stands_for in VARIABLE:
            text = re.sub(pattern, stands_for, text)
        text = re.sub(r"(?m)^(\d+ +\d+ +\S+ +running +)\d+", r"\1<pid>", text)
        # The greatest comes first, and which is the greatest the machine decides.
        text = re.sub(r"(?m)^( *time lost +)(.+)$", lambda m: m[1] + "; ".join(sorted(m[2].split("; "))), text)
        # A column is as wide as what differs in it.
        return block if text == block else re.sub(r"(?<=\S) {2,}", "  ", text)

    def types(self, command: str, status: int = 0, lines: int | None = None) -> None:
        verb, *words = shlex.split(command)
        expect(verb == "orchestrate", "the tour types nothing else", command)
        done = self.project.verb(*(str(self.project.root / word) if word.endswith(".toml") else word for word in words))
        expect(done.returncode == status, f"{command} exits {done.returncode}, not {status}", done.stdout, done.stderr)
        self.shows(command, done.stdout + done.stderr, lines)

    def state(self, task: int) -> str:
        return self.project.show(str(task))["state"]

    def test_a_leads_day_through_the_command_line_alone(self) -> None:
        self.evening()
        session = self.night_begins()
        self.steering(session)
        self.morning()
        if UPDATE:
            PAGE.write_text(self.page)
        known = PAGE.read_text() if PAGE.exists() else ""
        expect(known == self.page, "docs/tour.md tells another day: run.py --update-golden, if that is what is wanted",
               *difflib.unified_diff(known.splitlines(), self.page.splitlines(), "docs/tour.md", "this day", lineterm=""))

    def evening(self) -> None:
        self.says("## The evening: thirty tasks\n\nThe file is looked at first; nothing is queued yet.")
        self.types("orchestrate import tonight.toml --dry-run", lines=9)
        self.types("orchestrate import tonight.toml", lines=3)
        self.says("A person keeps one back, changes another, and asks what a run would do.")
        self.types('orchestrate hold 12')
        self.types('orchestrate edit 7 --priority P1 --accept "a quantity of -1 is refused with status 422"')
        self.types("orchestrate why 12")
        self.types("orchestrate why 5")
        self.types("orchestrate route 4")
        self.types("orchestrate plan", lines=8)

    def night_begins(self):
        self.says("## The night begins\n\nIn another terminal, or from cron, `orchestrate run` has been started.")
        session = self.project.begin("run", "--watch")
        working = "SELECT count(*) FROM runs WHERE phase = 'running' AND task IN (1, 2)"
        wait_for(lambda: self.project.sql(working) == "2\n" and self.state(3) == "waiting_human", "the first two work")
        self.types("orchestrate status")
        return session

    def steering(self, session) -> None:
        self.says("The upgrade was a bad idea for tonight. Nothing new shall start while that is sorted out; the agent and all its "
                  "processes are ended at once.")
        self.types('orchestrate pause --why "the upgrade is taken out"')
        self.types("orchestrate cancel 2")
        self.types("orchestrate status")
        self.says("Two slots are few for thirty tasks: `max_parallel = 4` is written into .orchestrate/orchestrate.toml. The running "
                  "session reads it by itself.")
        config = self.project.root / ".orchestrate/orchestrate.toml"
        config.write_text(config.read_text().replace("max_parallel = 2", "max_parallel = 4"))
        wait_for(lambda: self.project.sql("SELECT 1 FROM events WHERE kind = 'config_reloaded'"), "the new number is read")
        self.types("orchestrate config check")
        self.types("orchestrate resume")
        wait_for(lambda: self.project.json("status")["queued"] == {"P0": 0, "P1": 0, "P2": 1, "P3": 0}, "only the held one is left", 100)
        wait_for(lambda: self.project.sql("SELECT count(*) FROM runs WHERE phase <> 'ended'") == "1\n", "all others have ended")
        self.says("Meanwhile a decision is owed, and something has failed.")
        self.types("orchestrate inbox")
        self.types("orchestrate inbox show 1", lines=6)
        self.types('orchestrate inbox answer 1 done --note "the one with the lower fee"')
        self.types("orchestrate log 6")
        self.types("orchestrate inbox answer 2 cancel")
        self.types("orchestrate release 12")
        wait_for(lambda: self.state(12) == "done", "the released one is done")
        self.says("Enough for tonight: what runs may finish, nothing new is started.")
        stopping = self.project.begin("stop")
        wait_for(lambda: self.project.sql("SELECT stop_asked FROM sessions") == "drain\n", "the wish is written down")
        (self.project.folder / "home/go").touch()
        out, err = stopping.communicate(timeout=60)
        self.shows("orchestrate stop", err + out)
        session.communicate(timeout=60)
        expect(session.returncode == 0, f"run exits {session.returncode}")

    def morning(self) -> None:
        self.says("## The morning")
        self.types("orchestrate report")
        self.types("orchestrate show 4")
        self.types("orchestrate list --state cancelled")
        self.types("orchestrate inbox")
