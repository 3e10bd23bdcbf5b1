#!/usr/bin/env python3
"""A hundred megabytes of Google Benchmark JSON: `perfgate import`, run.json written, beside a bare
simdjson traversal that reads the same fields (simdjson_peer.cpp).

usage: big_json.py BUILD_DIR [ROUNDS]

Fails where the import takes more than three times the traversal, by the median of the turns' ratios
of wall time, or more than 256 bytes of memory a row beyond what an import of one row takes.
"""

import os
import subprocess
import sys

from whole import Programs, median, ratios, spread

MOST_TIMES = 3.0
MOST_BYTES = 256
ROWS = 194_005
VARIANTS = [
    # what, arguments of make_google_benchmark_json.py
    ("every row its own benchmark", [str(ROWS)]),
    ("ten repetitions each", [str(ROWS), "10"]),
    ("ten repetitions and four aggregates each", [str(ROWS), "10", "aggregates"]),
]


def made(directory: str, name: str, arguments: list[str]) -> str:
    """Written once: making it takes longer than reading it."""
    maker = os.path.join(os.path.dirname(__file__), "..", "support", "make_google_benchmark_json.py")
    path = os.path.join(directory, name)
    if not os.path.exists(path) or os.path.getmtime(path) < os.path.getmtime(maker):
        with open(path + ".new", "wb") as file:
            subprocess.run([sys.executable, maker, *arguments], stdout=file, check=True)
        os.replace(path + ".new", path)
    return path


def main() -> None:
    build = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    programs = Programs(build)
    directory = os.path.join(build, "big_json")
    os.makedirs(directory, exist_ok=True)

    def reading(path: str) -> list[str]:
        return [programs.perfgate, "import", path, "--harness", "google-benchmark", "--quiet",
                "--out", os.path.join(directory, "out")]

    small = programs.run(reading(made(directory, "one.json", ["1"]))).peak
    failed = False
    for number, (what, arguments) in enumerate(VARIANTS):
        path = made(directory, f"{number}.json", arguments)
        ours, theirs = programs.in_turns([reading(path), [programs.peer, path]], rounds)
        wall = ratios(ours, theirs, "wall")
        peak = median([run.peak for run in ours])
        row = (peak - small) / ROWS
        failed = failed or median(wall) > MOST_TIMES or row > MOST_BYTES
        print(f"{os.path.getsize(path) / 1e6:.1f} MB, {ROWS} rows, {what}; {rounds} turns:")
        print(f"  import     {spread([run.wall for run in ours], 1e3, 0)} ms wall, "
              f"{spread([run.cpu for run in ours], 1e3, 0)} ms CPU")
        print(f"  traversal  {spread([run.wall for run in theirs], 1e3, 0)} ms wall, "
              f"{spread([run.cpu for run in theirs], 1e3, 0)} ms CPU")
        print(f"  ratio      {spread(wall)} of wall time (at most {MOST_TIMES:g}), "
              f"{spread(ratios(ours, theirs, 'cpu'))} of CPU time")
        print(f"  memory     {row:.0f} bytes a row (at most {MOST_BYTES}); {peak / ROWS:.0f} with "
              f"the program itself, whose peak for one row is {small / 2**20:.1f} MiB")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
