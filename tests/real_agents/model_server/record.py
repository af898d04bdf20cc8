"""Every request the server got, kept within a bound, for tests to wait for and look into."""

import threading
from dataclasses import asdict, dataclass

BYTES_MAX = 64 << 20


@dataclass(frozen=True)
class Request:
    label: str  # the URL's first part: the scenario, and what follows its '~'
    method: str
    path: str
    headers: dict
    body: str


class Record:
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._requests: list[Request] = []
        self._bytes = 0

    def add(self, request: Request) -> None:
        with self._changed:
            self._requests.append(request)
            self._bytes += len(request.body)
            while self._bytes > BYTES_MAX:
                self._bytes -= len(self._requests.pop(0).body)
            self._changed.notify_all()

    def of(self, label: str) -> list[dict]:
        """Those with that label; all there are for an empty one."""
        with self._changed:
            return [asdict(request) for request in self._requests if label in ("", request.label)]

    def wait_for(self, label: str, count: int, timeout_s: float) -> list[dict]:
        """Returns as soon as there are `count` requests with that label, or what there is when the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.of(label)) >= count, timeout_s)
        return self.of(label)
