#!/usr/bin/env python3
"""Compares the statistics with scipy's, on thousands of random cases without ties.

against_scipy.py PERFGATE_EVAL FOLDER: with PERFGATE_FULL set (./dev test --full). scipy is installed into
FOLDER/scipy, once. Exit 77, a skipped test, where it cannot be had. Without PERFGATE_FULL there is nothing to do.
"""
import json
import os
import random
import subprocess
import sys
import venv

ROUNDS = 3000
TOLERANCE = 1e-9


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def with_scipy(folder):
    home = os.path.join(folder, "scipy")
    python = os.path.join(home, "bin", "python")
    if not os.path.exists(python):
        try:
            venv.create(home, with_pip=True)
        except Exception as error:
            skip(f"no virtual environment can be made in {home}: {error}")
    if subprocess.run([python, "-c", "import scipy"], capture_output=True).returncode != 0:
        if subprocess.run([python, "-m", "pip", "install", "-q", "scipy"]).returncode != 0:
            skip("scipy cannot be installed")
    return python


def compare(program, folder):
    import numpy
    import scipy
    from scipy import stats

    random.seed(20)
    cases = []
    for _ in range(ROUNDS):
        n, m = random.randint(2, 20), random.randint(2, 20)
        cases.append({"x": [random.gauss(0, 3) for _ in range(n)], "y": [random.gauss(1, 2) for _ in range(m)]})
    asked, answered = os.path.join(folder, "scipy-asked.jsonl"), os.path.join(folder, "scipy-answered.jsonl")
    with open(asked, "w") as file:
        file.writelines(json.dumps(case) + "\n" for case in cases)
    subprocess.run([program, "stats", asked, answered], check=True)

    worst = {}
    with open(answered) as file:
        for case, line in zip(cases, file, strict=True):
            x, y = numpy.array(case["x"]), numpy.array(case["y"])
            d = [b - a for a, b in zip(x, y)]
            chances = x - numpy.floor(x)
            freedom = 1 + abs(y[0])
            expected = {
                "rank_sum": stats.mannwhitneyu(x, y, method="exact").pvalue,
                "rank_sum_greater": stats.mannwhitneyu(y, x, method="exact", alternative="greater").pvalue,
                "shift": numpy.median(numpy.subtract.outer(y, x)),
                "signed_rank": stats.wilcoxon(d, method="exact").pvalue,
                "signed_rank_greater": stats.wilcoxon(d, method="exact", alternative="greater").pvalue,
                "deviation": stats.median_abs_deviation(x, scale="normal"),
                "t_tail": stats.t.sf(x[0], freedom),
                "t_quantile": stats.t.ppf(chances[0], freedom),
                "normal_quantile": stats.norm.ppf(chances[0]),
                "benjamini_hochberg": stats.false_discovery_control(chances),
            }
            for name, value in json.loads(line).items():
                error = numpy.max(numpy.abs(numpy.array(value) - expected[name]) / (1 + numpy.abs(expected[name])))
                worst[name] = max(worst.get(name, 0), float(error))
    print(f"scipy {scipy.__version__}, {ROUNDS} random cases; the largest difference:")
    for name, error in worst.items():
        print(f"  {name:20s} {error:.1e}")
    sys.exit(0 if max(worst.values()) < TOLERANCE else 1)


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "--compare":
        compare(sys.argv[2], sys.argv[3])
    if not os.environ.get("PERFGATE_FULL"):
        print("left to ./dev test --full")
        sys.exit(0)
    program, folder = (os.path.abspath(argument) for argument in sys.argv[1:3])
    sys.exit(subprocess.run([with_scipy(folder), os.path.abspath(__file__), "--compare", program, folder]).returncode)
