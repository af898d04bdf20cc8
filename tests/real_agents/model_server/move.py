"""What the scripted model does with one request, in no API's words."""

from dataclasses import dataclass, field
from typing import Union


@dataclass(frozen=True)
class Say:
    """Answers with text and ends its turn. The stream can be made to misbehave."""

    text: str
    pause_s: float = 0  # between pieces: a slow trickle
    stop_after: int | None = None  # pieces, then the stream ...
    then: str = "end"  # ... "end"s as it should, "hang"s, or is "cut"


@dataclass(frozen=True)
class Use:
    """Asks for one tool to be used."""

    tool: str
    input: dict


@dataclass(frozen=True)
class Refuse:
    """An error of the provider."""

    status: int
    kind: str
    message: str
    headers: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Hang:
    """Takes the request and never answers."""


Move = Union[Say, Use, Refuse, Hang]
