"""A project with a history: stores that the real binary makes, from runs whose truth is known.

    python3 demo.py BINARY FOLDER     a store, its configuration, and what was judged last
"""

import json
import os
import pathlib
import random
import subprocess
import sys

DAY = 86_400
START = 1_767_225_600  # 2026-01-01
SHAPES = ["dict_create", "dict_lookup", "list_append", "string_join", "json_encode", "json_decode", "sort_int", "sort_text",
          "regex_match", "hash_sha256", "utf8_decode", "page_read", "page_write", "row_scan", "row_filter", "group_by",
          "join_hash", "join_merge", "bloom_probe", "varint_decode"]

SUBJECTS = ["Cache the decoded header between rows", "Use one allocation per page", "Read the dictionary lazily",
            "Update the compiler to 14.2", "Merge branch 'arena'", "Count rows before they are decoded",
            "Sort runs of equal keys at once", "Say why a page was skipped", "Keep the probe table in one line of cache"]

CONFIG = """policy = "thresholds.toml"
[store]
url = "dir:store"
[legend]
A = "Containers and text"
B = "Encoding"
C = "Scans"
D = "Joins"
"""

POLICY = """[performance_floors]
display_min_mibs = 80
comp3_min_mibs = 40
regression_threshold = 0.03
regression_fail_threshold = 0.06
[enterprise_targets]
display_target_gibs = 4.0
comp3_target_mibs = 600
[gate]
host_class = ["cpu_model", "cores", "arch"]
"""


def moment(seconds):
    import datetime
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def names(suite, count):
    return [f"{'ABCD'[i % 4]}_{i // 4 + 1:02d}__{SHAPES[(i * 7 + len(suite)) % 20]}" if i % 6 else
            f"{SHAPES[(i * 3 + 1) % 20]}/{2 ** (6 + i % 7)}" for i in range(count)]


