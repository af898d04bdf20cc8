"""What the scripted model does with one request, in no API's words."""

import re
from dataclasses import dataclass
from typing import Union

# What every answer with anything in it costs, in each API's form: all the input, what of it was cached, the output.
INPUT_TOKENS = 2200
CACHED_TOKENS = 1000
OUTPUT_TOKENS = 34


@dataclass(frozen=True)
class Say:
    """Answers with text and ends its turn. The stream can be made to misbehave."""

    text: str
    pause_s: float = 0  # between pieces: a slow trickle
    stop_after: int | None = None  # pieces, then the stream ...
    then: str = "end"  # ... "end"s in order, "hang"s, is "cut", or goes on with "garbage"


@dataclass(frozen=True)
class Use:
    """Asks for one tool to be used. A string is the input of a tool that takes no JSON."""

    tool: str
    input: dict | str


@dataclass(frozen=True)
class Shell:
    """Asks for a command to be run, with whatever tool there is for that."""

    command: str


@dataclass(frozen=True)
class Write:
    """Asks for a file to be written, with whatever tool there is for that."""

    path: str
    content: str


@dataclass(frozen=True)
class Refuse:
    """An error of the provider: one of REASONS."""

    reason: str


@dataclass(frozen=True)
class Hang:
    """Takes the request and never answers."""


Move = Union[Say, Use, Shell, Write, Refuse, Hang]

REASONS = ["context", "key", "wrong-key", "forbidden", "rate", "usage", "credit", "internal", "unavailable",
           "overloaded"]


def pieces(text: str) -> list[str]:
    """What a stream brings the text in: words, each with the blanks that follow it."""
    return re.findall(r"\s*\S+\s*", text) if text.strip() else [text] * bool(text)


def output_tokens(move: Say | Use) -> int:
    return 0 if isinstance(move, Say) and not move.text else OUTPUT_TOKENS
