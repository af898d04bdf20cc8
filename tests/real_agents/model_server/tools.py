"""Says a move with the tools that a request offers: every agent names and spells its own in its own way. Where a
conversation has no tools (aider's), the words of its edit format do.

`Offered` is what an API module finds in a request: a tool's name, and the JSON schema of its arguments; None for a
tool that takes plain text.
"""

import posixpath
import shlex
from dataclasses import replace
from typing import Iterable

from .move import Move, Say, Shell, Use, Write

Offered = dict[str, dict | None]

# The first that is offered is taken. claude | opencode | gemini | codex | goose
SHELLS = ["Bash", "bash", "run_shell_command", "exec_command", "shell_command", "shell", "developer__shell"]
WRITERS = ["Write", "write", "write_file", "developer__write"]
COMMAND_KEYS = ["command", "cmd"]
PATH_KEYS = ["file_path", "filePath", "path"]
CONTENT_KEYS = ["content", "file_text"]


def said_with(move: Move, offered: Offered) -> Move:
    """The move itself, or the use of a tool that it comes to; text when no tool would do."""
    if isinstance(move, Write):
        return write(move, offered) or said_with(Shell(printf(move)), offered)
    if isinstance(move, Shell):
        return shell(move, offered) or Say(f"There is no tool for: {move.command}")
    return move


def write(move: Write, offered: Offered) -> Use | None:
    tool = next((name for name in WRITERS if offered.get(name)), None)
    if tool is None:
        return None
    known = properties(offered[tool])
    path, content = key(PATH_KEYS, known), key(CONTENT_KEYS, known)
    return Use(tool, with_required(offered[tool], {path: move.path, content: move.content}))


def shell(move: Shell, offered: Offered) -> Use | None:
    tool = next((name for name in SHELLS if offered.get(name)), None)
    if tool is None:
        return None
    known = properties(offered[tool])
    command = key(COMMAND_KEYS, known)
    argv = known.get(command, {}).get("type") == "array"
    return Use(tool, with_required(offered[tool], {command: ["sh", "-c", move.command] if argv else move.command}))


def printf(move: Write) -> str:
    """One line without a substitution or a here-document: there are agents that refuse those."""
    content = move.content.replace("\\", "\\\\").replace("\n", "\\n")
    folder = posixpath.dirname(move.path)
    make_folder = f"mkdir -p {shlex.quote(folder)} && " if folder else ""
    return f"{make_folder}printf '%b' {shlex.quote(content)} > {shlex.quote(move.path)}"


def properties(schema: dict) -> dict:
    return schema.get("properties", {})


def key(spellings: list[str], known: dict) -> str:
    return next((spelling for spelling in spellings if spelling in known), spellings[0])


def with_required(schema: dict, given: dict) -> dict:
    """Some tools insist on a description of what they are used for."""
    known = properties(schema)
    texts = [name for name in schema.get("required", []) if known.get(name, {}).get("type") == "string"]
    return {**{name: "scripted" for name in texts}, **given}


def told(moves: Iterable[Move]) -> Move:
    """One answer with all that the moves do, as text: without tools there is nothing to come back with.

    A file is told in aider's "whole" edit format, which it takes for models it does not know."""
    texts: list[str] = []
    for move in moves:
        text = text_of(move)
        if text is None or text in texts:  # it cannot be told, or a script that ends without words begins to repeat
            return Say("\n".join(texts)) if texts else move
        texts.append(text)
        if isinstance(move, Say):
            return replace(move, text="\n".join(texts))
    return Say("\n".join(texts))


def text_of(move: Move) -> str | None:
    match move:
        case Say(text=text):
            return text
        case Write(path=path, content=content):
            return f"{path}\n```\n{content}```\n"
        case Shell(command=command):
            return f"Then run: {command}\n"
        case Use(tool=tool):
            return f"There is no tool {tool} here.\n"
    return None
