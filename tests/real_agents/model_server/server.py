"""HTTP: picks the API by path and the scenario by the path's first part, records the request, plays the move.

    POST /SCENARIO[~LABEL]/...              what an agent's base URL leads to
    POST http://.../...                     the same, by somebody who takes us for a proxy; recorded as "proxied" too
    GET  .../models                         recorded as "other"; the models there are
    HEAD, GET, CONNECT                      recorded as "other", or "proxied"; lead nowhere
    GET  /_requests/[SCENARIO[~LABEL]]?count=N&timeout_s=S    the requests recorded, once there are N of them
"""

import json
import threading
from collections import Counter
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count, islice
from urllib.parse import parse_qs, urlsplit

from . import anthropic_messages, gemini, openai_chat, openai_responses
from .move import Hang, Move, Refuse, Say, Use, pieces
from .record import Record, Request
from .scenarios import Scenario
from .tools import said_with, told

APIS = [anthropic_messages, openai_responses, openai_chat, gemini]
PROXIED = "proxied"
BODY_BYTES_MAX = 32 << 20
SMALL_TALK = Say("Scripted.")
GARBAGE = b"{not json at all\n\n"


class ModelServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, scenarios: dict[str, Scenario]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.scenarios = scenarios
        self.record = Record()
        self.closing = threading.Event()
        self._asked: Counter[str] = Counter()
        self._asked_changes = threading.Lock()

    def asked(self, label: str, more: int) -> int:
        """How often the conversations of that label asked before; counts `more`."""
        with self._asked_changes:
            self._asked[label] += more
            return self._asked[label] - more

    def handle_error(self, request, client_address) -> None:
        """An agent that was stopped hangs up in the middle of an answer; that is what some tests are about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ModelServer

    def log_message(self, *arguments) -> None:
        pass

    def do_HEAD(self) -> None:
        self.record_other()
        self.send_json(200, None)

    def do_CONNECT(self) -> None:
        self.record_other(PROXIED)
        self.send_json(502, {"error": "this leads nowhere"})

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if not url.path.startswith("/_requests/"):
            self.record_other()
            models = openai_chat.other_answer(url.path)
            self.send_json(200 if models else 404, models or {"error": "not found"})
            return
        query = parse_qs(url.query)
        wanted = int(query.get("count", ["0"])[0])
        timeout_s = float(query.get("timeout_s", ["0"])[0])
        self.send_json(200, self.server.record.wait_for(url.path.removeprefix("/_requests/"), wanted, timeout_s))

    def do_POST(self) -> None:
        body = self.read_body()
        label, _, rest = urlsplit(self.path).path.lstrip("/").partition("/")
        path = "/" + rest
        request = Request(label, "POST", path, dict(self.headers), body.decode("utf-8", "backslashreplace"))
        self.server.record.add(request)
        if self.path.startswith("http"):  # we are taken for a proxy
            self.server.record.add(replace(request, label=PROXIED))
        scenario = self.server.scenarios.get(label.partition("~")[0])
        api = next((api for api in APIS if api.serves(path)), None)
        if scenario is None or api is None:
            self.send_json(404, {"error": f"no scenario or API for {self.path}"})
        elif (other := api.other_answer(path)) is not None:
            self.send_json(200, other, api.HEADERS)
        else:
            asked = {**json.loads(body), "path": path}  # one API says there what the others say in the body
            self.play(api, asked, self.next_move(api, label, scenario, asked))

    def record_other(self, label: str = "other") -> None:
        self.server.record.add(Request(label, self.command, self.path, dict(self.headers), ""))

    def next_move(self, api, label: str, scenario: Scenario, request: dict) -> Move:
        """In terms of what the request offers: something to say, a tool of its own to use, or no answer."""
        answers, offered, small_talk = api.answers_so_far(request), api.offered(request), api.is_small_talk(request)
        asked = self.server.asked(label, 0 if small_talk else 1)
        if small_talk:
            move = scenario(answers, asked)
            return move if isinstance(move, (Refuse, Hang)) else SMALL_TALK
        if not offered:  # whatever was said before, there is no script to be in the middle of
            return told(scenario(step, asked) for step in count())
        return said_with(scenario(answers, asked), offered)

    def play(self, api, request: dict, move: Move) -> None:
        if isinstance(move, Hang):
            self.hang()
        elif isinstance(move, Refuse):
            status, body, headers = api.refusal(move.reason, request)
            self.send_json(status, body, {**api.HEADERS, **headers})
        elif api.wants_stream(request):
            self.send_stream(api, request, move)
        else:
            self.send_whole(api, request, move)

    def send_stream(self, api, request: dict, move: Say | Use) -> None:
        how = move if isinstance(move, Say) else Say("")
        self.send_head(200, {"content-type": "text/event-stream", "transfer-encoding": "chunked", **api.HEADERS})
        for piece in islice(api.stream(request, move), how.stop_after):
            self.send_chunk(piece)
            self.server.closing.wait(how.pause_s)
        if how.then == "garbage":
            self.send_chunk(b"data: " + GARBAGE)
        self.stop_or(how.then, lambda: self.send_chunk(b""))

    def send_whole(self, api, request: dict, move: Say | Use) -> None:
        """An answer in one piece misbehaves in the same ways; a slow one is silent for as long as it would trickle."""
        how = move if isinstance(move, Say) else Say("")
        self.server.closing.wait(how.pause_s * len(pieces(how.text)))
        body = GARBAGE if how.then == "garbage" else json.dumps(api.whole(request, move)).encode()
        self.send_head(200, {"content-type": "application/json", "content-length": str(len(body)), **api.HEADERS})
        self.wfile.write(body[:len(body) // 2])
        self.wfile.flush()
        self.stop_or(how.then, lambda: self.wfile.write(body[len(body) // 2:]))

    def stop_or(self, then: str, finish) -> None:
        if then == "hang":
            self.hang()
        elif then == "cut":
            self.close_connection = True
        else:
            finish()

    def send_chunk(self, piece: bytes) -> None:
        self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self.wfile.flush()

    def hang(self) -> None:
        self.server.closing.wait()
        self.close_connection = True

    def read_body(self) -> bytes:
        length = int(self.headers.get("content-length") or 0)
        if length > BODY_BYTES_MAX:
            raise ValueError("request body over the bound")
        return self.rfile.read(length)

    def send_json(self, status: int, value, headers: dict | None = None) -> None:
        body = b"" if value is None else json.dumps(value).encode()
        about = {"content-type": "application/json", "content-length": str(len(body))}
        self.send_head(status, {**about, **(headers or {})})
        self.wfile.write(body)

    def send_head(self, status: int, headers: dict) -> None:
        self.send_response(status)
        for name, content in headers.items():
            self.send_header(name, content)
        self.end_headers()
