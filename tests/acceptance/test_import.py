"""Many tasks from one file: all of them or none, in any format, as often as one likes."""

import json
import random

from case import Case
from project import Project, expect

LIST = """# Tonight

- [ ] (P0) Third
  key: third
  depends on: second
  run: sh -c 'echo third >> {log}'
- [ ] Second
  key: second
  depends on: first
  run: sh -c 'echo second >> {log}'
- [x] Done by hand
- [ ] First
  key: first
  run: sh -c 'echo first >> {log}'
"""


class Import(Case):
    def import_file(self, name: str, text: str, *flags: str, status: int = 0) -> str:
        return self.project.checked("import", str(self.project.write(name, text)), *flags, status=status)

    def refusal(self, project: Project, name: str, text: str) -> str:
        done = project.verb("import", str(project.write(name, text)))
        expect(done.returncode == 2, f"import exits {done.returncode}, not 2", done.stdout, done.stderr)
        expect(project.json("list") == [], "half of a broken file was queued", project.json("list"))
        return done.stderr

    def test_what_is_imported_runs_in_the_order_of_its_dependencies(self) -> None:
        project = self.ready(workspace="scratch")
        log = project.folder / "log"
        ids = self.import_file("tasks.md", LIST.format(log=log)).split()
        expect(len(ids) == 3, "not three ids, one a line", ids)
        shown = project.show(ids[0])
        expect(shown["title"] == "Third" and shown["priority"] == "P0-CRITICAL" and shown["depends_on"] == [int(ids[1])],
               "the first id is not the first item", shown)
        project.run(status=0)
        expect(log.read_text().split() == ["first", "second", "third"], "the order was not kept", log.read_text())

    def test_the_same_file_again_queues_nothing_twice(self) -> None:
        project = self.ready()
        first = json.loads(self.import_file("tasks.md", LIST.format(log="/dev/null"), "--json"))
        expect(first["existing"] == [] and first["skipped"] == 1, "the first import says otherwise", first)
        again = json.loads(self.import_file("tasks.md", LIST.format(log="/dev/null"), "--json"))
        expect(again["ids"] == first["ids"] == again["existing"], "the second import queued", first, again)
        expect(len(project.json("list")) == 3, "there are more tasks than items")
        said = project.verb("import", str(project.root / "tasks.md")).stderr
        expect("has the key third already" in said, "it is not said for people", said)

    def test_a_dry_run_shows_everything_and_writes_nothing(self) -> None:
        project = self.ready()
        shown = self.import_file("tasks.md", LIST.format(log="/dev/null"), "--dry-run")
        lines = [line.split() for line in shown.splitlines()]
        expect(lines[0] == ["#", "PRI", "TYPE", "TITLE", "NEEDS", "DEPENDS", "ON"], "the heading differs", shown)
        expect(lines[1] == ["1", "P0", "SCRIPT", "Third", "#2"], "the first line differs", shown)
        expect(project.json("list") == [], "a dry run wrote")

    def test_every_mistake_is_told_at_once_with_place_and_caret_and_nothing_is_queued(self) -> None:
        project = self.ready()
        said = self.refusal(project, "tasks.toml", '''[[task]]
title = "Right"

[[task]]
titel = "Wrong key"
priority = "P7"
checks = ["make | tee"]
agent = "wroker"
depends_on = ["nobody", 4711]
not_before = "noon"
''')
        for words in ("tasks.toml:5:1: error: unknown key `titel`", "did you mean `title`?", "invalid priority `P7`",
                      "tasks.toml:7:11:", "which only a shell understands", "did you mean `worker`?",
                      "there is no task `nobody`", "there is no task `4711`", "invalid not_before `noon`", "^~~~~~"):
            expect(words in said, f"it does not say: {words}", said)

    def test_standard_input_says_its_format(self) -> None:
        project = self.ready()
        line = json.dumps({"title": "From a program", "key": "p"}) + "\n"
        refused = project.verb("import", "-", stdin=line)
        expect(refused.returncode == 2 and "--format" in refused.stderr, "no way out is named", refused.stderr)
        project.checked("import", "-", "--format", "jsonl", stdin=line)
        expect(project.json("list")[0]["title"] == "From a program", "it is not queued")

    def test_dependencies_may_name_tasks_that_are_there_already(self) -> None:
        project = self.ready()
        old = project.add("Old", "--key", "old")
        ids = self.import_file("t.json", json.dumps([{"title": "By id", "depends_on": [int(old)]},
                                                     {"title": "By key", "depends_on": "old"}])).split()
        expect([project.show(task)["depends_on"] for task in ids] == [[int(old)]] * 2, "they do not wait for it")

    def test_ten_thousand_tasks_in_any_order(self) -> None:
        project = self.ready()
        tasks = [{"title": f"Task {n}", "key": str(n) + "k", "depends_on": [f"{n - 1}k"] if n else []}
                 for n in range(10_000)]
        random.Random(1).shuffle(tasks)
        ids = self.import_file("many.json", json.dumps({"tasks": tasks})).split()
        expect(len(set(ids)) == 10_000, "not ten thousand ids", len(set(ids)))
        tasks.append({"title": "One too many"})
        refused = project.verb("import", str(project.write("more.json", json.dumps(tasks))))
        expect(refused.returncode == 2 and "more than 10000 tasks" in refused.stderr, "not refused", refused.stderr)
