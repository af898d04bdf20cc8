"""The Anthropic Messages API: POST /v1/messages, streamed or not, and /v1/messages/count_tokens."""

import json
import uuid
from typing import Iterator

from .move import Refuse, Say, Use

USAGE = {"input_tokens": 1200, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 1000}
OUTPUT_TOKENS = 34


def serves(path: str) -> bool:
    return path.startswith("/v1/messages")


def is_small_talk(path: str, request: dict) -> bool:
    """Requests beside the conversation (titles, summaries) offer no tools; they must not advance or upset a script."""
    return not request.get("tools")


def answers_so_far(request: dict) -> int:
    return sum(1 for message in request.get("messages", []) if message.get("role") == "assistant")


def wants_stream(request: dict) -> bool:
    return bool(request.get("stream"))


def other_answer(path: str) -> dict | None:
    return {"input_tokens": 1200} if path.startswith("/v1/messages/count_tokens") else None


def error_body(refusal: Refuse) -> dict:
    return {"type": "error", "error": {"type": refusal.kind, "message": refusal.message}, "request_id": "req_scripted"}


def whole(request: dict, move: Say | Use) -> dict:
    message = empty_message(request)
    block = {"type": "text", "text": move.text} if isinstance(move, Say) else tool_block(move, move.input)
    message.update(content=[block], stop_reason=stop_reason(move), usage={**USAGE, "output_tokens": OUTPUT_TOKENS})
    return message


def stream(request: dict, move: Say | Use) -> Iterator[bytes]:
    """The events of one streamed answer; each item is one piece to send."""
    yield event("message_start", message=empty_message(request))
    if isinstance(move, Say):
        yield event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        for word in move.text.split(" "):
            yield event("content_block_delta", index=0, delta={"type": "text_delta", "text": word + " "})
    else:
        yield event("content_block_start", index=0, content_block=tool_block(move, {}))
        yield event("content_block_delta", index=0,
                    delta={"type": "input_json_delta", "partial_json": json.dumps(move.input)})
    yield event("content_block_stop", index=0)
    yield event("message_delta", delta={"stop_reason": stop_reason(move), "stop_sequence": None},
                usage={"output_tokens": OUTPUT_TOKENS})
    yield event("message_stop")


def empty_message(request: dict) -> dict:
    return {"id": "msg_" + uuid.uuid4().hex, "type": "message", "role": "assistant",
            "model": request.get("model", "scripted"), "content": [], "stop_reason": None, "stop_sequence": None,
            "usage": {**USAGE, "output_tokens": 1}}


def tool_block(move: Use, given: dict) -> dict:
    return {"type": "tool_use", "id": "toolu_" + uuid.uuid4().hex, "name": move.tool, "input": given}


def stop_reason(move: Say | Use) -> str:
    return "end_turn" if isinstance(move, Say) else "tool_use"


def event(name: str, **fields) -> bytes:
    return f"event: {name}\ndata: {json.dumps({'type': name, **fields})}\n\n".encode()
