"""python3 -m model_server [--scripts DIR] [--life-s N]

The first line on stdout is the port. Ends when stdin ends, or after --life-s, whichever comes first.
"""

import argparse
import sys
import threading
from pathlib import Path

from .scenarios import load
from .server import ModelServer


def main() -> None:
    parser = argparse.ArgumentParser(prog="model_server")
    parser.add_argument("--scripts", type=Path, help="a folder of NAME.json, each a scenario /NAME")
    parser.add_argument("--life-s", type=float, default=600)
    options = parser.parse_args()

    server = ModelServer(load(options.scripts))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)

    stdin_ended = threading.Thread(target=sys.stdin.read, daemon=True)
    stdin_ended.start()
    stdin_ended.join(options.life_s)
    server.closing.set()
    server.shutdown()


if __name__ == "__main__":
    main()
