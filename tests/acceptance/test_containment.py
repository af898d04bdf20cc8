"""What an agent does to the machine: floods, daemons, deaf processes."""

from case import Case
from project import Project, alive, expect

CAP_BYTES = 8 << 20
RECORDS_BYTES = 64 << 10  # launch.json, exit.json and their like

# Leaves a daemon of its own session behind, is deaf to SIGTERM, and prints 2 GB as fast as it can.
FLOOD = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        with open(sys.argv[1], "w") as file:
            file.write(str(os.getpid()))
        while True:
            time.sleep(60)
    os._exit(0)
os.wait()
while not os.path.exists(sys.argv[1]) or not os.path.getsize(sys.argv[1]):
    time.sleep(0.01)
block = b"All work and no play makes Jack a dull agent.\\n" * 1400
left = 2 << 30
while left > 0:
    left -= os.write(1, block)
print("the flood is over")
time.sleep(600)
"""


class Containment(Case):
    def flood(self, **keys: object) -> tuple[Project, str]:
        project = self.ready({"limits": {"task_attempts": 1}}, output_limit="8MiB", **keys)
        pid_file = project.folder / "daemon.pid"
        task = project.add("Flood", "--run", self.python(FLOOD, pid_file))
        project.run(status=1)
        project.expect_nothing_left()
        expect(not alive(int(pid_file.read_text())), "the daemon lives on")
        return project, task

    def expect_little_on_disk(self, project: Project, run: dict) -> None:
        files = [file for file in project.agent_step(run).iterdir() if file.is_file()]
        used = sum(file.stat().st_blocks * 512 for file in files)
        expect(used <= CAP_BYTES + RECORDS_BYTES, "more than the output limit is on disk",
               *(f"{file.name} {file.stat().st_size}" for file in files))

    def test_a_deaf_flood_with_a_daemon_is_stopped_at_its_output_limit_and_nothing_of_it_is_left(self) -> None:
        project, task = self.flood()
        run = project.last_run(task)
        expect(run["exit"]["reason"] == "output_limit", "not stopped by the output limit", run["exit"])
        expect(run["exit"]["swept"] >= 1, "the daemon was not counted as swept", run["exit"])
        expect(run["exit"]["dropped_bytes"] > 0, "nothing was dropped", run["exit"])
        self.expect_little_on_disk(project, run)
        said = project.checked("show", task)
        expect("output limit" in said, "`show` does not say why", said)
        expect(project.show(task)["state"] == "failed", "not failed", project.show(task))

    def test_a_truncated_flood_runs_on_to_its_wall_limit_and_keeps_the_disk_small(self) -> None:
        project, task = self.flood(on_output_limit="truncate", wall_limit="4s")
        run = project.last_run(task)
        expect(run["exit"]["reason"] == "wall_limit", "not stopped by the wall limit", run["exit"])
        expect(run["exit"]["stdout_bytes"] > CAP_BYTES, "it did not go on after the limit", run["exit"])
        self.expect_little_on_disk(project, run)
        said = project.checked("show", task)
        expect("wall limit" in said, "`show` does not say why", said)
