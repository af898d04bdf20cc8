"""The OpenAI Chat Completions API: POST [/v1]/chat/completions, streamed or not, and GET [/v1]/models."""

import json
import time
import uuid
from typing import Iterator

from . import openai_errors
from .move import CACHED_TOKENS, INPUT_TOKENS, Say, Use, output_tokens, pieces
from .tools import Offered

HEADERS = openai_errors.HEADERS
TOO_LONG = ("messages", "This model's maximum context length is 128000 tokens. However, your messages resulted in "
            "250000 tokens. Please reduce the length of the messages.")
# aider offers no tools at all; this is how the first message of its conversation begins, and of nothing beside it
# (commit messages, summaries).
TALKS_WITHOUT_TOOLS = "Act as an expert"


def serves(path: str) -> bool:
    return path.endswith(("/chat/completions", "/models"))


def other_answer(path: str) -> dict | None:
    if not path.endswith("/models"):
        return None
    return {"object": "list", "data": [{"id": "scripted", "object": "model", "created": 0, "owned_by": "scripted"}]}


def is_small_talk(request: dict) -> bool:
    """Titles, summaries and commit messages are asked for without tools, and never begin like aider's own work."""
    return not request.get("tools") and not first_text(request).startswith(TALKS_WITHOUT_TOOLS)


def first_text(request: dict) -> str:
    content = next((message.get("content") for message in request.get("messages", [])), None) or ""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def offered(request: dict) -> Offered:
    functions = [tool["function"] for tool in request.get("tools") or []]
    return {function["name"]: function.get("parameters", {}) for function in functions}


def answers_so_far(request: dict) -> int:
    return sum(1 for message in request.get("messages", []) if message.get("role") == "assistant")


def wants_stream(request: dict) -> bool:
    return bool(request.get("stream"))


def refusal(reason: str, request: dict) -> tuple[int, dict, dict]:
    return openai_errors.refusal(reason, request, TOO_LONG)


def whole(request: dict, move: Say | Use) -> dict:
    message: dict = {"role": "assistant", "content": move.text if isinstance(move, Say) else None}
    if isinstance(move, Use):
        message["tool_calls"] = [call(move)]
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason(move)}
    return {**head(request, "chat.completion"), "choices": [choice], "usage": usage(move)}


def stream(request: dict, move: Say | Use) -> Iterator[bytes]:
    """The events of one streamed answer; each item is one piece to send."""
    opening = head(request, "chat.completion.chunk")
    if isinstance(move, Say):
        yield delta(opening, {"role": "assistant", "content": ""})
        for piece in pieces(move.text):
            yield delta(opening, {"content": piece})
    else:
        yield delta(opening, {"role": "assistant", "content": None, "tool_calls": [{"index": 0, **call(move)}]})
    yield delta(opening, {}, finish_reason(move))
    if (request.get("stream_options") or {}).get("include_usage"):
        yield data({**opening, "choices": [], "usage": usage(move)})
    yield b"data: [DONE]\n\n"


def head(request: dict, kind: str) -> dict:
    return {"id": "chatcmpl-" + uuid.uuid4().hex, "object": kind, "created": int(time.time()),
            "model": request.get("model", "scripted")}


def call(move: Use) -> dict:
    return {"id": "call_" + uuid.uuid4().hex, "type": "function",
            "function": {"name": move.tool, "arguments": json.dumps(move.input)}}


def usage(move: Say | Use) -> dict:
    spent = output_tokens(move)
    return {"prompt_tokens": INPUT_TOKENS, "completion_tokens": spent, "total_tokens": INPUT_TOKENS + spent,
            "prompt_tokens_details": {"cached_tokens": CACHED_TOKENS},
            "completion_tokens_details": {"reasoning_tokens": 0}}


def finish_reason(move: Say | Use) -> str:
    return "stop" if isinstance(move, Say) else "tool_calls"


def delta(opening: dict, change: dict, finish: str | None = None) -> bytes:
    return data({**opening, "choices": [{"index": 0, "delta": change, "logprobs": None, "finish_reason": finish}]})


def data(value: dict) -> bytes:
    return f"data: {json.dumps(value)}\n\n".encode()
