"""One night: one queue, one repository, six CLIs, each task to the one that has the capability it needs."""

from pathlib import Path

from clis import CLIS, agent_type
from harness import HERE, Project, expect, require
from model_server.client import Server

SERVER_LIFE_S = 600


def one_night_in_which_every_cli_takes_a_task(orchestrate: Path, prepared: Path) -> None:
    require(prepared, *CLIS)
    with Project(orchestrate) as project, Server(HERE / "scripts", SERVER_LIFE_S) as server:
        tasks = queue(project, prepared, server)
        done = project.run()
        expect(done.returncode == 0, f"run exits {done.returncode}", done.stdout, done.stderr)
        for cli, task in tasks.items():
            expect_done(project, cli, task)
        print(indented(project.checked("report")))
        for task in tasks.values():
            print(indented(project.checked("show", task)))
        project.expect_nothing_left()


def queue(project: Project, prepared: Path, server: Server) -> dict[str, str]:
    for cli in CLIS.values():
        keys = agent_type(cli, prepared / "bin", server.url(f"write-made~night-{cli.name}"))
        project.agent_type(cli.name, capabilities=[f"by-{cli.name}"], **keys)
    capabilities = "".join(f'by-{name} = "{name}"\n' for name in CLIS)
    project.configure({"dispatch": {"max_parallel": 2}, "limits": {"task_attempts": 1}},
                      f"[capabilities]\n{capabilities}")
    project.commit()
    return {name: project.add(f"Make made.txt with {name}", "--needs", f"by-{name}",
                              "--check", "grep -q 'by the model' made.txt") for name in CLIS}


def expect_done(project: Project, cli: str, task: str) -> None:
    shown, run = project.show(task), project.last_run(task)
    expect(shown["state"] == "done" and shown["verified"], f"{cli}: not done (verified)", run["why"])
    expect(run["agent_type"] == cli, f"{cli}: another agent type took its task", run["agent_type"])
    expect(run["tokens_in"] > 0 and run["tokens_out"] > 0, f"{cli}: its tokens are not known", run)
    expect((run["cost_usd"] > 0) == CLIS[cli].states_cost, f"{cli}: its cost", run["cost_usd"])
    told = "$0.00 (1 run states no cost)" in project.checked("show", task)
    expect(told != CLIS[cli].states_cost, f"{cli}: a cost that nobody stated is shown as none")
    expect(bool(run["session_id"]) == CLIS[cli].resumes, f"{cli}: its session", run["session_id"])
    expect(project.git("show", f"{run['branch']}:made.txt") == "by the model\n", f"{cli}: not in its branch")


def indented(text: str) -> str:
    return "".join(f"        {line}\n" for line in text.splitlines())
