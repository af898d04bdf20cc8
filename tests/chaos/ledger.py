"""What agents, checks and hooks wrote down themselves, read by the judge."""

import json
from pathlib import Path


class Ledger:
    def __init__(self, folder: Path) -> None:
        file = folder / "lines"
        self.lines = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def of(self, kind: str) -> list[dict]:
        return [line for line in self.lines if line["kind"] == kind]
