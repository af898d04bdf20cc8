"""kill -9 at the worst moment: nothing is lost, nothing is run twice."""

import json
import random
import shutil
import signal
import subprocess
from pathlib import Path

from case import Case
from project import alive, expect, kill, wait_for

# Counts its starts in a file, says its pid, and waits to be let go.
PATIENT = """
echo "$$" >> "$1"
until [ -e "$2" ]; do sleep 0.02; done
echo let go
"""

# Counts its starts and ends at once, but for a moment in which it may be interrupted.
QUICK = """
echo "$2" >> "$1"
sleep 0.2
echo "$2" > made.txt
"""


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


class Crash(Case):
    def patient(self, *flags: str) -> tuple[str, Path, Path]:
        starts, go = self.project.folder / "starts", self.project.folder / "go"
        return self.project.add("Be patient", "--run", self.sh(PATIENT, starts, go), *flags), starts, go

    def kill_a_session_with_a_running_agent(self, starts: Path) -> int:
        session = self.project.begin("run")
        agent = int(wait_for(lambda: lines(starts), "the agent starts")[0])
        session.kill()
        session.wait()
        expect(alive(agent), "the agent died with the orchestrator")
        return agent

    def kill_the_shim(self) -> None:
        runs = self.project.state / "runs"
        # The agent may have said its first word before its shim has written this.
        record = wait_for(lambda: list(runs.glob("*/*-agent/started.json")), "the shim says what it started")[0]
        shim = json.loads(record.read_text())["shim_pid"]
        expect("orchestrate-shim" in Path(f"/proc/{shim}/cmdline").read_text(), "started.json does not name the shim")
        kill(shim)

    def expect_adopted(self, task: str, starts: Path, go: Path) -> None:
        agent = self.kill_a_session_with_a_running_agent(starts)
        second = self.project.begin("run")
        wait_for(lambda: self.project.sql("SELECT count(*) FROM sessions") == "2\n", "the second session begins")
        wait_for(lambda: self.project.json("status")["running"], "the second session knows of the agent")
        expect(alive(agent), "the agent was ended instead of adopted")
        go.touch()
        out, err = second.communicate(timeout=60)
        expect(second.returncode == 0, f"the second run exits {second.returncode}", out, err)
        shown = self.project.show(task)
        expect(lines(starts) == [str(agent)], "the agent was started again", lines(starts))
        expect(shown["state"] == "done" and len(shown["runs"]) == 1, "not done in one run", shown)
        expect("let go" in self.project.checked("log", task), "its output after the crash is lost")
        counts = self.project.json("report")["tasks"]
        expect(counts["done_verified"] == 1, "the report of the night that ended it is silent", counts)
        self.project.expect_nothing_left()

    def test_an_agent_outlives_a_killed_orchestrator_and_is_adopted_by_the_next(self) -> None:
        self.ready()
        self.expect_adopted(*self.patient("--check", "test -e README.md"))

    def test_an_agent_is_adopted_when_the_project_has_checks_with_a_baseline(self) -> None:
        self.ready({"checks": {"default": ["test -e README.md"]}})
        self.expect_adopted(*self.patient())

    def test_an_agent_is_adopted_when_the_configuration_has_changed_meanwhile(self) -> None:
        project = self.ready()
        task, starts, go = self.patient()
        agent = self.kill_a_session_with_a_running_agent(starts)
        project.configure({"hooks": {"before_run": ["true"]}, "checks": {"default": ["test -e README.md"]}})
        session = project.begin("run")
        wait_for(lambda: project.sql("SELECT count(*) FROM sessions") == "2\n", "the second session begins")
        go.touch()
        out, err = session.communicate(timeout=60)
        shown = project.show(task)
        expect(lines(starts) == [str(agent)], "the agent was started again", lines(starts), out, err)
        expect(shown["state"] == "done" and len(shown["runs"]) == 1, "not done in one run", shown)

    def remove_its_agent_type(self) -> None:
        self.project.agent_types["other"] = self.project.agent_types.pop("worker")
        self.project.configure()

    def test_an_agent_whose_type_was_removed_meanwhile_goes_on_by_what_it_began_with(self) -> None:
        self.ready()
        task, starts, go = self.patient()
        self.kill_a_session_with_a_running_agent(starts)
        self.remove_its_agent_type()
        go.touch()
        self.project.run(status=0)
        shown = self.project.show(task)
        expect(len(lines(starts)) == 1 and len(shown["runs"]) == 1, "it was started again", lines(starts), shown)
        expect(shown["state"] == "done", "not done", shown)

    def test_an_agent_whose_configuration_is_gone_is_ended_and_a_human_is_asked(self) -> None:
        project = self.ready()
        task, starts, _ = self.patient()
        self.kill_a_session_with_a_running_agent(starts)
        self.remove_its_agent_type()
        shutil.rmtree(project.state / "configurations")
        project.run(status=3)
        project.expect_nothing_left(timeout_s=20)
        expect(project.show(task)["state"] == "waiting_human", "nobody is asked", project.show(task))
        expect(len(lines(starts)) == 1, "it was started again", lines(starts))

    def test_a_run_is_judged_by_the_checks_that_it_began_with(self) -> None:
        starts, go = self.project.folder / "starts", self.project.folder / "go"
        checks = {"default": [self.sh(PATIENT, starts, go)], "baseline": False}
        project = self.ready({"checks": checks, "limits": {"task_attempts": 1}})
        task = project.add("Work", "--run", self.sh("echo x > made.txt"))
        self.kill_a_session_with_a_running_agent(starts)  # it is the check that is running
        project.configure({"checks": {**checks, "default": ["false"]}, "limits": {"task_attempts": 1}})
        go.touch()
        project.run(status=0)
        shown = project.show(task)
        expect([check["command"] for check in shown["runs"][0]["checks"]] == checks["default"], "another check", shown)
        expect(shown["state"] == "done", "not done", shown)

    def test_an_agent_that_ended_while_nobody_looked_is_ingested_not_repeated(self) -> None:
        project = self.ready()
        task, starts, go = self.patient()
        self.kill_a_session_with_a_running_agent(starts)
        go.touch()
        project.expect_nothing_left()
        project.run(status=0)
        shown = project.show(task)
        expect(len(lines(starts)) == 1 and len(shown["runs"]) == 1, "it was started again", lines(starts), shown)
        expect(shown["state"] == "done", "not done", shown)

    def test_kills_at_random_moments_lose_nothing_and_repeat_nothing(self) -> None:
        project = self.ready({"dispatch": {"max_parallel": 2}, "checks": {"default": ["test -e README.md"]}})
        starts = project.folder / "starts"
        tasks = [project.add(f"Task {n}", "--run", self.sh(QUICK, starts, n), "--check", f"grep -q {n} made.txt")
                 for n in range(6)]
        moments = random.Random(20251121)
        for _ in range(10):
            session = project.begin("run", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                session.wait(moments.uniform(0.05, 1.2))
            except subprocess.TimeoutExpired:
                session.kill()
                session.wait()
        project.run(status=0)
        expect(sorted(lines(starts)) == [str(n) for n in range(6)], "not every command ran exactly once",
               sorted(lines(starts)))
        for n, task in enumerate(tasks):
            shown = project.show(task)
            expect(len(shown["runs"]) == 1, "more than one run", shown)
            expect(shown["state"] == "done" and shown["verified"] is True, "not done and verified", shown)
            branch = shown["runs"][0]["branch"]
            expect(project.git("show", f"{branch}:made.txt") == f"{n}\n", "not its own work in its branch", shown)
        project.expect_nothing_left()

    def test_a_killed_shim_is_an_unknown_outcome_for_a_human_and_leaves_no_process(self) -> None:
        project = self.ready()
        starts, go = project.folder / "starts", project.folder / "go"
        daemon = "setsid sh -c 'trap : TERM; while :; do sleep 1; done' >/dev/null 2>&1 &\n"
        task = project.add("Be patient", "--run", self.sh(daemon + PATIENT, starts, go))
        session = project.begin("run")
        wait_for(lambda: lines(starts), "the agent starts")
        self.kill_the_shim()
        out, err = session.communicate(timeout=60)
        expect(session.returncode == 3, f"run exits {session.returncode}, not 3", out, err)
        expect([item["kind"] for item in project.inbox()] == ["unknown_outcome"], "not one unknown_outcome",
               project.inbox())
        project.run(status=3)
        shown = project.show(task)
        expect(len(lines(starts)) == 1 and len(shown["runs"]) == 1, "it was repeated without asking", shown)
        expect(shown["state"] == "waiting_human", "it does not wait for a human", shown)
        project.expect_nothing_left()

    def test_a_check_that_was_killed_is_asked_again_and_the_agent_is_not(self) -> None:
        project = self.ready()
        starts, asked, go = (project.folder / name for name in ("starts", "asked", "go"))
        task = project.add("Send the mail", "--run", self.sh('echo sent >> "$1"', starts),
                           "--check", self.sh(PATIENT, asked, go))
        session = project.begin("run")
        wait_for(lambda: lines(asked), "the check starts")
        record = wait_for(lambda: list((project.state / "runs").glob("*/*-check-*/started.json")), "its shim says so")[0]
        kill(json.loads(record.read_text())["shim_pid"])
        wait_for(lambda: len(lines(asked)) == 2, "the check is asked again")
        go.touch()
        out, err = session.communicate(timeout=60)
        expect(session.returncode == 0, f"run exits {session.returncode}", out, err)
        shown = project.show(task)
        expect(shown["verified"] is True and len(shown["runs"]) == 1, "not one run, verified", shown)
        expect(len(lines(starts)) == 1, "the agent was run again", lines(starts))
        project.expect_nothing_left()

    def test_an_outcome_that_nobody_saw_is_repeated_only_where_the_agent_type_allows_it(self) -> None:
        project = self.ready(idempotent=True)
        task, starts, go = self.patient()
        self.kill_a_session_with_a_running_agent(starts)
        self.kill_the_shim()
        project.expect_nothing_left()
        go.touch()
        project.run(status=0)
        shown = project.show(task)
        verdicts = [run["verdict"] for run in shown["runs"]]
        expect(verdicts == ["retry", "accept"], "not repeated, or not on record", shown)
        expect(len(lines(starts)) == 2 and project.inbox() == [], "not started twice", lines(starts), project.inbox())

    def test_a_second_orchestrator_is_told_who_holds_the_project(self) -> None:
        project = self.ready()
        task, starts, go = self.patient()
        first = project.begin("run")
        wait_for(lambda: lines(starts), "the agent starts")
        second = project.run(status=5)
        expect(f"pid {first.pid}" in second.stderr, "it does not say who holds the project", second.stderr)
        expect(project.show(task)["state"] == "running", "the first one was disturbed", project.show(task))
        go.touch()
        out, err = first.communicate(timeout=60)
        expect(first.returncode == 0 and len(lines(starts)) == 1, "the first one did not go on", out, err)
        project.run(status=0)

    def test_two_signals_end_the_running_agents_and_the_task_goes_on_next_time(self) -> None:
        project = self.ready()
        task, starts, go = self.patient()
        session = project.begin("run")
        wait_for(lambda: lines(starts), "the agent starts")
        session.send_signal(signal.SIGTERM)
        wait_for(lambda: project.sql("SELECT 1 FROM events WHERE kind = 'session_draining'"), "it drains")
        expect(session.poll() is None, "one signal ended it with an agent running")
        session.send_signal(signal.SIGTERM)
        out, err = session.communicate(timeout=60)
        project.expect_nothing_left()
        shown = project.show(task)
        expect(shown["state"] == "queued" and shown["ledger"]["attempts"] == 0, "stopping used up an attempt", shown)
        expect(session.returncode == 4, f"run exits {session.returncode}, not 4, with work left", out, err)
        go.touch()
        project.run(status=0)
        expect(project.show(task)["state"] == "done", "not done the next time", project.show(task))
