"""Starts a model server as a child process and asks it what it was asked."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen


class Server:
    """Use it in a `with`: the child ends with the block, or with this process."""

    def __init__(self, scripts: Path, life_s: float) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "model_server", "--scripts", str(scripts), "--life-s", str(life_s)],
            cwd=Path(__file__).parent.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self._process.stdout.readline())

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *exception) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()

    def url(self, label: str) -> str:
        return f"http://127.0.0.1:{self.port}/{label}"

    def requests(self, label: str, count: int = 0, timeout_s: float = 0) -> list[dict]:
        """All requests with that label, or of any kind for ""; waits up to timeout_s for `count` of them."""
        url = f"http://127.0.0.1:{self.port}/_requests/{label}?count={count}&timeout_s={timeout_s}"
        with urlopen(url, timeout=timeout_s + 10) as answer:
            return json.load(answer)
