"""What is a person's: decisions, packets, the morning page, and why something is not done."""

import json

from case import Case
from project import expect


class Humans(Case):
    def kinds(self) -> dict[str, str]:
        return {str(item["task"]): item["kind"] for item in self.project.inbox()}

    def packet(self, task: str) -> str:
        number = next(item["id"] for item in self.project.inbox() if str(item["task"]) == task)
        return self.project.checked("inbox", "show", str(number))

    def test_the_report_is_one_html_file_without_markup_of_others(self) -> None:
        project = self.ready()
        project.add("<script>alert(1)</script>", "--run", "true")
        project.run(status=0)
        page = project.folder / "report.html"
        project.checked("report", "--html", str(page))
        text = page.read_text()
        expect("&lt;script&gt;" in text and "<script" not in text, "its title is markup", text)

    def test_strategic_manual_and_unroutable_tasks_go_to_the_inbox_at_once_and_run_exits_3(self) -> None:
        project = self.ready(routing='[[rule]]\nname = "nobody does this"\nwhen = { type = ["ODD"] }\nto = "human"\n'
                                     '[[rule]]\nname = "people"\nwhen = { type = ["STRATEGIC"] }\nto = "human"\n')
        strategic = project.add("Choose a market", "--type", "STRATEGIC")
        manual = project.add("Water the plants", "--manual")
        nobody = project.add("Odd", "--type", "ODD")
        done = project.add("Work", "--run", "true")
        project.run(status=3)
        kinds = self.kinds()
        expect(kinds[strategic] == "strategic" and kinds[manual] == "manual" and nobody in kinds, "wrong kinds", kinds)
        for task in (strategic, manual, nobody):
            shown = project.show(task)
            expect(shown["state"] == "waiting_human" and not shown["runs"], "an agent was started for it", shown)
        expect(project.show(done)["state"] == "done", "the rest of the queue did not go on")
        expect("Choose a market" in self.packet(strategic), "the packet does not name the task", self.packet(strategic))
        tasks = project.json("report")["tasks"]
        expect(tasks == {"done_verified": 0, "done_unverified": 1, "failed": 0, "waiting_human": 3, "not_attempted": 0},
               "the report counts otherwise", tasks)

    def test_without_a_rule_or_a_default_a_task_has_no_route_and_says_so(self) -> None:
        project = self.ready()
        project.write(".orchestrate/routing.toml", "")
        task = project.add("Lost", "--needs", "juggling")
        project.run(status=3)
        expect(self.kinds() == {task: "no_route"}, "not one no_route", self.kinds())

    def test_exit_statuses_tell_done_from_failed_from_decisions_from_limits(self) -> None:
        project = self.ready({"limits": {"task_attempts": 1}})
        project.run(status=0)
        project.add("Good", "--run", "true")
        project.run(status=0)
        left = [project.add(f"Good {n}", "--run", "true") for n in range(2)]
        project.run("--max-tasks", "1", status=4)
        states = sorted(project.show(task)["state"] for task in left)
        expect(states == ["done", "queued"], "not one of two", states)
        expect(project.json("report")["tasks"]["not_attempted"] == 1, "the report does not say what is left")
        project.run(status=0)
        project.add("Strategy", "--manual")
        project.run(status=3)
        project.add("Bad", "--run", "false")
        project.run(status=1)

    def test_a_failed_check_reaches_the_next_attempt_as_evidence(self) -> None:
        project = self.ready({"limits": {"task_attempts": 1}})
        check = self.sh("echo checking; echo 'expected 42, got 41 in answer.c' >&2; exit 3")
        task = project.add("Answer", "--run", self.sh("echo 41 > answer.txt"), "--check", check)
        before = project.checked("prompt", task)
        expect("expected 42" not in before, "the evidence is there before the failure", before)
        project.run(status=1)
        run = project.last_run(task)
        expect([(c["passed"], c["exit_code"]) for c in run["checks"]] == [(False, 3)], "not one failed check", run)
        after = project.checked("prompt", task)
        expect("expected 42, got 41 in answer.c" in after and "exit 3" in after, "no evidence in the prompt", after)
        for text in (project.checked("show", task), self.packet(task)):
            expect("expected 42, got 41 in answer.c" in text, "no evidence for people", text)
        expect(self.kinds() == {task: "attempts_exhausted"}, "not one attempts_exhausted", self.kinds())

    def test_a_failed_attempt_is_repeated_by_itself_and_both_are_on_record(self) -> None:
        project = self.ready({"limits": {"task_attempts": 2}})
        stumbled = project.folder / "stumbled"
        task = project.add("Stumble", "--run", self.sh('[ -e "$1" ] || { touch "$1"; exit 7; }', stumbled))
        project.run(status=0)
        runs = project.show(task)["runs"]
        expect([(run["n"], run["verdict"], run["exit"]["code"]) for run in runs] ==
               [(1, "retry", 7), (2, "accept", 0)], "not two attempts", runs)

    def test_an_agent_that_changes_its_own_judge_is_flagged_and_not_published_as_done(self) -> None:
        project = self.project
        project.write("tests/check.sh", "exit 1\n")
        self.ready({"checks": {"protected": ["tests/**"]}})
        main = project.git("rev-parse", "main")
        task = project.add("Make it pass", "--run", self.sh("echo 'exit 0' > tests/check.sh; echo done > work.txt"),
                           "--check", "sh tests/check.sh")
        project.run(status=3)
        expect(self.kinds() == {task: "tampered"}, "not one tampered", self.kinds())
        run = project.last_run(task)
        expect(any("tests/check.sh" in flag for flag in run["flags"]), "the file is not named", run)
        expect("tests/check.sh" in self.packet(task), "the packet does not name the file", self.packet(task))
        branches = project.git("branch", "--format=%(refname:short)").split()
        expect(branches == ["main", f"orchestrate/{task}-unfinished"], "not one unfinished branch", branches)
        expect(project.git("rev-parse", "main") == main, "main was moved")
        expect(project.show(task)["state"] == "waiting_human", "it counts as done", project.show(task))

    def test_a_check_that_is_red_on_the_base_is_not_blamed_on_the_task(self) -> None:
        project = self.ready({"checks": {"default": ["test -e green.txt"]}})
        innocent = project.add("Innocent", "--run", self.sh("echo x > other.txt"))
        mender = project.add("Mender", "--run", self.sh("echo x > green.txt"))
        project.run(status=3)
        expect(self.kinds() == {innocent: "base_red"}, "not one base_red", self.kinds())
        expect(project.show(innocent)["state"] == "waiting_human", "it is called failed", project.show(innocent))
        expect(project.json("report")["tasks"]["failed"] == 0, "the report calls it failed")
        shown = project.show(mender)
        expect(shown["state"] == "done" and shown["verified"] is True, "the mender is not done and verified", shown)

    def test_exit_zero_without_a_change_is_not_done_where_a_change_is_due(self) -> None:
        project = self.ready({"limits": {"task_attempts": 1}}, expects="changes")
        task = project.add("Boast", "--run", self.sh("echo 'All done!'"))
        project.run(status=1)
        expect(project.show(task)["state"] == "failed", "a boast counts as done", project.show(task))

    def test_an_answer_sends_a_task_back_to_the_queue(self) -> None:
        project = self.ready({"limits": {"task_attempts": 1}})
        mended = project.folder / "mended"
        task = project.add("Later", "--run", self.sh('[ -e "$1" ]', mended))
        project.run(status=1)
        mended.touch()
        item = project.inbox()[0]
        expect("retry" in item["options"], "no such option", item)
        project.checked("inbox", "answer", str(item["id"]), "retry", "--note", "mended by hand")
        expect(project.inbox() == [], "the item is still open", project.inbox())
        project.run(status=0)
        expect(project.show(task)["state"] == "done", "not done after the answer", project.show(task))

    def test_reading_verbs_speak_json(self) -> None:
        project = self.ready()
        task = project.add("Work", "--run", "true")
        project.run(status=0)
        for verb in (["list"], ["show", task], ["status"], ["plan"], ["why", task], ["inbox"], ["report"],
                     ["route", task], ["prompt", task], ["version"], ["config", "check"]):
            json.dumps(project.json(*verb))
