"""python3 -m fake_github [--port N] [--delay S] [--prefix /api/v3]: prints its address, serves until stdin ends.

Tests in other languages speak to it by /_fake/..., see server.py.
"""

import argparse
import sys

from .server import FakeGitHub


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--prefix", default="")
    options = parser.parse_args()
    github = FakeGitHub(port=options.port, delay=options.delay, prefix=options.prefix, control=True)
    print(github.url, flush=True)
    sys.stdin.read()
    github.stop()


main()
