#!/usr/bin/env python3
"""Writes Google Benchmark JSON of a given size: for measuring readers.

usage: make_google_benchmark_json.py ROWS [REPETITIONS [aggregates]] > FILE

194005 rows are about 100 MB. Every row is its own benchmark, or so many repetitions of one; with
`aggregates` the mean, median, stddev and cv of each benchmark follow, which count as rows.
"""

import random
import sys

CONTEXT = """{
  "context": {
    "date": "2026-01-01T00:00:00+00:00",
    "executable": "./bench",
    "num_cpus": 2,
    "mhz_per_cpu": 2400,
    "cpu_scaling_enabled": false,
    "load_avg": [0.5,0.5,0.5],
    "library_build_type": "release"
  },
  "benchmarks": [
"""
ROW = """    {{
      "name": "{name}",
      "family_index": {family},
      "per_family_instance_index": 0,
      "run_name": "{run_name}",
{kind}
      "threads": 1,
      "iterations": {iterations},
      "real_time": {real:.16e},
      "cpu_time": {cpu:.16e},
      "time_unit": "ns",
      "bytes_per_second": {bytes:.16e},
      "items_per_second": {items:.16e}
    }}"""


AGGREGATES = ["mean", "median", "stddev", "cv"]


def row_of(index: int, repetitions: int, aggregates: bool, rng: random.Random) -> str:
    group = repetitions + (len(AGGREGATES) if aggregates else 0)
    benchmark, place = divmod(index, group)
    run_name = f"BM_Decode/records:{benchmark:08d}"
    real = rng.uniform(10, 1e6)
    if place < repetitions:
        name = run_name
        kind = (f'      "run_type": "iteration",\n      "repetitions": {repetitions},\n'
                f'      "repetition_index": {place},')
    else:
        aggregate = AGGREGATES[place - repetitions]
        name = f"{run_name}_{aggregate}"
        unit = "percentage" if aggregate == "cv" else "time"
        kind = (f'      "run_type": "aggregate",\n      "repetitions": {repetitions},\n'
                f'      "aggregate_name": "{aggregate}",\n      "aggregate_unit": "{unit}",')
    return ROW.format(name=name, run_name=run_name, kind=kind, family=benchmark,
                      iterations=rng.randrange(1000, 1000000), real=real, cpu=real * 0.99,
                      bytes=1e12 / real, items=1e9 / real)


def main() -> None:
    rows = int(sys.argv[1])
    repetitions = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    aggregates = sys.argv[3:4] == ["aggregates"]
    rng = random.Random(1)
    sys.stdout.write(CONTEXT)
    for i in range(rows):
        sys.stdout.write(row_of(i, repetitions, aggregates, rng))
        sys.stdout.write(",\n" if i + 1 < rows else "\n")
    sys.stdout.write("  ]\n}\n")


if __name__ == "__main__":
    main()
