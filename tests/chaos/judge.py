"""What must be true of one project when the storm is over, whatever happened to it."""

import re
import signal
from collections import Counter

from ground import Asked, Ground, Session, files_below
from ledger import Ledger
from storm import Storm

FINE = (0, 1, 3, 4)
INTERNAL = 70
TOKEN = re.compile(r"\w+-\d+-[0-9a-f]{32}")
SANITIZER = re.compile(r"AddressSanitizer|LeakSanitizer|runtime error:|UndefinedBehaviorSanitizer")


class Judge:
    def __init__(self, storm: Storm, ground: Ground) -> None:
        self.storm = storm
        self.ground = ground
        self.ledger = Ledger(ground.ledger)
        self.tasks = {row[0]: row[1:] for row in self.rows("SELECT id, key, state, verified FROM tasks")}
        self.runs = {row[0]: row[1:] for row in self.rows("SELECT id, task, verdict, why, branch FROM runs")}

    def rows(self, statement: str) -> list[tuple]:
        rows = self.ground.look(statement)
        if rows is None:
            self.storm.violated("the database can be read", self.ground.name, statement)
        return rows or []

    def holds(self, promise: str, wrong: list) -> None:
        self.storm.holds(f"{self.ground.name}: {promise}", wrong)

    def all(self) -> None:
        for promise in (self.no_task_is_lost, self.starts, self.whose_effects, self.hooks, self.verified_tasks,
                        self.landings, self.states, self.events, self.database, self.repository, self.sessions,
                        self.verbs, self.no_sanitizer_spoke):
            promise()

    # Tasks and runs -------------------------------------------------------------------------------------------------

    def no_task_is_lost(self) -> None:
        keys = Counter(key for key, *_ in self.tasks.values())
        wrong = [f"{word} is there {keys[word]} times" for word in self.ground.words if keys[word] != 1]
        wrong += [f"{word} was {id}" for word, id in self.ground.words.items()
                  if int(id) in self.tasks and self.tasks[int(id)][0] != word]
        self.holds("every task that was added is there, once, under its number", wrong)

    def starts(self) -> None:
        starts = Counter((line["task"], line["run"]) for line in self.ledger.of("start"))
        self.holds("no attempt's agent starts twice", [f"{at}: {n} times" for at, n in starts.items() if n > 1])
        self.holds("no two attempts of one task overlap", self.ledger.of("overlap"))

    def whose_effects(self) -> None:
        wrong = []
        for line in self.ledger.of("start"):
            task = self.runs.get(line["run"], (None,))[0]
            if task is None or self.tasks.get(task, (None,))[0] != line["task"]:
                wrong.append(f"{line}: the run is of task {task}")
        self.holds("every effect is that of a run on record, of its task", wrong)

    def hooks(self) -> None:
        hooks = Counter((line["run"], line["which"]) for line in self.ledger.of("hook"))
        self.holds("no hook of an attempt starts twice", [f"{at}: {n} times" for at, n in hooks.items() if n > 1])

    def accepted(self, task: int) -> list[int]:
        return [run for run, (of, verdict, *_) in self.runs.items() if of == task and verdict == "accept"]

    def verified_tasks(self) -> None:
        done = {task: key for task, (key, state, _) in self.tasks.items() if state == "done"}
        unverified = [f"{key}" for task, key in done.items() if self.tasks[task][2] != 1]
        self.holds("every task with a check that is done is verified", unverified)
        wrong = [f"{key}: runs {self.accepted(task)}" for task, key in done.items() if len(self.accepted(task)) != 1]
        self.holds("no task is accepted twice, none is done without", wrong)
        wrong = [f"{key}: {why}" for task, key in done.items() for run in self.accepted(task)
                 if (why := self.what_is_missing(key, run))]
        self.holds("what is done and verified had its effect, and its check passed on that very work", wrong)

    def what_is_missing(self, word: str, run: int) -> str:
        tokens = {line["token"] for line in self.ledger.of("end") if line["run"] == run and line["task"] == word}
        checked = {line["token"] for line in self.ledger.of("check") if line["run"] == run and line["task"] == word}
        if len(tokens) != 1:
            return f"run {run} came to its end {len(tokens)} times"
        if not tokens <= checked:
            return f"run {run}: no check saw {tokens}, but {checked}"
        branch = self.runs[run][3]
        published = self.ground.file_at(branch, f"made/{word}.txt")
        return "" if {published} == tokens else f"run {run}: {tokens} is not what {branch} holds: {published}"

    # What is published ----------------------------------------------------------------------------------------------

    def landings(self) -> None:
        branches = ["main", *self.ground.branches("orchestrate/*[0-9]")]
        added = Counter(line for line in self.ground.added_lines(*branches) if TOKEN.fullmatch(line))
        self.holds("work lands once", [f"{token}: {n} times" for token, n in added.items() if n > 1])
        by_run = {line["token"]: line["run"] for line in self.ledger.of("end")}
        published = {line for branch in branches for line in self.ground.lines_at(branch) if TOKEN.fullmatch(line)}
        self.holds("nothing lands that was not accepted",
                   [f"{token}: {self.runs.get(by_run.get(token, 0))}" for token in sorted(published)
                    if not self.may_be_published(by_run.get(token, 0))])

    def may_be_published(self, run: int) -> bool:
        _, verdict, why, _ = self.runs.get(run, (0, "", "", ""))
        # The landing was killed so often that its answer was lost, and a person is told so.
        return verdict == "accept" or "could not be published" in why

    def repository(self) -> None:
        check = self.ground.git_result("fsck", "--connectivity-only", "--no-dangling")
        self.holds("the owner's repository is whole", [check.stderr] if check.returncode else [])
        status = self.ground.git_result("status", "--porcelain", "--branch").stdout.splitlines()
        self.holds("the owner's checkout is as it was", [] if status == ["## elsewhere"] else status)

    # The database ---------------------------------------------------------------------------------------------------

    def states(self) -> None:
        self.holds("no run is left open", self.rows("SELECT id, task, phase FROM runs WHERE phase <> 'ended'"))
        self.holds("no task is left running",
                   self.rows("SELECT id, state FROM tasks WHERE state IN ('running', 'claimed')"))
        self.holds("who waits for a person is in the inbox", self.rows(
            "SELECT id, key FROM tasks WHERE state = 'waiting_human' AND id NOT IN "
            "(SELECT task FROM inbox WHERE status = 'open' AND task IS NOT NULL)"))

    def events(self) -> None:
        wrong = self.rows("SELECT r.id, (SELECT count(*) FROM events e WHERE e.run = r.id AND kind = 'run_started') s, "
                          "(SELECT count(*) FROM events e WHERE e.run = r.id AND kind = 'run_ended') e FROM runs r "
                          "WHERE s <> 1 OR e <> 1")
        self.holds("each run began once and ended once, by the events", wrong)

    def database(self) -> None:
        self.holds("the database is whole", [row for row in self.rows("PRAGMA integrity_check") if row != ("ok",)]
                   + self.rows("PRAGMA foreign_key_check"))
        counted = set(self.rows("SELECT state, rank, count(*) FROM tasks GROUP BY state, rank"))
        kept = set(self.rows("SELECT state, rank, n FROM task_counts WHERE n > 0"))
        self.holds("the counts of tasks are right", sorted(counted ^ kept))

    # What was said --------------------------------------------------------------------------------------------------

    def sessions(self) -> None:
        wrong = [f"session {s.number} {' '.join(s.flags)}: status {s.status}: {self.ground.stderr_of(s)[-2000:]}"
                 for s in self.ground.sessions if not self.session_is_explained(s)]
        self.holds("every session's end is explained", wrong)

    def session_is_explained(self, session: Session) -> bool:
        status, ended = session.status, session.ended or session.begun
        if status == 5:
            return session.has_rival or self.verb_held_the_project(session.begun, ended)
        if status == 2:
            return self.ground.broken.touch(session.begun, ended)
        if status == INTERNAL:
            return self.ground.full.touch(session.begun, ended)
        return status in FINE or (status < 0 and signal.Signals(-status) in session.sent)

    def verb_held_the_project(self, begun: float, ended: float) -> bool:
        return any(asked.may_hold_project and asked.begun <= ended and (asked.ended or ended) >= begun
                   for asked in self.ground.asked)

    def verbs(self) -> None:
        wrong = [f"{' '.join(a.words)}: status {a.status}: {a.err[-2000:]}"
                 for a in self.ground.asked if not self.verb_is_explained(a)]
        self.holds("every verb's answer is explained", wrong)

    def verb_is_explained(self, asked: Asked) -> bool:
        ended = asked.ended or asked.begun
        if asked.status == 2:
            return self.ground.broken.touch(asked.begun, ended)
        return asked.status in (0, 1) or (asked.status == INTERNAL and self.ground.full.touch(asked.begun, ended))

    def no_sanitizer_spoke(self) -> None:
        files = [*self.ground.said.iterdir(), *files_below(self.ground.state / "runs", "stderr")]
        wrong = [f"{file}: {said}" for file in files if file.is_file() and not file.is_symlink()
                 and SANITIZER.search(said := file.read_text(errors="replace")[-20000:])]
        self.holds("no sanitizer spoke", wrong)
