"""The history with the real binary: what goes in comes out, elsewhere too."""

import csv
import io
import json
import sys

import support

HISTORIES = support.SOURCE.parent / "shared/eval/histories"
QUICK = ["JuliaDynamics+CriticalTransitions.jl", "ava-labs+firewood", "AeneasVerif+charon"]


def data_js(lines):
    """A project's series as github-action-benchmark keeps them: a list of entries per suite."""
    entries = {}
    for line in lines:
        series = json.loads(line)
        for point in series["points"]:
            entry = entries.setdefault(series["suite"], {}).setdefault((point["t"], point["commit"]), {
                "commit": {"id": point["commit"], "author": {"email": "someone@example.com"}},
                "date": point["t"], "tool": series["tool"], "benches": []})
            bench = {"name": series["series"], "value": point["value"], "unit": series["unit"]}
            if point.get("range") is not None:
                bench["range"] = point["range"]
            entry["benches"].append(bench)
    ordered = {suite: [by_time[key] for key in sorted(by_time)] for suite, by_time in entries.items()}
    return ("window.BENCHMARK_DATA = " + json.dumps({"entries": ordered}),
            sum(len(by_time) for by_time in ordered.values()),
            sum(len(entry["benches"]) for by_time in ordered.values() for entry in by_time))


