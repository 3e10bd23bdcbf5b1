"""detect --store and check --history on real histories: what the store gives is what the series give."""

import collections
import json

import history_test
import support

# Of few series and of many; the second has changes that most of a suite made at once.
PROJECTS = ["AeneasVerif+charon", "zcash+halo2"]


class SharedHistories(support.Case):
    def keep(self, project):
        lines = (history_test.HISTORIES / f"{project}.jsonl").read_text().splitlines()
        text, runs, _ = history_test.data_js(lines)
        self.write("data.js", text)
        store = f"dir:{project}"
        self.expect(self.perfgate("history", "import", "data.js", "--on-branch", "main", "--store", store,
                                  timeout=600), 0, f"added {runs}")
        return store

    def series(self, store):
        """The values as `history query` tells them: the median of a commit's runs, by its first run."""
        rows = json.loads(self.perfgate("history", "query", "branch=main", "--store", store, "--format", "json",
                                        timeout=600).out)
        places, points = {}, collections.defaultdict(lambda: collections.defaultdict(list))
        for row in rows:
            places.setdefault(row["commit"], len(places))
            name = (row["suite"], row["benchmark"], row["metric"], row["unit"])
            points[name][row["commit"]].append(row["median"])
        result = {}
        for name, commits in points.items():
            ordered = sorted(commits, key=lambda commit: places[commit])
            result[name] = (ordered, [sorted(commits[c])[len(commits[c]) // 2] if len(commits[c]) % 2 else
                                      sum(sorted(commits[c])[len(commits[c]) // 2 - 1:][:2]) / 2 for c in ordered])
        return result

    # AC:detect-store-shared
    def test_shared_histories_have_the_changes_of_their_series(self):
        if not history_test.HISTORIES.is_dir():
            self.skipTest("../shared/eval/histories is absent")
        for project in PROJECTS:
            with self.subTest(project):
                store = self.keep(project)
                series = self.series(store)
                lines = "".join(json.dumps({"id": json.dumps(name), "values": values, "commits": commits}) + "\n"
                                for name, (commits, values) in sorted(series.items()))
                self.write("series.jsonl", lines)
                alone = {tuple(json.loads(line["id"])): line for line in map(
                    json.loads, self.perfgate("detect", "series.jsonl").out.splitlines())}
                stored = [json.loads(line) for line in self.perfgate(
                    "detect", "--store", store, "--format", "jsonl").out.splitlines()]
                shared = [line["runner_change"] for line in stored if "runner_change" in line]
                stored = [line for line in stored if "id" in line]
                self.assertEqual(len(stored), len(series))
                at_once = sum(len(change["benchmarks"]) for change in shared)
                self.assertEqual(sum(len(line["changes"]) for line in stored) + at_once,
                                 sum(len(line["changes"]) for line in alone.values()))
                for line in stored:
                    same = alone[(line["suite"], line["benchmark"], line["metric"], line["unit"])]
                    self.assertEqual(line["points"], same["points"])
                    places = {change["index"]: change for change in same["changes"]}
                    for change in line["changes"]:
                        for key in ("commit", "good", "bad", "before", "after", "provisional"):
                            self.assertEqual(change[key], places[change["index"]][key])
                table = self.perfgate("detect", "--store", store)
                told = sum(len(line["changes"]) for line in stored) + len(shared)
                self.expect(table, 0, f"{told} change", f"in {len(series)} series of main")

    # AC:check-history-shared
    def test_shared_histories_are_judged_as_check_judges(self):
        if not history_test.HISTORIES.is_dir():
            self.skipTest("../shared/eval/histories is absent")
        store = self.keep(PROJECTS[0])
        runs = [json.loads(line) for line in self.perfgate(
            "history", "export", "kind=run", "--store", store).out.splitlines()]
        runs = sorted((run["value"] for run in runs), key=lambda run: run["started"])[:40]
        verdicts = collections.Counter()
        for number, run in enumerate(runs):
            self.write(f"{number}.json", json.dumps(run))
            self.expect(self.perfgate("history", "add", f"{number}.json", "--store", "dir:replayed"), 0)
            judged = self.perfgate("check", "--run", f"{number}.json", "--store", "dir:replayed", "--branch", "main",
                                   "--rolling", "30", "--format", "json")
            verdicts[json.loads(judged.out)["verdict"]] += 1
        test = json.loads(self.perfgate("check", "--history", "--store", "dir:replayed", "--rolling", "30",
                                        "--format", "json").out)
        self.assertEqual(test["runs"], len(runs))
        self.assertEqual({verdict: count for verdict, count in test["verdicts"].items() if count}, verdicts)


if __name__ == "__main__":
    support.main()
