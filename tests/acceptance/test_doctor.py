"""`orchestrate doctor`: what would fail tonight is said in the evening, with the way out."""

import json
import os
import shutil
import subprocess

from case import Case
from project import Project, expect, files_below, wait_for

MEASURED = "2.1.329"
SAYS_ITS_VERSION = f'echo "{MEASURED} (a fake)"\n'
CLIS = ("claude", "codex", "gemini", "opencode", "aider", "goose")
SECRET = "sk-5e7d1c0a9b8f4e62"


class Doctor(Case):
    def cli(self, body: str, name: str = "claude") -> str:
        """A program that stands for an agent CLI."""
        file = self.project.folder / name
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
        self.expect_finding("coder", "ok", f"{MEASURED}, as measured")
        said = project.checked("doctor")
        expect(said.splitlines()[-1].startswith("ready"), "no summary", said)
        expect(not project.state.exists(), "it made something")

    def test_it_works_in_an_empty_environment(self) -> None:
        project = self.with_cli()
        done = subprocess.run(project.argv("doctor"), env={}, capture_output=True, text=True, timeout=60)
        expect(done.returncode == 0 and MEASURED in done.stdout, f"exits {done.returncode}", done.stdout, done.stderr)

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

    def test_a_much_older_cli_is_told_with_the_command_that_installs_the_measured_one(self) -> None:
        self.with_cli("echo 1.0.3\n")
        finding = self.expect_finding("coder", "warn", f"1.0.3; {MEASURED} was measured")
        expect(finding["fix"] == f"npm install -g @anthropic-ai/claude-code@{MEASURED}", "not the way out", finding)

    def test_clis_are_asked_at_the_same_time_and_each_once(self) -> None:
        project = self.project
        met = project.folder / "met"
        # Each waits until the other was asked, too.
        body = 'echo "$*" >> "$0.asked"; touch "{mine}"; until [ -e "{other}" ]; do sleep 0.05; done; echo 0.169.0\n'
        for mine, other in (("first", "second"), ("second", "first")):
            file = self.cli(body.format(mine=f"{met}.{mine}", other=f"{met}.{other}"), mine)
            for name in (mine, f"{mine}-too"):
                project.agent_type(name, driver="codex", command=file, env={"CODEX_API_KEY": SECRET})
        project.configure()
        project.commit()
        found = {each["subject"]: each["text"] for each in self.findings(0)}
        for name in ("first", "first-too", "second", "second-too"):
            expect("0.169.0, as measured" in found[name], f"{name} was not asked", found)
        asked = sorted((project.folder / "first.asked").read_text().splitlines())
        expect(asked == ["--version", "sandbox true"], "the same program was asked the same again", asked)

    def test_a_cli_is_asked_in_a_home_and_an_environment_of_its_own(self) -> None:
        project = self.with_cli('env > "$0.env"; touch "$HOME/litter"; echo 2.1.330\n')
        project.env["OUR_SECRET"] = SECRET
        self.expect_finding("coder", "ok", f"2.1.330; {MEASURED} was measured: look at docs/agents.md")
        seen = (project.folder / "claude.env").read_text()
        expect("OUR_SECRET" not in seen, "it got more than its agent type gets", seen)
        expect(not files_below(project.folder, "litter"), "its litter is left")

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

    def test_a_key_that_the_cli_does_not_look_at_is_told(self) -> None:
        self.with_cli('echo "codex-cli 0.169.0"\n', driver="codex", env={"OPENAI_API_KEY": SECRET})
        self.expect_finding("coder: login", "warn", "gets OPENAI_API_KEY", "CODEX_API_KEY")

    def test_limits_that_the_cli_does_not_keep_are_told(self) -> None:
        self.with_cli('echo "codex-cli 0.169.0"\n', driver="codex", env={"CODEX_API_KEY": SECRET})
        self.expect_finding("coder: limits", "ok", "max_turns: codex takes none", "max_cost_usd: codex takes none")
        self.expect_finding("coder: permissions", "ok", "edit: runs commands in a sandbox")

    def test_a_sandbox_that_cannot_be_set_up_fails_where_the_level_rests_on_it(self) -> None:
        body = 'if [ "$1" = sandbox ]; then echo "bwrap: no namespaces" >&2; exit {}; fi\necho "codex-cli 0.169.0"\n'
        keys = {"driver": "codex", "env": {"CODEX_API_KEY": SECRET}}
        self.with_cli(body.format(1), **keys)
        self.expect_finding("coder: sandbox", "FAIL", "every command of the agent would fail", "bwrap: no namespaces")
        self.cli(body.format(2))
        said = self.project.checked("doctor")
        expect("sandbox" not in said.replace("in a sandbox", ""), "of a CLI that does not know it something is said", said)
        self.with_cli(body.format(1), permissions="full", **keys)
        said = self.project.checked("doctor")
        expect("sandbox" not in said, "a sandbox was tried that nothing rests on", said)

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

    def test_files_that_are_hidden_are_told_and_in_place_fail(self) -> None:
        self.project.write("opencode.json", "{}")
        keys = {"driver": "opencode", "model": "anthropic/x"}
        project = self.with_cli("echo 1.18.33\n", **keys)
        self.expect_finding("coder: repository", "ok", "hidden while it works: opencode.json")
        project.agent_types["coder"]["workspace"] = "in-place"
        project.configure()
        finding = self.expect_finding("coder: repository", "FAIL", "is not started in place beside: opencode.json")
        expect('workspace = "clone"' in finding["fix"], "not the way out", finding)

    def fakes_of_every_cli(self) -> dict[str, str]:
        """An environment with each CLI on PATH, and a key for each."""
        folder = self.project.folder / "bin"
        folder.mkdir()
        for name in CLIS:
            self.cli('case $0 in *claude) echo 2.1.329;; *codex) echo codex-cli 0.169.0;; *gemini) echo 0.61.0;;'
                     ' *opencode) echo 1.18.33;; *aider) echo aider 0.86.2;; *) echo " 1.52.0";; esac\n', f"bin/{name}")
        keys = {name: SECRET for name in ("ANTHROPIC_API_KEY", "CODEX_API_KEY", "GEMINI_API_KEY")}
        return {"PATH": f"{folder}:{self.project.env['PATH']}", **keys}

    def test_what_init_writes_for_every_cli_is_fine_but_for_missing_keys(self) -> None:
        project = self.project
        env = self.fakes_of_every_cli()
        project.write("a.txt", "a\n")
        project.commit()
        shutil.rmtree(project.root / ".orchestrate")
        said = project.verb("init", **env).stdout
        for name in CLIS:
            expect(f"found      {name}  {project.folder}/bin/{name}" in said, f"{name} was not found", said)
        done = project.verb("doctor", "--json", **env)
        found = {each["subject"]: each for each in json.loads(done.stdout)}
        for name in ("development-lead", *CLIS[1:]):
            expect("as measured" in found[name]["text"], f"{name} is not as measured", found[name])
        expect(done.returncode == 0, "it fails with every key set", *[each for each in found.values() if each["fix"]])
        for key in [name for name in env if name != "PATH"]:
            del env[key]
        failed = [each["subject"] for each in json.loads(project.verb("doctor", "--json", **env).stdout)
                  if each["status"] == "FAIL"]
        expect(failed and all(subject.endswith(": login") for subject in failed), "more than keys fails", failed)

    def test_init_says_what_it_skipped_and_how_to_install_it(self) -> None:
        project = self.project
        env = self.fakes_of_every_cli()
        (project.folder / "bin/goose").unlink()
        fresh = project.folder / "fresh"
        fresh.mkdir()
        said = project.verb("init", str(fresh), **env).stdout
        expect("skipped    goose: not found in PATH; install it: npm install" in said, "not told", said)
        expect("skipped    aider: it works in git repositories only" in said, "not told", said)
        written = (fresh / ".orchestrate/agents.toml").read_text()
        expect("\n# [agent_types.goose]" in written and "\n[agent_types.codex]" in written, "not as a comment", written)
        expect("# `goose` was not on PATH" in written, "the file does not say so", written)
        done = subprocess.run([project.orchestrate, "-C", fresh, "doctor"], env={**project.env, **env},
                              capture_output=True, text=True, timeout=60)
        expect(done.returncode == 0, "what it wrote would fail", done.stdout, done.stderr)

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
        expect(MEASURED in self.findings(1, "coder")[0]["text"], "the rest was not looked at", self.findings(1))

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
        self.expect_finding("session", "warn", "1 run was left")
        go.touch()