class Project:
    """Runs of two suites at commits of a branch; `factors` changes what a benchmark costs there."""

    def __init__(self, binary, folder, benchmarks=(28, 12), launches=8, noise=0.006, seed=7):
        self.binary, self.folder = str(binary), pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.rng = random.Random(seed)
        self.launches, self.noise = launches, noise
        self.suites = {"codec": names("codec", benchmarks[0]), "engine": names("engine", benchmarks[1])}
        self.level = {(s, n): 10 ** self.rng.uniform(-7.5, -2.5) for s, all in self.suites.items() for n in all}
        self.number = 0
        self.write("perfgate.toml", CONFIG)
        self.write("thresholds.toml", POLICY)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return name

    def perfgate(self, *arguments, codes=(0,)):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "TZ": "UTC"}
        done = subprocess.run([self.binary, *arguments], cwd=self.folder, env=environment, capture_output=True, text=True)
        if done.returncode not in codes:
            raise AssertionError(f"perfgate {' '.join(arguments)}: exit {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done

    def run(self, branch="main", factors=None, day=None, text=lambda name: name, drop=(), headline=1.0, instance=None):
        """A run.json, and its name."""
        self.number += 1
        number, noise, rng = self.number, self.noise, self.rng
        started = START + int((number if day is None else day) * DAY * 0.7)
        luck = 1 + rng.gauss(0, noise / 3)
        benchmarks = []
        for suite, all_names in self.suites.items():
            for name in all_names:
                if name in drop:
                    continue
                cost = self.level[suite, name] * luck * (factors or {}).get(name, 1.0)
                values = [cost * (1 + rng.gauss(0, noise)) for _ in range(self.launches)]
                if rng.random() < 0.04:
                    values[rng.randrange(len(values))] *= 1 + 8 * noise
                benchmarks.append({"suite": suite, "name": text(name), "samples": [
                    {"metric": "time", "values": values, "launches": [1] * self.launches}]})
        rates = {"display": 4.22 * 2 ** 30 / luck * headline, "comp3": 571 * 2 ** 20 / luck * headline}
        headlines = [{"name": name, "label": label, "unit": unit, "order": order, "decimals_written": decimals,
                      "decimals_shown": decimals, "better": "higher", "value": rates[name],
                      "values": [rates[name] * (1 + rng.gauss(0, noise)) for _ in range(self.launches)]}
                     for order, (name, label, unit, decimals) in enumerate((("display", "DISPLAY", "GiB/s", 2), ("comp3", "COMP-3", "MiB/s", 0)))]
        sha = f"{random.Random(number).getrandbits(160):040x}"
        run = {"schema": "perfgate.run/1", "tool": "perfgate 0.1.0", "id": f"run-{number:04d}", "attempt": 1,
               "started": moment(started), "duration_seconds": 41.5,
               "commit": {"sha": sha, "branch": text(branch), "dirty": False, "time": moment(started - 900),
                          "subject": text(SUBJECTS[4 * number % len(SUBJECTS)])},
               "fingerprint": {"cpu_model": "AMD EPYC 7763 64-Core Processor", "cores": 4, "arch": "x86_64", "os_image": "ubuntu-24.04",
                               "kernel": "6.8.0-1021", "compiler": "g++ 13.2.0", "governor": "performance",
                               "instance": instance or f"runner-{number}"},
               "suites": list(self.suites), "harnesses": ["google-benchmark"] * len(self.suites),
               "metrics": [{"name": "time", "unit": "s", "better": "lower", "exact": False}],
               "headlines": headlines, "launches": [], "benchmarks": benchmarks, "statistics": [], "notes": []}
        return self.write(f"runs/{number:04d}.json", json.dumps(run))

    def judge(self, run, *more):
        """Keeps the run and its judgement in the store."""
        self.perfgate("history", "add", run, "--quiet")
        return self.perfgate("check", "--run", run, "--store", "dir:store", "--out", "out", "--quiet", *more, codes=range(0, 9))


FRONTENDS = ["sql", "dataframe", "stream", "rest", "graph"]
BACKENDS = {"memory": 1.0, "column store": 1.8, "row store": 3.1, "object store": 9.0, "remote": 22.0, "archive": 61.0}


def matrix_runs(project):
    """Two runs of every frontend with every backend, as `report matrix` shows them; their names."""
    rng = random.Random(11)
    names = []
    for number in range(2):
        benchmarks = []
        for f, frontend in enumerate(FRONTENDS):
            for backend, factor in BACKENDS.items():
                if (frontend, backend) == ("stream", "archive"):
                    continue  # what was not measured is a cell too
                cost = 2.4e-3 * (1 + 0.7 * f) * factor * rng.uniform(0.8, 1.25)
                benchmarks.append({"suite": "engine", "name": f"{frontend}/{backend.replace(' ', '_')}",
                                   "dimensions": {"frontend": frontend, "backend": backend},
                                   "samples": [{"metric": "time", "values": [cost * (1 + rng.gauss(0, 0.01)) for _ in range(6)],
                                                "launches": [1] * 6}]})
        run = json.loads((project.folder / project.run()).read_text())
        run |= {"id": f"matrix-{number}", "suites": ["engine"], "harnesses": ["google-benchmark"], "headlines": [], "benchmarks": benchmarks}
        names.append(project.write(f"matrix/{number}.json", json.dumps(run)))
    return names


def typical(binary, folder, commits=90):
    """Two suites; main with a regression that was repaired, an improvement, an open regression; two other branches."""
    project = Project(binary, folder)
    codec = project.suites["codec"]
    slow, quick, late = codec[5], codec[9], codec[14]
    for i in range(commits):
        factors = {}
        if commits // 3 <= i < commits // 3 + 9:
            factors[slow] = 1.19
        if i >= commits // 2:
            factors[quick] = 0.82
        if i >= commits - 4:
            factors[late] = 1.14
        run = project.run(factors=factors)
        project.judge(run)
        if i == 5:
            project.perfgate("baseline", "promote", "--run", run, "--tests-passed", "--quiet")
    base = {quick: 0.82, late: 1.14}
    for i in range(3):
        project.judge(project.run("release-1.4", factors={quick: 0.82}))
    for i in range(4):
        project.judge(project.run("feature/arena", factors=base | {slow: 1.23, codec[2]: 1.09, codec[20]: 0.74, codec[7]: 1.045}, instance="one"))
    return project


if __name__ == "__main__":
    typical(sys.argv[1], sys.argv[2])
