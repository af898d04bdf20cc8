"""The rows of hostile_CLI.py, planted in real repositories for the real CLI, at every repository_config.

Committed: in the base. Uncommitted: put into the workspace by a before_run hook, as an earlier attempt would leave it,
under permissions = "full".
"""

import concurrent.futures
import hashlib
import importlib
import json
import shlex
import tempfile
from pathlib import Path
from types import ModuleType

from clis import CLIS, agent_type
from documented import expect_documented, table
from harness import Project, expect
from model_server.client import Server
from planted import ACTS, SILENT, TEXT, Row

HERE = Path(__file__).resolve().parent
LEVELS = ["text", "ignore", "trust"]
WAYS = ["committed", "uncommitted"]
SERVER_LIFE_S = 600
AT_ONCE = 2
MOVES = [{"shell": "echo hello"}, {"write": {"path": "made.txt", "content": "by the model\n"}},
         {"say": "made.txt is there."}]


def workspaces_of(project: Project) -> Path:
    """The project's own folder below the root: its name, and a hash of its path."""
    digest = hashlib.sha1(str(project.root).encode()).hexdigest()
    return project.folder / "spaces" / f"{project.root.name}-{digest[:10]}"


class Cell:
    """One level, and one way for the rows to get into the workspace: one repository, one run of the agent."""

    def __init__(self, cli: str, level: str, way: str, project: Project, ours: Server, evil: Server) -> None:
        self.cli, self.module = cli, rows_of(cli)
        self.level, self.way, self.project, self.ours, self.evil = level, way, project, ours, evil
        self.rows: list[Row] = [row for row in self.module.ROWS if row.only in (None, way)]
        self.label = f"hostile~{cli}-{level}-{way}"
        self.fired = project.folder / "fired"
        self.workspace = workspaces_of(project) / "task-1"

    def expected(self, row: Row) -> str:
        recorded = self.level == "trust" and self.way == "uncommitted" and row.trust_recorded
        return recorded or getattr(row, self.level)

    # Planting -----------------------------------------------------------------------------------------------------

    def word(self, row: Row) -> str:
        return f"text-of-{row.id}."

    def filled(self, row: Row, text: str) -> str:
        values = {"$FIRE": f"touch {self.fired}/{row.id}", "$EVIL": self.evil.url(f"hostile~{row.id}"),
                  "$PROXY": self.evil.url("").rstrip("/"), "$TEXT": self.word(row),
                  "$OUTSIDE": str(self.project.folder), "$INSIDE": f"fired-{row.id}"}
        for name, value in values.items():
            text = text.replace(name, value)
        return text

    def planted_files(self) -> dict[str, str]:
        files: dict[str, str] = {}
        whole: dict[str, dict] = {}
        for row in self.rows:
            for path, part in row.merged.items():
                merge(whole.setdefault(path, {}), json.loads(self.filled(row, json.dumps(part))))
            for path, text in row.files.items():
                expect(path not in files, f"two rows plant {path}")
                files[path] = self.filled(row, text)
        return {**files, **{path: json.dumps(value, indent=1) for path, value in whole.items()}}

    def plant_outside(self) -> None:
        for row in self.rows:
            for path, text in row.outside.items():
                beside = path.removeprefix("spaces/")
                file = (self.workspace.parent / beside) if beside != path else self.project.folder / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(self.filled(row, text))
                file.chmod(0o755)

    def plant_by_hook(self) -> str:
        """Returns the command that puts everything into the workspace it is run in."""
        source = self.project.folder / "source"
        for path, text in self.planted_files().items():
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            (source / path).write_text(text)
        settings = [(key, self.filled(row, value)) for row in self.rows for key, value in row.git]
        script = self.project.folder / "plant.sh"
        script.write_text(f"set -e\ncp -a {source}/. .\n" +
                          "".join(f"git config {key} {shlex.quote(value)}\n" for key, value in settings))
        return f"sh {script}"

    # The run ------------------------------------------------------------------------------------------------------

    def run(self, binaries: Path) -> None:
        project, committed = self.project, self.way == "committed"
        self.fired.mkdir()
        hooks: dict[str, list[str]] = {"before_remove": ["false"]}  # the workspace is kept
        if committed:
            for path, text in self.planted_files().items():
                project.write(path, text)
        else:
            hooks["before_run"] = [self.plant_by_hook()]
        self.plant_outside()
        if hasattr(self.module, "prepare"):
            self.module.prepare(self)
        cli = CLIS[self.cli]
        keys = {**agent_type(cli, binaries, self.ours.url(self.label)), "repository_config": self.level,
                "max_turns": 40, "permissions": cli.edits if committed else "full", **getattr(self.module, "KEYS", {})}
        project.agent_type("agent", **{key: value for key, value in keys.items() if value is not None})
        project.configure({"limits": {"task_attempts": 1}, "hooks": hooks,
                           "workspace": {"root": str(project.folder / "spaces")}})
        project.commit()
        task = project.add("/begun", "--description", self.description())
        if self.workspace.parent.exists():  # what was planted there is not another database's
            mark = project.sql("SELECT value FROM kv WHERE key = 'database'").strip()
            (self.workspace.parent / ".database").write_text(mark)
        project.run()
        made = (self.workspace / "made.txt").exists()
        expect(made, f"{self.label}: its work was not done", project.verb("show", task).stdout)

    def description(self) -> str:
        canary = self.fired / "bang-in-the-description"
        return f"@{self.project.folder}/secret.txt\n!touch {canary}\n!`touch {canary}`"

    # What became of it --------------------------------------------------------------------------------------------

    def outcomes(self, binaries: Path) -> dict[str, str]:
        self.run(binaries)
        if self.level != "trust":
            astray = [(request["method"], request["path"]) for request in self.evil.requests("")]
            expect(not astray, f"{self.label}: the attacker's server was asked", *astray)
        redirected = [request for row in self.rows for request in self.evil.requests(f"hostile~{row.id}")]
        self.sent = self.ours.requests(self.label) + redirected + self.evil.requests("proxied")
        return {row.id: self.outcome(row) for row in self.rows}

    def outcome(self, row: Row) -> str:
        heads = json.dumps([request["headers"] for request in self.sent])
        traces = (self.fired / row.id, self.workspace / f"fired-{row.id}")
        proxied = any('"$PROXY"' in json.dumps(part) for part in row.merged.values())
        asked = self.evil.requests("proxied" if proxied else f"hostile~{row.id}")
        if asked or self.word(row) in heads or any(trace.exists() for trace in traces):
            return ACTS
        return TEXT if any(self.word(row) in request["body"] for request in self.sent) else SILENT


