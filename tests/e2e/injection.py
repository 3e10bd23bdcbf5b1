"""Texts that try to be more than text, and runs made of them."""

import json
import os

FILE = os.path.join(os.path.dirname(__file__), "..", "data", "injection", "payloads.jsonl")


def payloads():
    """All of them, as texts."""
    with open(FILE, encoding="ascii") as lines:
        texts = [json.loads(line) for line in lines]
    assert len(texts) >= 300
    return texts


def history(branch="main"):
    """A small run.json for each text, which is what its commit's message says. A step in the middle is a mark of a trend."""
    runs = []
    for number, text in enumerate(payloads()):
        day = f"{2020 + number // 336:04}-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
        values = [1e-9 * (100 if number < 200 else 150) * (1 + 0.002 * ((7 * number + 3 * n) % 5)) for n in range(3)]
        runs.append(json.dumps({
            "schema": "perfgate.run/1", "tool": "perfgate 0.1.0", "id": f"run-{number}", "attempt": 1,
            "started": f"{day}T00:00:00.000Z", "duration_seconds": 1,
            "commit": {"sha": f"{number + 1:040x}", "branch": branch, "dirty": False, "subject": text},
            "fingerprint": {"cpu_model": "one", "cores": 4, "instance": "one"}, "suites": ["suite"], "harnesses": ["records"],
            "metrics": [{"name": "time", "unit": "s", "better": "lower", "exact": False}], "headlines": [], "launches": [],
            "benchmarks": [{"suite": "suite", "name": "sort", "samples": [{"metric": "time", "values": values, "launches": [1] * 3}]}],
            "statistics": [], "notes": []}))
    return runs


def run(multiplier=1.0, run_id="run-1", started="2026-01-01T00:00:00.000Z", branch=None, launches=6, subject=None):
    """A run.json of which each text is the name of a benchmark and of what it measured, and some are suites and notes.
    The branch and the commit's subject are one too, unless another is given."""
    texts = payloads()
    suites = ["suite"]
    benchmarks = []
    for i, text in enumerate(texts):
        suite = texts[i // 10] if i % 10 == 0 else "suite"
        if suite not in suites:
            suites.append(suite)
        values = [1e-9 * (100 + i) * multiplier * (1 + 0.002 * ((7 * i + 3 * n) % 5)) for n in range(launches)]
        benchmarks.append({"suite": suite, "name": text, "dimensions": {"backend": text, "rows": i % 7},
                           "samples": [{"metric": "time", "values": values, "launches": [1] * launches}]})
    return json.dumps({
        "schema": "perfgate.run/1", "tool": "perfgate 0.1.0", "id": run_id, "attempt": 1, "started": started,
        "duration_seconds": 1, "commit": {"sha": "", "branch": texts[0] if branch is None else branch, "dirty": False,
                                           "subject": texts[2] if subject is None else subject},
        "fingerprint": {"cpu_model": texts[1], "cores": 4, "arch": "x86_64", "os_image": "linux", "instance": "one"},
        "suites": suites, "harnesses": ["records"] * len(suites),
        "metrics": [{"name": "time", "unit": "s", "better": "lower", "exact": False}],
        "headlines": [], "launches": [], "benchmarks": benchmarks, "statistics": [],
        "notes": [{"severity": "warning", "suite": "", "benchmark": text, "text": text} for text in texts[:40]]})
