"""Named behaviours: the first part of the URL path picks one.

A scenario is a function from the number of answers the model already gave in this conversation to its next move.
It keeps no state, so retries, resumed sessions and several agents at once all see the same.
Besides the names here, a script `NAME.json` makes `/NAME/...`: a list of {"say": TEXT} and {"use": TOOL, "input": {}}.
"""

import json
import time
from pathlib import Path
from typing import Callable

from .move import Hang, Move, Refuse, Say, Use

Scenario = Callable[[int], Move]

USAGE_RESET_S = 7200


def always(move: Move) -> Scenario:
    return lambda answers: move


def in_turn(moves: list[Move]) -> Scenario:
    return lambda answers: moves[min(answers, len(moves) - 1)]


def usage_limit(answers: int) -> Move:
    reset = str(int(time.time()) + USAGE_RESET_S)
    return Refuse(429, "rate_limit_error", "This request would exceed your account's usage limit.", {
        "retry-after": str(USAGE_RESET_S),
        "anthropic-ratelimit-unified-status": "rejected",
        "anthropic-ratelimit-unified-reset": reset,
        "anthropic-ratelimit-unified-representative-claim": "five_hour",
        "anthropic-ratelimit-unified-5h-status": "rejected",
        "anthropic-ratelimit-unified-5h-reset": reset,
        "anthropic-ratelimit-unified-5h-utilization": "1",
        "anthropic-ratelimit-unified-overage-status": "rejected",
    })


LONG = " ".join(f"word {n}" for n in range(40))

BUILT_IN: dict[str, Scenario] = {
    "text": always(Say("Hello from the scripted model.")),
    "bash": in_turn([Use("Bash", {"command": "echo from-the-shell", "description": "prints"}), Say("Done.")]),
    "400": always(Refuse(400, "invalid_request_error", "prompt is too long: 250000 tokens > 200000 maximum")),
    "401": always(Refuse(401, "authentication_error", "invalid x-api-key")),
    "403": always(Refuse(403, "permission_error", "Your account does not have access.")),
    "429": always(Refuse(429, "rate_limit_error", "Too many requests per minute.", {"retry-after": "1"})),
    "usage": usage_limit,
    "credit": always(Refuse(400, "invalid_request_error", "Your credit balance is too low to access the API.")),
    "500": always(Refuse(500, "api_error", "Internal server error")),
    "529": always(Refuse(529, "overloaded_error", "Overloaded")),
    "hang": always(Hang()),
    "hang-midway": always(Say(LONG, stop_after=10, then="hang")),
    "cut": always(Say(LONG, stop_after=10, then="cut")),
    "slow": always(Say(LONG, pause_s=0.05)),
}


def move_from(step: dict) -> Move:
    return Say(step["say"]) if "say" in step else Use(step["use"], step["input"])


def load(scripts: Path | None) -> dict[str, Scenario]:
    scenarios = dict(BUILT_IN)
    for file in sorted(scripts.glob("*.json")) if scripts else []:
        scenarios[file.stem] = in_turn([move_from(step) for step in json.loads(file.read_text())])
    return scenarios
