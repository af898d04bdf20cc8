"""What the scenarios stand on: the project of the acceptance tests, with agent types that drive a real CLI."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "acceptance"))

import project
from project import Failed, expect, toml

__all__ = ["AGENT_ENV", "Failed", "Project", "expect"]

# A provider's key that no provider knows, and silence on every other line an agent CLI may want to open.
AGENT_ENV = {
    "ANTHROPIC_API_KEY": "sk-test-000",
    "CLAUDE_CODE_MAX_RETRIES": "0",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_ERROR_REPORTING": "1",
}

SETTINGS = {"dispatch": {"max_parallel": 2}, "limits": {"task_attempts": 1}}


class Project(project.Project):
    def __init__(self, orchestrate: Path, claude: Path) -> None:
        super().__init__(orchestrate)
        self.claude = claude

    def agent_type(self, name: str, base_url: str, more_env: dict[str, str] | None = None, **keys: object) -> None:
        """Adds an agent type that drives the real claude against the model server and serves what is named like it.

        A key whose value is None is left out."""
        values = {"driver": "claude", "command": str(self.claude), "capabilities": [name], "model": "sonnet",
                  "wall_limit": "2m", "silence_limit": "60s", "grace": "5s", "max_turns": 8, "max_cost_usd": 1.0,
                  "env": {**AGENT_ENV, "ANTHROPIC_BASE_URL": base_url, **(more_env or {})}, **keys}
        super().agent_type(name, **{key: value for key, value in values.items() if value is not None})

    def commit(self, settings: dict | None = None) -> None:
        """Writes the configuration and commits everything as the base."""
        capabilities = "".join(f"{name} = {toml(name)}\n" for name in self.agent_types)
        self.configure({**SETTINGS, **(settings or {})}, f"[capabilities]\n{capabilities}")
        super().commit()