def rows_of(cli: str) -> ModuleType:
    return importlib.import_module(f"hostile_{cli}")


def merge(into: dict, more: dict) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        elif isinstance(value, list) and key in into:
            into[key] = into[key] + value
        else:
            into[key] = value


def play(cli: str, cell: tuple[str, str], orchestrate: Path, binaries: Path, scripts: Path) -> tuple[Cell, dict[str, str]]:
    with Project(orchestrate) as project, Server(scripts, SERVER_LIFE_S) as ours, Server(scripts, SERVER_LIFE_S) as evil:
        planted = Cell(cli, *cell, project, ours, evil)
        outcomes = planted.outcomes(binaries)
        project.expect_nothing_left()
        return planted, outcomes


def expect_rows_documented(cli: str) -> None:
    rows = rows_of(cli).ROWS
    recorded = any(row.trust_recorded for row in rows)

    def cells(row: Row) -> list[str]:
        trust = [row.trust]
        if recorded:
            trust = ["" if row.only == "uncommitted" else row.trust,
                     "" if row.only == "committed" else row.trust_recorded or row.trust]
        return [row.what, row.text, row.ignore, *trust]

    header = ["planted", "text", "ignore", "trust"] + ["trust, on record"] * recorded
    expect_documented(f"agents/{cli}.md", cli, table(header, [cells(row) for row in rows]))


def matrix(cli: str, orchestrate: Path, binaries: Path) -> None:
    """Plants every row at every level, prints what each did, and fails where that is not what is documented."""
    expect_rows_documented(cli)
    cells = [(level, way) for level in LEVELS for way in WAYS]
    with tempfile.TemporaryDirectory() as scripts, concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        Path(scripts, "hostile.json").write_text(json.dumps(getattr(rows_of(cli), "MOVES", MOVES)))
        done = list(pool.map(lambda cell: play(cli, cell, orchestrate, binaries, Path(scripts)), cells))
    wrong = []
    print(f"        {cli}: row x level, got (and expected, where that is something else); c: committed, u: uncommitted")
    print("        " + "row".ljust(30) + "".join(f"{level}/{way[0]}".ljust(11) for level, way in cells))
    for row in rows_of(cli).ROWS:
        line = ""
        for cell, outcomes in done:
            got = outcomes.get(row.id, "")
            if got and got != cell.expected(row):
                wrong.append(f"{row.id}, {cell.level}, {cell.way}: {got}, expected {cell.expected(row)}")
                got = f"{got} ({cell.expected(row)})"
            line += got.ljust(11)
        print("        " + row.id.ljust(30) + line.rstrip(), flush=True)
    expect(not wrong, "what a repository did is not what is documented", *wrong)
