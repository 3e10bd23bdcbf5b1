#!/usr/bin/env python3
"""Writes Google Benchmark JSON of a given size, every row its own benchmark: for measuring readers.

usage: make_google_benchmark_json.py ROWS > FILE      (194005 rows are about 100 MB)
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
      "run_name": "{name}",
      "run_type": "iteration",
      "repetitions": 1,
      "repetition_index": 0,
      "threads": 1,
      "iterations": {iterations},
      "real_time": {real:.16e},
      "cpu_time": {cpu:.16e},
      "time_unit": "ns",
      "bytes_per_second": {bytes:.16e},
      "items_per_second": {items:.16e}
    }}"""


def main() -> None:
    rows = int(sys.argv[1])
    rng = random.Random(1)
    sys.stdout.write(CONTEXT)
    for i in range(rows):
        real = rng.uniform(10, 1e6)
        sys.stdout.write(ROW.format(
            name=f"BM_Decode/records:{i:08d}", family=i, iterations=rng.randrange(1000, 1000000),
            real=real, cpu=real * 0.99, bytes=1e12 / real, items=1e9 / real))
        sys.stdout.write(",\n" if i + 1 < rows else "\n")
    sys.stdout.write("  ]\n}\n")


if __name__ == "__main__":
    main()
