"""How OpenAI refuses, in both of its APIs. It has no status of its own for being overloaded."""

import time

RESET_S = 7200
HEADERS = {"x-request-id": "req_scripted"}

RATE_HEADERS = {
    "retry-after": "1",
    "x-ratelimit-limit-requests": "3",
    "x-ratelimit-remaining-requests": "0",
    "x-ratelimit-reset-requests": "1s",
}

# reason: status, type, code, message
REFUSALS = {
    "key": (401, "invalid_request_error", "invalid_api_key",
            "Incorrect API key provided: sk-test-000. "
            "You can find your API key at https://platform.openai.com/account/api-keys."),
    "forbidden": (403, "invalid_request_error", "model_not_found",
                  "Project `proj_scripted` does not have access to model `{model}`"),
    "rate": (429, "requests", "rate_limit_exceeded",
             "Rate limit reached for {model} in organization org-scripted on requests per min (RPM): "
             "Limit 3, Used 3, Requested 1. Please try again in 1s."),
    "credit": (429, "insufficient_quota", "insufficient_quota",
               "You exceeded your current quota, please check your plan and billing details. For more information on "
               "this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors."),
    "internal": (500, "server_error", None,
                 "The server had an error while processing your request. Sorry about that!"),
    "unavailable": (503, "server_error", None, "The service is temporarily unavailable."),
    "overloaded": (503, "service_unavailable_error", "server_is_overloaded",
                   "Our servers are currently overloaded. Please try again later."),
}


def refusal(reason: str, request: dict, context: tuple[str, str]) -> tuple[int, dict, dict]:
    """`context`: the name of the parameter that holds the prompt, and what is said when that is too long."""
    if reason == "usage":
        return usage_limit()
    param = None
    if reason == "context":
        param, message = context
        status, kind, code = 400, "invalid_request_error", "context_length_exceeded"
    else:
        status, kind, code, message = REFUSALS["key" if reason == "wrong-key" else reason]
    message = message.format(model=request.get("model", "scripted"))
    body = {"error": {"message": message, "type": kind, "param": param, "code": code}}
    return status, body, RATE_HEADERS if reason == "rate" else {}


def usage_limit() -> tuple[int, dict, dict]:
    """What a plan's limit looks like; a key has none but its rate and its credit."""
    reset = int(time.time()) + RESET_S
    body = {"error": {"type": "usage_limit_reached", "message": "The usage limit has been reached",
                      "plan_type": "plus", "resets_at": reset, "resets_in_seconds": RESET_S}}
    return 429, body, {
        "x-codex-plan-type": "plus",
        "x-codex-primary-used-percent": "100",
        "x-codex-primary-window-minutes": "300",
        "x-codex-primary-reset-after-seconds": str(RESET_S),
        "x-codex-primary-reset-at": str(reset),
    }
