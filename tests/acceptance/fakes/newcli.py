"""A coding CLI nobody has heard of, with an output format of its own. What it does is in NEWCLI_PLAY.

It writes what it was given to the file NEWCLI_SEEN: the prompt's bytes, and beside it the other arguments.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path


def say(**fields: object) -> None:
    print(json.dumps(fields), flush=True)


def end(ok: bool, **fields: object) -> None:
    say(type="end", ok=ok, usage={"input": 1200, "output": 34, "cost": 0.0125}, **fields)


def given() -> tuple[argparse.Namespace, bytes]:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--in", dest="file")
    parser.add_argument("message", nargs="?")
    options = parser.parse_args()
    if options.file:
        return options, Path(options.file).read_bytes()
    return options, os.fsencode(options.message) if options.message is not None else sys.stdin.buffer.read()


def main() -> int:
    options, prompt = given()
    seen = Path(os.environ["NEWCLI_SEEN"])
    seen.write_bytes(prompt)
    seen.with_suffix(".model").write_text(options.model)
    play = os.environ["NEWCLI_PLAY"]
    print("newcli 0.1, no JSON on this line")
    say(type="session", id="s-0815")
    say(type="debug", noise=[1, 2, {"type": "end"}])
    say(type="message", text='I am done: {"type":"end","ok":true}')
    if play == "stops short":
        return 0
    if play == "hits a limit":
        say(type="error", status=429, message="come back later", resets_at=int(time.time()) + 3600)
        return 1
    Path("made.txt").write_text("made\n")
    if play == "fails":
        end(False, error="the model \x1b[31m refused")
    else:
        end(True)
    return 0


sys.exit(main())
