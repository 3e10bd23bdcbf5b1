#!/usr/bin/env python3
"""Change detection beside Otava's, on the same series: detect_peer.py BUILD_DIR [ROUNDS]

Otava comes from the Python registry: python3 -m venv build/otava && build/otava/bin/pip install apache-otava,
then run this with build/otava/bin/python. What counts is the ratio: times are the machine's."""
import json
import random
import subprocess
import sys
import time

from otava.analysis import compute_change_points


class MersenneTwister:
    """std::mt19937, so that the series are those of detect_bench.cpp."""

    def __init__(self, seed):
        state = [seed]
        for i in range(1, 624):
            state.append((1812433253 * (state[-1] ^ state[-1] >> 30) + i) & 0xFFFFFFFF)
        self.random = random.Random()
        self.random.setstate((3, tuple(state + [624]), None))

    def next(self):
        return self.random.getrandbits(32)


def series_of(n, changes, seed=1):
    twister = MersenneTwister(seed)
    values = []
    for i in range(n):
        noise = -6.0
        for _ in range(12):
            noise += twister.next() / 4294967296.0
        values.append(100 + 2 * noise + (10 if changes and i // 50 % 2 == 1 else 0))
    return values


def ours(build, rounds):
    command = [f"{build}/tests/bench/perfgate_bench", "--benchmark_filter=one_series", "--benchmark_format=json",
               "--benchmark_min_time=0.05", f"--benchmark_repetitions={rounds}"]
    rows = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["benchmarks"]
    times = {}
    for row in rows:
        if row.get("run_type") == "iteration":
            _, changes, n = row["run_name"].split("/")
            times.setdefault((changes, int(n)), []).append(row["cpu_time"] * 1e-9)
    return {key: min(value) for key, value in times.items()}


def main():
    build = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    times = ours(build, rounds)
    failed = False
    before = None
    for (changes, n), mine in times.items():
        series = series_of(n, changes == "with_changes")
        spent = []
        for _ in range(rounds):
            start = time.process_time()
            compute_change_points(series)
            spent.append(time.process_time() - start)
        ratio = min(spent) / mine
        growth = "" if n == 100 else f", {mine / before:.1f} times the time for 10 times the points"
        print(f"{changes:16} {n:6} points: {mine * 1e6:9.1f} us, Otava {min(spent) * 1e6:9.1f} us: {ratio:5.1f} x{growth}")
        failed |= ratio < 10 or (n > 100 and mine / before > 12)
        before = mine
    sys.exit(failed)


if __name__ == "__main__":
    main()
