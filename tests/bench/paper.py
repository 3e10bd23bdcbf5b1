#!/usr/bin/env python3
"""What a PDF costs as a whole process: a table of 10 000 benchmarks, and 500 charts of 2 000 points.

usage: paper.py BUILD_DIR [ROUNDS]

Fails where one takes 64 MiB of memory or more.
"""

import os
import sys
import tempfile

from whole import Programs, median, spread

MOST_MIB = 64


def main() -> None:
    build = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    programs = Programs(build)
    driver = os.path.join(build, "tests", "bench", "paper_driver")
    kinds = {"sample": "a report of 12 pages", "rows": "10 000 benchmarks",
             "charts": "500 charts of 2 000 points"}
    failed = False
    with tempfile.TemporaryDirectory() as directory:
        paths = {kind: os.path.join(directory, kind + ".pdf") for kind in kinds}
        runs = programs.in_turns([[driver, kind, paths[kind]] for kind in kinds], rounds)
        print(f"PDF, {rounds} turns:")
        for (kind, what), its in zip(kinds.items(), runs):
            peak = median([run.peak for run in its]) / 2**20
            failed = failed or peak >= MOST_MIB
            print(f"  {what:<27} {spread([run.cpu for run in its])} s CPU, peak {peak:.1f} MiB "
                  f"(below {MOST_MIB}), {os.path.getsize(paths[kind]) / 1e6:.1f} MB")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