class History(support.Case):
    def history(self, *arguments, **options):
        return self.perfgate("history", *arguments, timeout=600, **options)

    def run_files(self, count):
        self.project(self.fake("print(report(*[row('work/%d' % i, 1000.0 + i) for i in range(4)]))"), repetitions=2)
        self.repository()
        self.expect(self.perfgate("run", "--out", "out", "--no-store"), 0)
        run = self.json("out/run.json")
        names = []
        for number in range(count):
            started = f"2026-{1 + number % 12:02}-03T00:00:00.000Z"
            self.write(f"runs/{number}.json", json.dumps(run | {"id": f"run-{number}", "started": started}))
            names.append(f"runs/{number}.json")
        return names

    # AC:history-line
    def test_runs_go_through_the_whole_line_without_a_difference(self):
        files = self.run_files(24)
        self.expect(self.history("add", *files[:20]), 0, "added 20 (dir:.perfgate)")
        self.expect(self.history("add", *files), 0, "added 4, 20 were there already")
        rows = json.loads(self.history("query", "benchmark~work/*", "metric=time", "since=2026-02", "until=2026-03",
                                       "--format", "json").out)
        self.assertEqual({row["run"] for row in rows}, {"run-1", "run-13", "run-2", "run-14"})
        self.assertEqual(len(rows), 16)
        table = list(csv.DictReader(io.StringIO(self.history("query", "run=run-5", "--format", "csv").out)))
        self.assertEqual({row["run"] for row in table}, {"run-5"})
        self.expect(self.history("query", "run=run-5"), 0, "run-5", "work/0", "µs")
        self.round_trip("dir:.perfgate")
        self.expect(self.history("stats"), 0, "runs          24\n", "benchmarks    4\n", "precision not known")

    def round_trip(self, store):
        self.expect(self.history("export", "--output", "all.jsonl", "--store", store), 0, "exported")
        self.expect(self.history("compact", "--store", store), 0)
        self.expect(self.history("verify", "--store", store), 0)
        again = self.history("export", "--store", store, "-q")
        self.assertEqual(again.raw_out, (self.work / "all.jsonl").read_bytes())
        copy = "dir:copy-of-" + store.removeprefix("dir:").strip(".")
        self.expect(self.history("import", "all.jsonl", "--store", copy), 0, "read as jsonl")
        self.assertEqual(self.history("export", "--store", copy, "-q").raw_out, again.raw_out)
        self.expect(self.history("import", "all.jsonl", "--store", copy), 0, "added 0")
        values = self.history("export", "--format", "csv", "--store", store, "-q").raw_out
        self.write("values.csv", values)
        self.expect(self.history("import", "values.csv", "--store", copy + "-csv"), 0, "read as csv")
        again = self.history("export", "--format", "csv", "--store", copy + "-csv", "-q").raw_out
        self.assertEqual(sorted(again.splitlines()), sorted(values.splitlines()))

    # AC:history-real
    def test_histories_of_real_projects_come_back_without_a_difference(self):
        if not HISTORIES.is_dir():
            print("not done: ../shared is absent", file=sys.stderr)
            return
        paths = sorted(HISTORIES.glob("*.jsonl"))
        if not support.FULL:
            paths = [path for path in paths if path.stem in QUICK]
        for path in paths:
            with self.subTest(project=path.stem), open(path) as file:
                text, entries, values = data_js(file)
                self.write("data.js", text)
                store = f"dir:{path.stem}"
                self.expect(self.history("import", "data.js", "--on-branch", "main", "--store", store), 0,
                            f"added {entries} ")
                self.expect(self.history("import", "data.js", "--on-branch", "main", "--store", store), 0,
                            f"added 0, {entries} w")
                stats = json.loads(self.history("stats", "--format", "json", "--store", store).out)
                self.assertEqual((stats["runs"], stats["measurements"]), (entries, values))
                rows = json.loads(self.history("query", "branch=main", "--format", "json", "--store", store).out)
                self.assertEqual(len(rows), values)
                self.assertTrue(all(row["run"].startswith("gab-") for row in rows))
                self.round_trip(store)
                self.assertNotIn(b"@example.com", (self.work / "all.jsonl").read_bytes())

    # AC:history-bad-input
    def test_every_kind_of_bad_input_is_named(self):
        self.run_files(1)
        self.write("bad.jsonl", '{"schema":"perfgate.record/1","kind":"run","key":"x","at":"2026-01-01T00:00:00Z","value":{}}\n')
        self.write("newer.jsonl", '{"schema":"perfgate.record/9","kind":"run"}\n')
        self.write("kind.jsonl", '{"schema":"perfgate.record/1","kind":"moon","key":"x"}\n')
        self.write("cut.js", 'window.BENCHMARK_DATA = {"entries": {')
        self.write("bad.csv", "run,attempt\n1,2\n")
        self.write("text.txt", "what is this?\n")
        for arguments, code, *phrases in (
                (["import", "bad.jsonl"], 3, "CBKB003", "bad.jsonl:1", "schema"),
                (["import", "newer.jsonl"], 3, "CBKB003", "newer perfgate", "perfgate.record/9"),
                (["import", "kind.jsonl"], 3, "CBKB003", "kind `moon`"),
                (["import", "cut.js"], 3, "CBKB002", "cut.js"),
                (["import", "bad.csv", "--format", "csv"], 3, "CBKB002", "bad.csv:1"),
                (["import", "text.txt"], 3, "CBKB002", "no format that is known", "--format"),
                (["import", "none"], 9, "CBKB103", "none"),
                (["import", "text.txt", "--format", "tea"], 2, "CBKB101", "--format"),
                (["import", "bad.jsonl", "runs/0.json"], 3, "1 of 2 files cannot be imported, and nothing was"),
                (["export", "benchmark=x"], 2, "CBKB101", "whole records"),
                (["export", "--format", "tea"], 2, "CBKB101"),
                (["query", "limit=0"], 2, "CBKB101", "a number from 1"),
                (["query", "--store", "moon:x"], 2, "CBKB102", "unknown kind of store"),
                (["mark", "run-9", "--wrong", "--why", "noise"], 2, "CBKB101", "neither the key of a judgement"),
                (["mark", "run-9", "--wrong"], 2, "CBKB101", "without saying why"),
                (["mark", "run-9"], 2, "CBKB101", "was it wrong, or right?"),
                (["prune", "--months", "0"], 2, "CBKB101"),
                (["prune", "--hold", "case 7"], 9, "CBKB104", "case 7"),
                (["moon"], 2, "CBKB101")):
            with self.subTest(arguments=arguments):
                self.expect(self.history(*arguments), code, *phrases)
        self.assertEqual(self.history("export", "-q").out, "")

    # AC:history-verify
    def test_verify_names_each_trouble_and_what_to_do(self):
        self.expect(self.history("add", *self.run_files(3)), 0)
        self.expect(self.history("verify"), 0, "3 records")
        [records] = (self.work / ".perfgate/records").glob("*.jsonl")
        records.write_bytes(records.read_bytes().replace(b'"id":"run-1"', b'"id":"run-X"', 1))
        self.expect(self.history("verify"), 9, "CBKB104", f"{records.name}:2", "checksum", "restore the file")

    # AC:history-migrate
    def test_a_store_of_the_first_version_is_read_and_written_anew(self):
        for file in (support.SOURCE / "tests/data/stores/v1/records").iterdir():
            self.write(f".perfgate/records/{file.name}", file.read_bytes())
        before = self.snapshot(".perfgate/records")
        rows = json.loads(self.history("query", "--format", "json").out)
        self.assertEqual({row["run"] for row in rows}, {"run-1", "run-2"})
        self.expect(self.perfgate("baseline", "list"), 0, "promotions and rollbacks: 2\n")
        self.expect(self.history("migrate", "--dry-run"), 0, "run run-1#2 -> run-1#2#suite", "nothing was changed")
        self.assertEqual(self.snapshot(".perfgate/records"), before)
        self.expect(self.history("migrate"), 0, "were of an older form")
        self.expect(self.history("migrate"), 0, "0 of")
        self.assertEqual(json.loads(self.history("query", "--format", "json").out), rows)
        self.expect(self.perfgate("baseline", "show"), 0, "run run-2")
        self.expect(self.history("verify"), 0)
        for name, content in before.items():
            self.assertTrue(self.snapshot(".perfgate/records")[name].startswith(content))


if __name__ == "__main__":
    support.main()
