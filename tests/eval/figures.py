#!/usr/bin/env python3
"""Holds the verdicts' error rates on cases of known truth to bounds, so that a change of method shows.

figures.py PERFGATE_EVAL GATE_FOLDER WORK: GATE_FOLDER holds cases.jsonl and truth.jsonl. Prints the table of
docs/verdicts.md. Exit 77, a skipped test, where there are no cases.
"""
import collections
import json
import os
import subprocess
import sys

# setting: (the most false alarms in %, or false discoveries, or null families with any), {shift: the least power in %}.
# A standard error or so beside what docs/verdicts.md says.
BOUNDS = {
    "ab": (0.5, {0.05: 91, 0.10: 97, 0.20: 97.5}),
    "abx": (2.2, {0.10: 44, 0.20: 92}),
    "hist": (1.5, {0.20: 58, 0.50: 77}),
    "hist3": (0.6, {0.20: 61, 0.50: 91}),
    "fam": (1.6, {0.05: 80, 0.10: 95}),
    "famx": (5, {0.10: 62, 0.20: 92}),
    "famreal": (10, {0.20: 53, 0.50: 85}),
}


def lines(path):
    with open(path) as file:
        return [json.loads(line) for line in file if line.strip()]


def percent(hits, of):
    return 100 * hits / of if of else float("nan")


def main(program, folder, work):
    cases, truth = os.path.join(folder, "cases.jsonl"), os.path.join(folder, "truth.jsonl")
    if not os.path.exists(cases):
        print(f"skipped: {cases} is not there")
        return 77
    out = os.path.join(work, "verdicts.jsonl")
    subprocess.run([program, "gate", cases, out], check=True)
    verdicts = {line["case"]: line["verdict"] for line in lines(out)}

    settings = collections.defaultdict(list)
    for case in lines(truth):
        settings[case["setting"]].append((case, verdicts[case["case"]] == "fail"))
    bad = 0
    for name, (most, least) in BOUNDS.items():
        told = settings[name]
        nulls = [failed for case, failed in told if case["shift"] == 0]
        if name == "famreal":
            families = collections.defaultdict(list)
            for case, failed in told:
                families[case["family"]].append((case["shift"], failed))
            nulls = [any(f for _, f in members) for members in families.values() if all(s == 0 for s, _ in members)]
            what, rate = "null commits with a failure", percent(sum(nulls), len(nulls))
        elif name.startswith("fam"):
            failures = [case["shift"] for case, failed in told if failed]
            what, rate = "false discoveries", percent(sum(s <= 0 for s in failures), len(failures))
        else:
            what, rate = "false alarms", percent(sum(nulls), len(nulls))
        power = {shift: percent(sum(f for c, f in told if c["shift"] == shift), sum(c["shift"] == shift for c, _ in told))
                 for shift in sorted({case["shift"] for case, _ in told}) if shift > 0}
        wrong = rate > most or any(power[shift] < bound for shift, bound in least.items())
        bad += wrong
        print(f"{name:8s} {what} {rate:.2f} %; found " + ", ".join(f"+{100 * s:g} % {p:.1f}" for s, p in power.items())
              + ("   <- out of bounds" if wrong else ""))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
