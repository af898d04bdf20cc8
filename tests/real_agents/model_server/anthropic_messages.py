"""The Anthropic Messages API: POST /v1/messages, streamed or not, and /v1/messages/count_tokens."""

import json
import time
import uuid
from typing import Iterator

from .move import CACHED_TOKENS, INPUT_TOKENS, Say, Use, output_tokens, pieces
from .tools import Offered

HEADERS = {"request-id": "req_scripted"}
USAGE = {"input_tokens": INPUT_TOKENS - CACHED_TOKENS, "cache_creation_input_tokens": 0,
         "cache_read_input_tokens": CACHED_TOKENS}
USAGE_RESET_S = 7200

REFUSALS = {
    "context": (400, "invalid_request_error", "prompt is too long: 250000 tokens > 200000 maximum"),
    "key": (401, "authentication_error", "invalid x-api-key"),
    "wrong-key": (401, "authentication_error", "invalid x-api-key"),
    "forbidden": (403, "permission_error", "Your account does not have access."),
    "rate": (429, "rate_limit_error", "Too many requests per minute."),
    "usage": (429, "rate_limit_error", "This request would exceed your account's usage limit."),
    "credit": (400, "invalid_request_error", "Your credit balance is too low to access the API."),
    "internal": (500, "api_error", "Internal server error"),
    "unavailable": (503, "api_error", "Service unavailable"),
    "overloaded": (529, "overloaded_error", "Overloaded"),
}


def serves(path: str) -> bool:
    return path.startswith("/v1/messages")


def other_answer(path: str) -> dict | None:
    return {"input_tokens": INPUT_TOKENS} if path.startswith("/v1/messages/count_tokens") else None


def is_small_talk(request: dict) -> bool:
    """Requests beside the conversation (titles, summaries) offer no tools; they must not advance or upset a script."""
    return not request.get("tools")


def offered(request: dict) -> Offered:
    return {tool["name"]: tool.get("input_schema") for tool in request.get("tools", [])}


def answers_so_far(request: dict) -> int:
    return sum(1 for message in request.get("messages", []) if message.get("role") == "assistant")


def wants_stream(request: dict) -> bool:
    return bool(request.get("stream"))


def refusal(reason: str, request: dict) -> tuple[int, dict, dict]:
    status, kind, message = REFUSALS[reason]
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_scripted"}
    headers = {"rate": {"retry-after": "1"}, "usage": usage_headers()}.get(reason, {})
    return status, body, headers


def usage_headers() -> dict:
    reset = str(int(time.time()) + USAGE_RESET_S)
    return {
        "retry-after": str(USAGE_RESET_S),
        "anthropic-ratelimit-unified-status": "rejected",
        "anthropic-ratelimit-unified-reset": reset,
        "anthropic-ratelimit-unified-representative-claim": "five_hour",
        "anthropic-ratelimit-unified-5h-status": "rejected",
        "anthropic-ratelimit-unified-5h-reset": reset,
        "anthropic-ratelimit-unified-5h-utilization": "1",
        "anthropic-ratelimit-unified-overage-status": "rejected",
    }


def whole(request: dict, move: Say | Use) -> dict:
    message = empty_message(request)
    content = [tool_block(move, move.input)] if isinstance(move, Use) else text_blocks(move.text)
    usage = {**USAGE, "output_tokens": output_tokens(move)}
    message.update(content=content, stop_reason=stop_reason(move), usage=usage)
    return message


def stream(request: dict, move: Say | Use) -> Iterator[bytes]:
    """The events of one streamed answer; each item is one piece to send."""
    yield event("message_start", message=empty_message(request))
    if isinstance(move, Say):
        yield event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        for piece in pieces(move.text):
            yield event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    else:
        yield event("content_block_start", index=0, content_block=tool_block(move, {}))
        yield event("content_block_delta", index=0,
                    delta={"type": "input_json_delta", "partial_json": json.dumps(move.input)})
    yield event("content_block_stop", index=0)
    yield event("message_delta", delta={"stop_reason": stop_reason(move), "stop_sequence": None},
                usage={"output_tokens": output_tokens(move)})
    yield event("message_stop")


def empty_message(request: dict) -> dict:
    return {"id": "msg_" + uuid.uuid4().hex, "type": "message", "role": "assistant",
            "model": request.get("model", "scripted"), "content": [], "stop_reason": None, "stop_sequence": None,
            "usage": {**USAGE, "output_tokens": 1}}


def text_blocks(text: str) -> list[dict]:
    return [{"type": "text", "text": text}] if text else []


def tool_block(move: Use, given: dict | str) -> dict:
    return {"type": "tool_use", "id": "toolu_" + uuid.uuid4().hex, "name": move.tool, "input": given}


def stop_reason(move: Say | Use) -> str:
    return "end_turn" if isinstance(move, Say) else "tool_use"


def event(name: str, **fields) -> bytes:
    return f"event: {name}\ndata: {json.dumps({'type': name, **fields})}\n\n".encode()
