"""What must not be there once everything was run: processes of the CLIs, and files outside the projects."""

import os
import time
from pathlib import Path

from harness import expect

# Where programs leave things that belong nowhere; every project of ours has a TMPDIR and a HOME of its own.
SHARED = [Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path.home()]
# codex makes it for the socket of its daemon, whatever TMPDIR says, and leaves it empty (docs/agents/codex.md).
OF_CODEX = Path(f"/tmp/codex-daemon-{os.getuid()}")
OURS = ("orchestrate-acceptance-", "tmp")  # folders of projects (removed with them), Python's own temporary ones


class Leftovers:
    """Knows the machine as it was when it was made."""

    def __init__(self, prepared: Path) -> None:
        self._prepared = str(prepared.parent)
        self._before = self._files()
        self._processes_before = self._processes()

    def nothing_is_left_on_this_machine(self, *_: Path) -> None:
        deadline = time.monotonic() + 10
        while (processes := self._processes() - self._processes_before) and time.monotonic() < deadline:
            time.sleep(0.02)
        expect(not processes, "processes of the CLIs are left", *processes)
        if "CI" not in os.environ:
            return  # a person's machine has other programs, too
        files = self._files() - self._before
        if OF_CODEX.is_dir() and not any(OF_CODEX.iterdir()):
            files -= {str(OF_CODEX)}
        expect(not files, "there are new files outside every project", *sorted(files))

    @staticmethod
    def _files() -> set[str]:
        return {str(path) for top in SHARED if top.is_dir() for path in top.iterdir() if not path.name.startswith(OURS)}

    def _processes(self) -> set[str]:
        """Those whose program lies among the prepared CLIs."""
        found = set()
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                program = os.readlink(entry / "exe")
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if self._prepared in program or self._prepared in words:
                found.add(f"{entry.name}: {words}")
        return found
