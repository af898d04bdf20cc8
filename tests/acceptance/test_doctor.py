"""`orchestrate doctor`: what would fail tonight is said in the evening, with the way out."""

import json
import os
import subprocess

from case import Case
from project import Project, expect, wait_for

SAYS_ITS_VERSION = 'echo "9.8.7 (a fake)"\n'
SECRET = "sk-5e7d1c0a9b8f4e62"


class Doctor(Case):
    def cli(self, body: str) -> str:
        """A program that stands for an agent CLI."""
        file = self.project.folder / "claude"
        file.write_text("#!/bin/sh\n" + body)
        file.chmod(0o755)
        return str(file)

    def with_cli(self, body: str = SAYS_ITS_VERSION, settings: dict | None = None, **keys: object) -> Project:
        values = {"driver": "claude", "command": self.cli(body), "env": {"ANTHROPIC_API_KEY": SECRET}, **keys}
        self.project.agent_type("coder", **values)
        self.project.configure(settings)
        self.project.commit()
        return self.project

    def findings(self, status: int, subject: str = "") -> list[dict]:
        found = json.loads(self.project.checked("doctor", "--json", status=status))
        expect(all(set(each) == {"subject", "status", "text", "fix"} for each in found), "other members", found)
        expect(all(each["fix"] for each in found if each["status"] == "FAIL"), "a failure without a way out", found)
        expect(status == ("FAIL" in [each["status"] for each in found]), "the exit status says otherwise", found)
        return [each for each in found if each["subject"] == subject] if subject else found

    def expect_finding(self, subject: str, health: str, *words: str) -> dict:
        found = self.findings(1 if health == "FAIL" else 0, subject)
        hits = [each for each in found if each["status"] == health and all(word in each["text"] for word in words)]
        expect(hits, f"no {health} of `{subject}` that says {words}", *found)
        return hits[0]

    def test_where_all_is_well_it_exits_0_and_names_the_version(self) -> None:
        project = self.with_cli()
        self.expect_finding("coder", "ok", "9.8.7 (a fake)")
        said = project.checked("doctor")
        expect("0 would fail tonight" in said, "no summary", said)
        expect(not project.state.exists(), "it made something")

    def test_it_works_in_an_empty_environment(self) -> None:
        project = self.with_cli()
        done = subprocess.run(project.argv("doctor"), env={}, capture_output=True, text=True, timeout=60)
        expect(done.returncode == 0 and "9.8.7" in done.stdout, f"exits {done.returncode}", done.stdout, done.stderr)

    def test_without_a_project_it_says_how_to_make_one(self) -> None:
        done = subprocess.run([self.project.orchestrate, "doctor"], cwd=self.project.folder, env=self.project.env,
                              capture_output=True, text=True, timeout=60)
        expect(done.returncode == 1 and "orchestrate init" in done.stdout, "no way out", done.stdout, done.stderr)

    def test_a_missing_cli_fails_and_with_a_fallback_warns(self) -> None:
        project = self.with_cli(command="nowhere-cli")
        self.expect_finding("coder", "FAIL", "`nowhere-cli` is not on PATH")
        project.agent_types["coder"]["fallback"] = ["other"]
        project.agent_type("other", driver="script")
        project.configure()
        self.expect_finding("coder", "warn", "its tasks go to other")

    def test_a_cli_that_breaks_floods_or_hangs_is_said_and_leaves_nothing(self) -> None:
        project = self.with_cli("echo broken >&2; exit 3\n")
        self.expect_finding("coder", "FAIL", "exits 3: broken")
        self.cli("while :; do echo flood; done\n")
        self.expect_finding("coder", "FAIL", "prints without end")
        self.cli("sleep 1000 & sleep 1000\n")
        self.expect_finding("coder", "FAIL", "more than 10 s")
        project.expect_nothing_left()

    def test_a_cli_is_asked_in_a_home_and_an_environment_of_its_own(self) -> None:
        project = self.with_cli('env > "$0.env"; touch "$HOME/litter"; echo 1.0\n')
        project.env["OUR_SECRET"] = SECRET
        self.expect_finding("coder", "ok", "1.0")
        seen = (project.folder / "claude.env").read_text()
        expect("OUR_SECRET" not in seen, "it got more than its agent type gets", seen)
        expect(not list(project.folder.rglob("litter")), "its litter is left")

    def test_a_key_is_named_and_never_shown(self) -> None:
        project = self.with_cli(env_pass=["OTHER_API_KEY"])
        project.env["OTHER_API_KEY"] = SECRET
        finding = self.expect_finding("coder: login", "ok", "ANTHROPIC_API_KEY", "OTHER_API_KEY")
        said = project.checked("doctor") + json.dumps(finding)
        expect(SECRET not in said, "a key is shown", said)

    def test_no_key_and_no_login_fails_and_a_stored_login_will_do(self) -> None:
        project = self.with_cli(env={})
        self.expect_finding("coder: login", "FAIL", "no key is passed and no login is stored")
        login = project.state / "homes/coder/.claude/.credentials.json"
        login.parent.mkdir(parents=True)
        login.write_text("{}")
        self.expect_finding("coder: login", "ok", str(login))

    def test_what_the_driver_refuses_here_fails(self) -> None:
        self.with_cli(permissions="full")
        if os.geteuid() == 0:
            self.expect_finding("coder: permissions", "FAIL", "as root")
        else:
            self.expect_finding("coder: permissions", "ok", "full")

    def test_files_of_the_base_that_steer_the_cli_are_listed_with_what_they_may_do(self) -> None:
        self.project.write(".claude/settings.json", "{}")
        self.project.write(".mcp.json", "{}")
        self.project.write("CLAUDE.md", "Be kind.\n")
        project = self.with_cli()
        project.write(".claude/settings.local.json", "{}")  # not of the base
        listed = self.expect_finding("coder: repository", "ok", "does not act: .claude/settings.json, .mcp.json")
        expect("read as text: CLAUDE.md" in listed["text"], "instructions are not told apart", listed)
        expect("local" not in listed["text"], "what is not of the base is listed", listed)
        project.agent_types["coder"]["repository_config"] = "trust"
        project.configure()
        self.expect_finding("coder: repository", "warn", "acts: .claude/settings.json, .mcp.json")

    def test_a_file_above_the_workspaces_is_told(self) -> None:
        above = self.project.folder / "CLAUDE.md"
        above.write_text("Be kind.\n")
        self.with_cli()
        self.expect_finding("coder: repository", "warn", str(above))

    def test_a_missing_base_fails(self) -> None:
        self.with_cli(settings={"project": {"name": "x", "base": "nowhere"}})
        self.expect_finding("base", "FAIL", 'no branch, tag or commit "nowhere"')

    def test_a_project_that_is_no_repository_fails_unless_none_is_needed(self) -> None:
        project = self.project
        project.agent_type("worker", driver="script")
        project.configure()
        self.expect_finding("base", "FAIL", "not a git repository")
        project.configure({"workspace": {"kind": "scratch"}})
        self.expect_finding("base", "ok", "none is needed")

    def test_a_disk_below_the_floor_fails(self) -> None:
        self.with_cli(settings={"retention": {"free_disk_floor": "900TiB"}})
        self.expect_finding("disk", "FAIL", "below the floor")

    def test_workspaces_inside_the_project_fail(self) -> None:
        self.with_cli(settings={"workspace": {"root": str(self.project.root / "spaces")}})
        self.expect_finding("workspaces", "FAIL", "lies in the project")

    def test_a_check_whose_program_is_nowhere_fails(self) -> None:
        self.with_cli(settings={"checks": {"default": ["no-such-check --all"]}})
        self.expect_finding("checks", "FAIL", "`no-such-check` is not on PATH")

    def test_a_broken_configuration_hides_nothing_else(self) -> None:
        project = self.with_cli()
        project.write(".orchestrate/routing.toml", 'default = "codr"\nrules = 1\n')
        finding = self.expect_finding("configuration", "FAIL", "2 problems")
        expect(finding["fix"] == "orchestrate config check", "not the way out", finding)
        expect("9.8.7" in self.findings(1, "coder")[0]["text"], "the rest was not looked at", self.findings(1))

    def test_a_state_that_others_may_enter_is_told(self) -> None:
        project = self.with_cli()
        project.add("Work")
        project.state.chmod(0o755)
        finding = self.expect_finding("state", "warn", "can be entered by others")
        expect(finding["fix"] == f"chmod 700 {project.state}", "not the way out", finding)

    def test_a_database_that_is_none_fails(self) -> None:
        project = self.with_cli()
        project.state.mkdir()
        (project.state / "state.db").write_text("not a database, but long enough to be read as one\n" * 20)
        self.expect_finding("database", "FAIL")

    def test_a_running_session_and_what_a_dead_one_left_are_told(self) -> None:
        project = self.ready()
        go = project.folder / "go"
        project.add("Work", "--run", self.sh('touch "$1.here"; while [ ! -e "$1" ]; do sleep 0.05; done', go))
        session = project.begin("run")
        wait_for((project.folder / "go.here").exists, "the agent works")
        self.expect_finding("session", "warn", f"pid {session.pid}")
        session.kill()
        session.wait()
        self.expect_finding("session", "warn", "1 runs were left")
        go.touch()
