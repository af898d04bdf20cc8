"""The Gemini API: POST /v1beta/models/M:generateContent, :streamGenerateContent?alt=sse and :countTokens."""

import json
import re
import uuid
from typing import Iterator

from .move import CACHED_TOKENS, INPUT_TOKENS, Say, Use, output_tokens, pieces
from .tools import Offered

HEADERS = {"server-timing": "gfet4t7; dur=12"}
RESET_S = 7200
CALL = re.compile(r"/models/(?P<model>[^/]+):(generateContent|streamGenerateContent|countTokens)$")
OVER_QUOTA = ("You exceeded your current quota, please check your plan and billing details. For more information on "
              "this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.")

# reason: status code, status, message
REFUSALS = {
    "context": (400, "INVALID_ARGUMENT",
                "The input token count (2500000) exceeds the maximum number of tokens allowed (1048576)."),
    "key": (401, "UNAUTHENTICATED",
            "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
            "valid authentication credential."),
    "wrong-key": (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
    "forbidden": (403, "PERMISSION_DENIED", "The caller does not have permission"),
    "rate": (429, "RESOURCE_EXHAUSTED", OVER_QUOTA + "\nPlease retry in 1s."),
    "usage": (429, "RESOURCE_EXHAUSTED", f"{OVER_QUOTA}\nPlease retry in {RESET_S}s."),
    "credit": (429, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted. Please go to AI Studio at "
               "https://ai.studio/projects to manage your project and billing."),
    "internal": (500, "INTERNAL", "An internal error has occurred. Please retry or report in "
                 "https://developers.generativeai.google/guide/troubleshooting"),
    "unavailable": (503, "UNAVAILABLE", "The service is currently unavailable."),
    "overloaded": (503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
}


def serves(path: str) -> bool:
    return bool(CALL.search(path))


def other_answer(path: str) -> dict | None:
    return {"totalTokens": INPUT_TOKENS} if path.endswith(":countTokens") else None


def is_small_talk(request: dict) -> bool:
    """What the agent asks for itself (who speaks next, which model to take) offers no tools."""
    return not offered(request)


def offered(request: dict) -> Offered:
    functions = [function for tool in request.get("tools", []) for function in tool.get("functionDeclarations", [])]
    return {function["name"]: function.get("parametersJsonSchema") or function.get("parameters", {})
            for function in functions}


def answers_so_far(request: dict) -> int:
    return sum(1 for content in request.get("contents", []) if content.get("role") == "model")


def wants_stream(request: dict) -> bool:
    return request["path"].endswith(":streamGenerateContent")


def refusal(reason: str, request: dict) -> tuple[int, dict, dict]:
    code, status, message = REFUSALS[reason]
    error = {"code": code, "message": message, "status": status, "details": details(reason, model(request))}
    return code, {"error": error}, {}


def model(request: dict) -> str:
    return CALL.search(request["path"])["model"]


def details(reason: str, model: str) -> list[dict]:
    match reason:
        case "rate":
            return [quota_failure("PerMinute", model), rpc("RetryInfo", retryDelay="1s")]
        case "usage":
            return [quota_failure("PerDay", model), rpc("RetryInfo", retryDelay=f"{RESET_S}s")]
        case "key":
            return [rpc("ErrorInfo", reason="ACCESS_TOKEN_TYPE_UNSUPPORTED", domain="googleapis.com")]
        case "wrong-key":
            return [rpc("ErrorInfo", reason="API_KEY_INVALID", domain="googleapis.com")]
    return []


def quota_failure(per: str, model: str) -> dict:
    return rpc("QuotaFailure", violations=[{
        "quotaMetric": "generativelanguage.googleapis.com/generate_content_free_tier_requests",
        "quotaId": f"GenerateRequests{per}PerProjectPerModel-FreeTier",
        "quotaDimensions": {"location": "global", "model": model},
        "quotaValue": "20",
    }])


def rpc(name: str, **fields) -> dict:
    return {"@type": f"type.googleapis.com/google.rpc.{name}", **fields}


def whole(request: dict, move: Say | Use) -> dict:
    return response(request, [part(move)] if isinstance(move, Use) or move.text else [], move, last=True)


def stream(request: dict, move: Say | Use) -> Iterator[bytes]:
    """The events of one streamed answer; each item is one piece to send."""
    said = [{"text": piece} for piece in pieces(move.text)] if isinstance(move, Say) else [part(move)]
    for number, each in enumerate(said, start=1):
        event = response(request, [each], move, last=number == len(said))
        yield f"data: {json.dumps(event)}\r\n\r\n".encode()


def response(request: dict, parts: list[dict], move: Say | Use, last: bool) -> dict:
    candidate: dict = {"content": {"role": "model", "parts": parts}, "index": 0}
    if last:
        candidate["finishReason"] = "STOP"
    return {"candidates": [candidate], "usageMetadata": usage(move), "modelVersion": model(request),
            "responseId": uuid.uuid4().hex}


def part(move: Say | Use) -> dict:
    if isinstance(move, Say):
        return {"text": move.text}
    return {"functionCall": {"id": uuid.uuid4().hex[:8], "name": move.tool, "args": move.input}}


def usage(move: Say | Use) -> dict:
    spent = output_tokens(move)
    return {"promptTokenCount": INPUT_TOKENS, "cachedContentTokenCount": CACHED_TOKENS,
            "candidatesTokenCount": spent, "totalTokenCount": INPUT_TOKENS + spent}
