"""How tasks get into the queue and when they leave it."""

import json
import signal
import subprocess
import time
from datetime import datetime, timedelta, timezone

from case import Case
from project import expect, wait_for

PROMPTLY_S = 1.0


class Queue(Case):
    def events(self, kind: str) -> list[str]:
        return self.project.sql(f"SELECT coalesce(task, 0) FROM events WHERE kind = '{kind}' ORDER BY seq").split()

    def test_a_row_from_the_sqlite3_shell_is_dispatched_at_once_and_one_signal_drains(self) -> None:
        project = self.ready()
        started, go = project.folder / "started", project.folder / "go"
        wait = self.sh('touch "$1"; until [ -e "$2" ]; do sleep 0.02; done', started, go)
        session = project.begin("run", "--watch", "--json")
        expect(json.loads(session.stdout.readline())["kind"] == "session_started", "no session_started")
        inserted = time.monotonic()
        project.sql(f"INSERT INTO tasks (title, type, run_command) VALUES ('From the shell', 'SCRIPT', '{wait}')")
        while json.loads(session.stdout.readline())["kind"] != "run_started":
            pass
        took_s = time.monotonic() - inserted
        expect(took_s < PROMPTLY_S, f"dispatched only after {took_s:.3f} s")
        self.note(f"dispatched {took_s * 1000:.0f} ms after the sqlite3 shell was started")

        wait_for(started.exists, "the agent starts")
        session.send_signal(signal.SIGTERM)
        wait_for(lambda: self.events("session_draining"), "it drains")
        project.sql("INSERT INTO tasks (title, run_command) VALUES ('Too late', 'true')")
        expect(session.poll() is None, "it ended with an agent running")
        go.touch()
        out, err = session.communicate(timeout=60)
        expect([json.loads(line)["kind"] for line in out.splitlines()][-1] == "session_ended", "no session_ended", out)
        states = [task["state"] for task in project.json("list")]
        expect(states == ["done", "queued"], "the agent was not let go on, or something new was started", states)
        expect(session.returncode == 4, f"run exits {session.returncode}, not 4, with work left", err)
        project.run(status=0)

    def test_a_watching_session_that_is_stopped_with_an_empty_queue_exits_0(self) -> None:
        project = self.ready()
        expect(project.json("list") == [], "there are tasks")
        session = project.begin("run", "--watch", "--quiet")
        wait_for(lambda: self.events("session_started"), "it watches")
        task = project.add("Work", "--run", "true")
        wait_for(lambda: project.show(task)["state"] == "done", "it is done")
        expect(session.poll() is None, "it did not stay")
        session.send_signal(signal.SIGINT)
        out, err = session.communicate(timeout=60)
        expect(session.returncode == 0, f"run exits {session.returncode}, not 0", out, err)
        expect(out == "" and err == "", "it is not quiet", out, err)

    def test_tasks_added_by_many_programs_at_once_are_all_kept_and_done(self) -> None:
        project = self.ready(max_parallel=2)
        expect(project.json("list") == [], "there are tasks")
        session = project.begin("run", "--watch", "--quiet")
        adders = [project.begin("add", "--json", "--run", "true", f"Added {n}") for n in range(8)]
        shells = [subprocess.Popen(["sqlite3", "-cmd", ".timeout 20000", project.state / "state.db",
                                    f"INSERT INTO tasks (title, run_command) VALUES ('Inserted {n}', 'true')"])
                  for n in range(4)]
        ids = [json.loads(adder.communicate(timeout=60)[0])["id"] for adder in adders]
        expect(len(set(ids)) == 8, "ids repeat", ids)
        expect([shell.wait(60) for shell in shells] == [0] * 4, "an INSERT failed")
        titles = sorted(task["title"] for task in project.json("list"))
        expect(titles == [f"Added {n}" for n in range(8)] + [f"Inserted {n}" for n in range(4)], "not all kept", titles)
        wait_for(lambda: project.sql("SELECT count(*) FROM tasks WHERE state = 'done'") == "12\n", "all are done", 60)
        session.send_signal(signal.SIGTERM)
        out, err = session.communicate(timeout=60)
        expect(session.returncode == 0, f"run exits {session.returncode}", out, err)
        expect(project.sql("SELECT count(*) FROM runs") == "12\n", "not one run each")

    def test_many_programs_may_open_a_new_project_at_once(self) -> None:
        project = self.ready()
        readers = [project.begin("status", "--json") for _ in range(12)]
        for reader in readers:
            out, err = reader.communicate(timeout=60)
            expect(reader.returncode == 0, "one could not open the database", out, err)

    def test_tasks_that_wait_for_each_other_or_for_a_failure_do_not_keep_the_night_open(self) -> None:
        project = self.ready({"limits": {"task_attempts": 1}})
        failing = project.add("Failing", "--run", "false")
        after = project.add("After it", "--depends-on", failing, "--run", "true")
        first = project.add("First of a circle", "--run", "true")
        second = project.add("Second", "--depends-on", first, "--run", "true")
        project.sql(f"INSERT INTO dependencies (task, depends_on) VALUES ({first}, {second})")
        project.run(status=1)
        left = {str(item["id"]): item["why"] for item in project.json("report")["not_attempted"]}
        expect(set(left) == {after, first, second} and all("depends on" in why for why in left.values()),
               "the report does not say what is left and why", left)

    def test_a_task_that_is_not_due_waits_for_its_time(self) -> None:
        project = self.ready()
        far = (datetime.now(timezone.utc) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        task = project.add("Tomorrow", "--run", "true", "--not-before", far)
        expect("not before" in project.checked("why", task), "`why` does not say", project.checked("why", task))
        project.run(status=0)
        expect(project.show(task)["state"] == "queued", "it was not left for its time", project.show(task))
        project.sql(f"UPDATE tasks SET not_before = {int((time.time() + 1.5) * 1000)} WHERE id = {task}")
        session = project.begin("run", "--watch", "--quiet")
        wait_for(lambda: project.show(task)["state"] == "done", "it becomes due while the session watches")
        run = project.last_run(task)
        due = int(project.sql(f"SELECT not_before FROM tasks WHERE id = {task}"))
        began = int(project.sql(f"SELECT started_at FROM runs WHERE id = {run['id']}"))
        expect(due <= began < due + 5000, f"begun {began - due} ms after its time")
        session.send_signal(signal.SIGTERM)
        session.communicate(timeout=60)

    def test_the_same_key_is_the_same_task(self) -> None:
        project = self.ready()
        first = project.add("Nightly", "--key", "nightly-2025-11-21", "--run", "true")
        again = project.add("Nightly, again", "--key", "nightly-2025-11-21", "--run", "false")
        other = project.add("Nightly", "--key", "nightly-2025-11-22", "--run", "true")
        expect(first == again != other, "not one task per key", first, again, other)
        expect([task["title"] for task in project.json("list")] == ["Nightly", "Nightly"], "another title")

    def test_higher_priorities_go_first(self) -> None:
        project = self.ready({"dispatch": {"max_parallel": 1}})
        tasks = {priority: project.add(priority, "--priority", priority, "--run", "true")
                 for priority in ("P3", "P1", "P2", "P0")}
        plan = [str(item["id"]) for item in project.json("plan")]
        expect(plan == [tasks[p] for p in ("P0", "P1", "P2", "P3")], "`plan` has another order", plan)
        project.run(status=0)
        expect(self.events("run_started") == plan, "`run` has another order than `plan`", self.events("run_started"))

    def test_the_project_is_found_from_below_and_from_elsewhere(self) -> None:
        project = self.ready()
        deep = project.root / "a/b"
        deep.mkdir(parents=True)
        program = str(project.orchestrate)
        for argv, cwd in (([program, "add", "From below"], deep),
                          ([program, "-C", str(deep), "add", "From elsewhere"], project.folder),
                          ([program, "-C", "project", "add", "By a relative path"], project.folder)):
            done = subprocess.run(argv, cwd=cwd, env=project.env, capture_output=True, text=True, timeout=60)
            expect(done.returncode == 0, f"{argv} exits {done.returncode}", done.stderr)
        expect(len(project.json("list")) == 3, "not in one queue", project.json("list"))
        lost = subprocess.run([program, "list"], cwd=project.folder, env=project.env, capture_output=True, text=True)
        expect(lost.returncode == 2 and "orchestrate init" in lost.stderr, "no way out is named", lost.stderr)

    def test_plan_starts_nothing_and_changes_nothing(self) -> None:
        project = self.ready()
        ran = project.folder / "ran"
        task = project.add("Work", "--run", f"touch {ran}")
        before = project.sql("SELECT count(*), max(seq) FROM events")
        item = project.json("plan")[0]
        expect((str(item["id"]), item["agent_type"], item["holds"]) == (task, "worker", []), "not planned", item)
        expect(not ran.exists() and project.sql("SELECT count(*), max(seq) FROM events") == before, "it did something")

    def test_init_makes_a_project_that_checks_clean_and_never_overwrites(self) -> None:
        project = self.project
        (project.root / ".orchestrate").rmdir()
        project.checked("init", str(project.root))
        project.checked("config", "check")
        for name in ("orchestrate.toml", "routing.toml", "agents.toml", ".gitignore"):
            project.write(f".orchestrate/{name}", "# mine\n")
        project.checked("init", str(project.root))
        for name in ("orchestrate.toml", "routing.toml", "agents.toml", ".gitignore"):
            expect((project.root / ".orchestrate" / name).read_text() == "# mine\n", f"{name} was overwritten")
