"""What `init` writes for the real CLIs, and what `doctor` finds out about them: versions, logins, levels."""

import json
import shutil
import subprocess
from pathlib import Path

from clis import CLIS, KEY
from harness import Project, expect, require

KEYS = ("ANTHROPIC_API_KEY", "CODEX_API_KEY", "GEMINI_API_KEY")
AGENT_TYPES = {"development-lead": "claude", **{name: name for name in CLIS if name != "claude"}}


def initialised(project: Project, env: dict[str, str]) -> str:
    """Makes the project anew, with what `init` writes; returns what that said."""
    shutil.rmtree(project.root / ".orchestrate")
    done = project.verb("init", **env)
    expect(done.returncode == 0, "init failed", done.stdout, done.stderr)
    return done.stdout


def doctor_knows_every_cli(orchestrate: Path, prepared: Path) -> None:
    require(prepared, *CLIS)
    with Project(orchestrate) as project:
        project.commit()
        path = {"PATH": f"{prepared / 'bin'}:{project.env['PATH']}"}
        said = initialised(project, path)
        for name in CLIS:
            expect(f"found      {name}  {prepared / 'bin' / name}" in said, f"init did not find {name}", said)
        done = project.verb("doctor", "--json", timeout_s=180, **path, **dict.fromkeys(KEYS, KEY))
        found = {each["subject"]: each for each in json.loads(done.stdout)}
        for agent_type, name in AGENT_TYPES.items():
            version = found[agent_type]
            expect(version["status"] == "ok" and version["text"].endswith(", as measured")
                   and f"{name}: {prepared / 'bin' / name}, " in version["text"], f"{name} is not as measured", version)
            expect(found[f"{agent_type}: permissions"]["status"] == "ok", f"{name} is refused", found)
            login = found[f"{agent_type}: login"]
            expect("_API_KEY" in login["text"] and login["status"] != "FAIL", f"{name} has no login", login)
        failures = [each for each in found.values() if each["status"] == "FAIL"]
        expect(not failures and done.returncode == 0, "what init wrote would fail", *failures)
        expect(KEY not in done.stdout, "a key is shown", done.stdout)
        expect(found["codex: sandbox"]["text"] == "can be set up", "codex's sandbox was not tried", found)
        doctor_tells_of_a_sandbox_that_cannot_be(project, path)


def doctor_tells_of_a_sandbox_that_cannot_be(project: Project, path: dict[str, str]) -> None:
    """On a machine without user namespaces, as in many containers."""
    without = ["unshare", "--user", "--map-root-user", "sh", "-c",
               'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"', "sh"]
    if subprocess.run([*without, "true"], capture_output=True, timeout=10).returncode != 0:
        return print("        no machine without user namespaces can be had here: that part is not played")
    done = subprocess.run([*without, project.orchestrate, "doctor", "--json"], cwd=project.root, text=True,
                          env={**project.env, **path}, capture_output=True, timeout=180)
    found = {each["subject"]: each for each in json.loads(done.stdout)}
    sandbox = found["codex: sandbox"]
    expect(sandbox["status"] == "FAIL" and "bwrap: " in sandbox["text"] and done.returncode != 0,
           "a sandbox that cannot be set up was not told", sandbox)
