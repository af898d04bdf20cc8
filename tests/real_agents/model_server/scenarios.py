"""Named behaviours: the first part of the URL path picks one.

A scenario is a function from the number of answers the model already gave in this conversation to its next move.
It keeps no state, so retries, resumed sessions and several agents at once all see the same. Only "flaky" also looks
at the second number it is given: how many requests its label already had.
Besides the names here, a script `NAME.json` makes `/NAME/...`: a list of steps, played in turn,
    {"say": TEXT}                                   ends the turn
    {"write": {"path": PATH, "content": TEXT}}      with the agent's own tool for that
    {"shell": COMMAND}                              with the agent's own tool for that
    {"use": TOOL, "input": {}}                      a tool by its name, for one kind of agent
    {"refuse": REASON}                              one of move.REASONS
"""

import json
from pathlib import Path
from typing import Callable

from .move import Hang, Move, Refuse, Say, Shell, Use, Write

Scenario = Callable[[int, int], Move]

FLAKY_FAILURES = 2
LONG = " ".join(f"word {n}" for n in range(40))
HELLO = Say("Hello from the scripted model.")


def always(move: Move) -> Scenario:
    return lambda answers, asked: move


def in_turn(moves: list[Move]) -> Scenario:
    return lambda answers, asked: moves[min(answers, len(moves) - 1)]


def flaky(answers: int, asked: int) -> Move:
    return Refuse("unavailable") if asked < FLAKY_FAILURES else HELLO


BUILT_IN: dict[str, Scenario] = {
    "text": always(HELLO),
    "shell": in_turn([Shell("echo from-the-shell"), Say("Done.")]),
    "turns": in_turn([Shell("echo one > one.txt"), Write("two.txt", "two\n"), Shell("cat one.txt two.txt"),
                      Say("Done.")]),
    "400": always(Refuse("context")),
    "401": always(Refuse("key")),
    "wrong-key": always(Refuse("wrong-key")),
    "403": always(Refuse("forbidden")),
    "429": always(Refuse("rate")),
    "usage": always(Refuse("usage")),
    "credit": always(Refuse("credit")),
    "500": always(Refuse("internal")),
    "503": always(Refuse("unavailable")),
    "529": always(Refuse("overloaded")),
    "flaky": flaky,
    "empty": always(Say("", stop_after=0)),
    "garbage": always(Say(LONG, stop_after=10, then="garbage")),
    "hang": always(Hang()),
    "hang-midway": always(Say(LONG, stop_after=10, then="hang")),
    "cut": always(Say(LONG, stop_after=10, then="cut")),
    "slow": always(Say(LONG, pause_s=0.25)),
}


def move_from(step: dict) -> Move:
    match step:
        case {"say": text}:
            return Say(text)
        case {"write": {"path": path, "content": content}}:
            return Write(path, content)
        case {"shell": command}:
            return Shell(command)
        case {"use": tool, "input": given}:
            return Use(tool, given)
        case {"refuse": reason}:
            return Refuse(reason)
    raise ValueError(f"no such step: {step}")


def load(scripts: Path | None) -> dict[str, Scenario]:
    scenarios = dict(BUILT_IN)
    for file in sorted(scripts.glob("*.json")) if scripts else []:
        scenarios[file.stem] = in_turn([move_from(step) for step in json.loads(file.read_text())])
    return scenarios
