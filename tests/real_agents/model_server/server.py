"""HTTP: picks the API by path and the scenario by the path's first part, records the request, plays the move.

    POST /SCENARIO[~LABEL]/v1/messages      what an agent's base URL leads to
    POST http://.../...                     the same, by somebody who takes us for a proxy; recorded as "proxied" too
    HEAD, GET, CONNECT                      recorded as "other", or "proxied"; lead nowhere
    GET  /_requests/[SCENARIO[~LABEL]]?count=N&timeout_s=S    the requests recorded, once there are N of them
"""

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from . import anthropic_messages
from .move import Hang, Move, Refuse, Say
from .record import Record, Request
from .scenarios import Scenario

APIS = [anthropic_messages]
PROXIED = "proxied"
BODY_BYTES_MAX = 32 << 20
SMALL_TALK = Say("Scripted.")


class ModelServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, scenarios: dict[str, Scenario]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.scenarios = scenarios
        self.record = Record()
        self.closing = threading.Event()

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
            self.send_json(404, {"error": "not found"})
            return
        query = parse_qs(url.query)
        count = int(query.get("count", ["0"])[0])
        timeout_s = float(query.get("timeout_s", ["0"])[0])
        self.send_json(200, self.server.record.wait_for(url.path.removeprefix("/_requests/"), count, timeout_s))

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
            return
        self.answer(api, path, scenario, json.loads(body))

    def record_other(self, label: str = "other") -> None:
        self.server.record.add(Request(label, self.command, self.path, dict(self.headers), ""))

    def answer(self, api, path: str, scenario: Scenario, request: dict) -> None:
        if (other := api.other_answer(path)) is not None:
            self.send_json(200, other)
            return
        move = scenario(api.answers_so_far(request))
        if api.is_small_talk(path, request) and not isinstance(move, (Refuse, Hang)):
            move = SMALL_TALK
        self.play(api, request, move)

    def play(self, api, request: dict, move: Move) -> None:
        if isinstance(move, Hang):
            self.hang()
        elif isinstance(move, Refuse):
            self.send_json(move.status, api.error_body(move), move.headers)
        elif api.wants_stream(request):
            self.send_stream(api, request, move)
        else:
            self.send_json(200, api.whole(request, move))

    def send_stream(self, api, request: dict, move: Move) -> None:
        pause_s, stop_after, then = (move.pause_s, move.stop_after, move.then) if isinstance(move, Say) else (0, None, "")
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.send_header("request-id", "req_scripted")
        self.end_headers()
        for sent, piece in enumerate(api.stream(request, move)):
            if sent == stop_after:
                if then == "hang":
                    self.hang()
                self.close_connection = True
                return
            self.send_chunk(piece)
            self.server.closing.wait(pause_s)
        self.send_chunk(b"")

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
        self.send_response(status)
        for name, content in {"content-type": "application/json", "request-id": "req_scripted", **(headers or {})}.items():
            self.send_header(name, content)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
