"""The six CLIs as a lead would write them into agents.toml, led to the scripted model instead of their provider."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Callable
from urllib.parse import urlsplit

KEY = "sk-test-000"  # a provider's key that no provider knows


@dataclass(frozen=True)
class Cli:
    name: str  # of the program, and of its driver
    keys: Callable[[str], dict]  # the server's URL -> what its agent type needs besides the common keys
    edits: str = "edit"  # the least level of `permissions` at which it changes files
    runs_commands: bool = True
    resumes: bool = True
    states_cost: bool = True
    answers: int = 2  # how many answers of the model a script of a file and a word takes


def claude(url: str) -> dict:
    return {"model": "sonnet", "max_turns": 8,
            "env": {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": KEY, "IS_SANDBOX": "1"}}


def codex(url: str) -> dict:
    provider = f'{{name="scripted",base_url="{url}/v1",env_key="SCRIPTED_KEY",wire_api="responses"}}'
    return {"model": "gpt-5.1-codex", "env": {"SCRIPTED_KEY": KEY},
            "args": ["-c", 'model_provider="scripted"', "-c", f"model_providers.scripted={provider}"]}


def gemini(url: str) -> dict:
    return {"model": "gemini-2.5-flash", "max_turns": 8, "env": {"GOOGLE_GEMINI_BASE_URL": url, "GEMINI_API_KEY": KEY}}


def opencode(url: str) -> dict:
    model = {"name": "scripted", "limit": {"context": 200000, "output": 8000},
             "cost": {"input": 3, "output": 15, "cache_read": 0.3}}
    provider = {"npm": "@ai-sdk/openai-compatible", "name": "scripted", "models": {"scripted": model},
                "options": {"baseURL": f"{url}/v1", "apiKey": "{env:SCRIPTED_KEY}"}}
    config = {"provider": {"scripted": provider}, "small_model": "scripted/scripted"}
    return {"model": "scripted/scripted",
            "env": {"SCRIPTED_KEY": KEY, "OPENCODE_CONFIG_CONTENT": json.dumps(config)}}


def aider(url: str) -> dict:
    return {"model": "openai/gpt-3.5-turbo", "env": {"OPENAI_API_BASE": f"{url}/v1", "OPENAI_API_KEY": KEY}}


def goose(url: str) -> dict:
    parts = urlsplit(url)
    return {"model": "gpt-4o", "max_turns": 8,
            "env": {"GOOSE_PROVIDER": "openai", "OPENAI_API_KEY": KEY, "OPENAI_HOST": f"{parts.scheme}://{parts.netloc}",
                    "OPENAI_BASE_PATH": f"{parts.path.lstrip('/')}/v1/chat/completions"}}


CLIS = {cli.name: cli for cli in [
    Cli("claude", claude),
    Cli("codex", codex, states_cost=False),
    Cli("gemini", gemini, states_cost=False),
    Cli("opencode", opencode),
    Cli("aider", aider, runs_commands=False, resumes=False, answers=1),
    Cli("goose", goose, edits="full"),
]}


def agent_type(cli: Cli, binaries: Path, url: str) -> dict:
    """The keys of an agent type; the caller may put others in their place."""
    keys = cli.keys(url)
    env = {"PATH": f"{binaries}:/usr/local/bin:/usr/bin:/bin", **keys.pop("env")}
    return {"driver": cli.name, "wall_limit": "3m", "silence_limit": "60s", "grace": "3s", "max_cost_usd": 1.0,
            "permissions": cli.edits, **keys, "env": env}
