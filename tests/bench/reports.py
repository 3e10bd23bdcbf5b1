#!/usr/bin/env python3
"""What reports cost as whole processes: of two runs of 10 000 benchmarks, and of 500 benchmarks in 2 000 runs.

usage: reports.py BUILD_DIR [KEPT_STORE]

Fails where a format of the second needs 64 MiB or more. KEPT_STORE: where the history lies, or is to be made, so that
it need not be made anew.
"""

import os
import random
import subprocess
import sys
import tempfile

MOST_MIB = 64
BENCHMARKS, RUNS, LARGE = 500, 2000, 10_000
DOCUMENT, VERDICT = "text md json csv html pdf", "junit sarif badge prometheus"
FORMATS = {"judgement": f"{DOCUMENT} {VERDICT}", "comparison": f"{DOCUMENT} {VERDICT}", "slo": f"{DOCUMENT} {VERDICT}",
           "results": f"{DOCUMENT} prometheus", "trend": f"{DOCUMENT} prometheus", "evolution": f"{DOCUMENT} prometheus",
           "statistics": f"{DOCUMENT} prometheus", "matrix": f"{DOCUMENT} prometheus"}


def run_text(number, benchmarks, factor, values):
    """A run.json, as perfgate writes it."""
    noise = random.Random(number)
    rows = []
    for b in range(benchmarks):
        time = 1e-9 * (100 + b) * (factor if b % 50 == 0 else 1)
        samples = ",".join(f"{time * (1 + 0.01 * (noise.random() - 0.5)):.12e}" for _ in range(values))
        launches = ",".join("1" * values)
        rows.append(f'{{"suite":"suite","name":"{"ABCDE"[b % 5]}_{b:04}__decode/records:{b}","samples":'
                    f'[{{"metric":"time","values":[{samples}],"launches":[{launches}]}}],'
                    f'"dimensions":{{"backend":"b{b % 20}","rows":{10 ** (b % 7)}}}}}')
    day = f"{2020 + number // 336:04}-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
    return ('{"schema":"perfgate.run/1","tool":"perfgate 0.1.0","id":"run-%d","attempt":1,"started":"%sT00:00:00.000Z",'
            '"duration_seconds":1,"commit":{"sha":"%040x","branch":"main","dirty":false},"fingerprint":{"cpu_model":'
            '"Example CPU 3000","cores":4,"instance":"one"},"suites":["suite"],"harnesses":["records"],"metrics":[{"name":'
            '"time","unit":"s","better":"lower","exact":false}],"headlines":[],"launches":[],"benchmarks":[%s],'
            '"statistics":[],"notes":[]}' % (number, day, number + 1, ",".join(rows)))


def make_store(perfgate, directory, url):
    for begin in range(0, RUNS, 200):
        paths = []
        for number in range(begin, begin + 200):
            paths.append(os.path.join(directory, f"{number}.json"))
            with open(paths[-1], "w", encoding="ascii") as file:
                file.write(run_text(number, BENCHMARKS, 1.2 if number >= RUNS // 2 else 1, 3))
        subprocess.run([perfgate, "history", "add", "--store", url, "--quiet", *paths], check=True, cwd=directory)
        for path in paths:
            os.remove(path)


def spent(build, directory, arguments):
    """Wall seconds, peak RSS in bytes, bytes that were printed."""
    out = os.path.join(directory, "printed")
    with open(out, "wb") as file:
        ended = subprocess.run([os.path.join(build, "tests/bench/spent"), os.path.join(build, "perfgate"), *arguments],
                               stdout=file, stderr=subprocess.PIPE, cwd=directory, check=False)
    figures = [line for line in ended.stderr.decode().splitlines() if line.startswith("spent ")]
    if ended.returncode != 0 or not figures:
        sys.exit(f"{arguments}: exit {ended.returncode}\n{ended.stderr.decode()[-2000:]}")
    wall, _, _, peak = figures[-1].split()[1:]
    return float(wall), int(peak), os.path.getsize(out)


def tell(build, directory, kind, formats, arguments, most_mib=None):
    kept = True
    for name in formats.split():
        wall, peak, size = spent(build, directory, ["report", kind, "--format", name, "--quiet", *arguments])
        over = most_mib is not None and peak >= most_mib * 2**20
        kept &= not over
        print(f"  {kind:<11} {name:<11} {wall:7.2f} s  peak {peak / 2**20:6.1f} MiB  {size / 1e6:7.2f} MB"
              f"{'  MORE THAN PROMISED' if over else ''}", flush=True)
    return kept


def main():
    build = os.path.realpath(sys.argv[1])
    kept = True
    with tempfile.TemporaryDirectory() as directory:
        for name, factor in (("base", 1), ("head", 1.2)):
            with open(os.path.join(directory, name + ".json"), "w", encoding="ascii") as file:
                file.write(run_text(0 if name == "base" else 1, LARGE, factor, 10))
        with open(os.path.join(directory, "thresholds.toml"), "w", encoding="ascii") as file:
            file.write('[[rule]]\nbenchmark = "*"\nceiling = "1 ms"\n')
        two = ["--run", "base.json", "--run", "head.json"]
        print(f"two runs of {LARGE} benchmarks:")
        subprocess.run([os.path.join(build, "perfgate"), "check", "--run", "head.json", "--baseline", "base.json", "--out",
                        ".", "--quiet"], stdout=subprocess.DEVNULL, cwd=directory, check=False)
        tell(build, directory, "judgement", FORMATS["judgement"], ["--judgement", "judgement.json"])
        tell(build, directory, "comparison", FORMATS["comparison"], two)  # which judges them anew each time
        tell(build, directory, "slo", FORMATS["slo"], ["--judgement", "judgement.json"])
        tell(build, directory, "results", FORMATS["results"], ["--run", "head.json"])
        tell(build, directory, "evolution", FORMATS["evolution"], two)
        tell(build, directory, "statistics", FORMATS["statistics"], two)
        tell(build, directory, "matrix", FORMATS["matrix"],
             [*two, "--rows", "backend", "--cols", "rows", "--value", "time"])

        path = sys.argv[2] if len(sys.argv) > 2 else os.path.join(directory, "store")
        url = "dir:" + os.path.abspath(path)
        if not os.path.exists(path):
            make_store(os.path.join(build, "perfgate"), directory, url)
        print(f"{BENCHMARKS} benchmarks in {RUNS} runs:")
        for kind in ("trend", "evolution", "statistics", "results", "comparison"):
            kept &= tell(build, directory, kind, FORMATS[kind], ["--store", url], MOST_MIB)
        kept &= tell(build, directory, "matrix", FORMATS["matrix"],
                     ["--store", url, "--rows", "backend", "--cols", "rows", "--value", "time"], MOST_MIB)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
