"""The OpenAI Responses API: POST [/v1]/responses, streamed or not."""

import json
import time
import uuid
from itertools import count
from typing import Iterator

from . import openai_errors
from .move import CACHED_TOKENS, INPUT_TOKENS, Say, Use, output_tokens, pieces
from .tools import Offered

HEADERS = openai_errors.HEADERS
TOO_LONG = ("input", "Your input exceeds the context window of this model. Please adjust your input and try again.")
CALLS = ("function_call", "custom_tool_call")


def serves(path: str) -> bool:
    return path.endswith("/responses")


def other_answer(path: str) -> dict | None:
    return None


def is_small_talk(request: dict) -> bool:
    """Titles and summaries are asked for without tools."""
    return not request.get("tools")


def offered(request: dict) -> Offered:
    named = [tool for tool in request.get("tools", []) if "name" in tool]
    return {tool["name"]: tool.get("parameters") for tool in named}


def answers_so_far(request: dict) -> int:
    given = request.get("input", [])
    items = given if isinstance(given, list) else []
    return sum(1 for item in items if item.get("role") == "assistant" or item.get("type") in CALLS)


def wants_stream(request: dict) -> bool:
    return bool(request.get("stream"))


def refusal(reason: str, request: dict) -> tuple[int, dict, dict]:
    return openai_errors.refusal(reason, request, TOO_LONG)


def whole(request: dict, move: Say | Use) -> dict:
    output = [] if isinstance(move, Say) and not move.text else [item(move)]
    return {**begun(request), "status": "completed", "output": output, "usage": usage(move)}


def stream(request: dict, move: Say | Use) -> Iterator[bytes]:
    """The events of one streamed answer; each item is one piece to send."""
    number = count()
    for name, fields in events(request, move):
        value = {"type": name, "sequence_number": next(number), **fields}
        yield f"event: {name}\ndata: {json.dumps(value)}\n\n".encode()


def events(request: dict, move: Say | Use) -> Iterator[tuple[str, dict]]:
    response, made = begun(request), item(move)
    yield "response.created", {"response": response}
    yield "response.in_progress", {"response": response}
    yield "response.output_item.added", {"output_index": 0, "item": {**made, "status": "in_progress", **unfilled(made)}}
    at = {"item_id": made["id"], "output_index": 0}
    yield from text_events(at, move.text) if isinstance(move, Say) else call_events(at, made)
    yield "response.output_item.done", {"output_index": 0, "item": made}
    done = {**response, "status": "completed", "output": [made], "usage": usage(move)}
    yield "response.completed", {"response": done}


def text_events(at: dict, text: str) -> Iterator[tuple[str, dict]]:
    at = {**at, "content_index": 0}
    yield "response.content_part.added", {**at, "part": text_part("")}
    for piece in pieces(text):
        yield "response.output_text.delta", {**at, "delta": piece}
    yield "response.output_text.done", {**at, "text": text}
    yield "response.content_part.done", {**at, "part": text_part(text)}


def call_events(at: dict, made: dict) -> Iterator[tuple[str, dict]]:
    key = call_key(made)
    name = "custom_tool_call_input" if key == "input" else "function_call_arguments"
    yield f"response.{name}.delta", {**at, "delta": made[key]}
    yield f"response.{name}.done", {**at, key: made[key]}


def begun(request: dict) -> dict:
    return {"id": "resp_" + uuid.uuid4().hex, "object": "response", "created_at": int(time.time()),
            "status": "in_progress", "model": request.get("model", "scripted"), "output": [], "error": None,
            "incomplete_details": None, "parallel_tool_calls": False, "tools": [], "usage": None}


def item(move: Say | Use) -> dict:
    if isinstance(move, Say):
        return {"id": "msg_" + uuid.uuid4().hex, "type": "message", "role": "assistant", "status": "completed",
                "content": [text_part(move.text)]}
    common = {"status": "completed", "call_id": "call_" + uuid.uuid4().hex, "name": move.tool}
    if isinstance(move.input, str):
        return {"id": "ctc_" + uuid.uuid4().hex, "type": "custom_tool_call", "input": move.input, **common}
    return {"id": "fc_" + uuid.uuid4().hex, "type": "function_call", "arguments": json.dumps(move.input), **common}


def unfilled(made: dict) -> dict:
    """What of an item is not there yet when its stream begins."""
    return {"content": []} if made["type"] == "message" else {call_key(made): ""}


def call_key(made: dict) -> str:
    return "input" if made["type"] == "custom_tool_call" else "arguments"


def text_part(text: str) -> dict:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def usage(move: Say | Use) -> dict:
    spent = output_tokens(move)
    return {"input_tokens": INPUT_TOKENS, "input_tokens_details": {"cached_tokens": CACHED_TOKENS},
            "output_tokens": spent, "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": INPUT_TOKENS + spent}
