"""`run` on a terminal: lines, a block that is drawn again, nothing of it left at the end."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import time

from case import Case
from project import RUN_TIMEOUT_S, expect

COLUMNS = 100
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
ESCAPE = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])")


def screen(output: str) -> list[str]:
    """What remains visible: enough of a terminal for the moves that we make."""
    rows, row = [""], 0
    position = 0
    while position < len(output):
        move = ESCAPE.match(output, position)
        if move:
            count = int(move[1] or "1") if move[1].isdigit() or not move[1] else 1
            if move[2] == "A":
                row = max(0, row - count)
            elif move[2] == "K":
                rows[row] = ""
            position = move.end()
            continue
        if output[position] == "\n":
            row += 1
            if row == len(rows):
                rows.append("")
        elif output[position] != "\r":
            rows[row] += output[position]
        position += 1
    return [line for line in rows if line]


class Terminal(Case):
    def run_on_a_terminal(self, **env: str) -> tuple[str, int]:
        project = self.ready({"dispatch": {"max_parallel": 2}, "limits": {"task_attempts": 1}})
        for n in range(3):
            project.add(f"Work {n} " + "and more " * 20, "--run", self.sh("echo working; sleep 0.3"))
        project.add("Bad", "--run", "false")
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
        project.env |= {"TERM": "xterm", **env}
        session = project.begin("run", stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        output = self.read_all(ours)
        return output, session.wait(RUN_TIMEOUT_S)

    def read_all(self, terminal: int) -> str:
        deadline, chunks = time.monotonic() + RUN_TIMEOUT_S, []
        while time.monotonic() < deadline:
            try:
                chunks.append(os.read(terminal, 65536))
            except OSError:  # EIO: nobody holds the other side any more
                break
        os.close(terminal)
        return b"".join(chunks).decode(errors="replace")

    def test_progress_is_drawn_and_erased_and_lines_stay(self) -> None:
        output, status = self.run_on_a_terminal()
        expect(status == 1, f"run exits {status}, not 1", output)
        expect(re.search(r"\[#*\.*\] \d+ done, \d+ failed", output), "no bar was drawn", repr(output))
        expect(COLOUR.search(output), "no colour on a terminal", repr(output))
        left = screen(output)
        text = "\n".join(left)
        expect(not re.search(r"\[[#.]+\] \d+ done", text), "the bar is still there at the end", text)
        expect("silent" not in text, "a line of the block is still there", text)
        for n in range(3):
            expect(f"Work {n}" in text, "a task's lines were erased", text)
        expect("FAILED" in text and "Next: orchestrate report" in text, "no summary", text)
        drawn = [re.sub(ESCAPE, "", line).rstrip("\r") for line in output.split("\n") if "silent" in line]
        expect(drawn and all(len(line) < COLUMNS for line in drawn), "a line of the block is wider than the terminal",
               *drawn)

    def test_no_color_is_respected(self) -> None:
        output, _ = self.run_on_a_terminal(NO_COLOR="1")
        expect(not COLOUR.search(output), "colour in spite of NO_COLOR", repr(output))
        expect("FAILED" in output, "no lines", output)

    def test_without_a_terminal_there_is_no_escape_byte(self) -> None:
        project = self.ready()
        project.add("Work", "--run", "true")
        done = project.run(status=0)
        expect("\x1b" not in done.stdout + done.stderr, "escape bytes in a pipe", repr(done.stdout))
        expect("Work" in done.stdout and "Next: orchestrate report" in done.stdout, "no lines", done.stdout)

    def test_output_that_nobody_reads_does_not_end_the_night(self) -> None:
        project = self.ready()
        tasks = [project.add(f"Work {n}", "--run", "true") for n in range(3)]
        session = project.begin("run", stdout=subprocess.PIPE)
        session.stdout.close()
        session.stdout = None
        session.wait(RUN_TIMEOUT_S)
        states = [project.show(task)["state"] for task in tasks]
        expect(states == ["done"] * 3, "a closed terminal ended the night", states)
