"""`ab` and `bisect` on real repositories: commits with planted slowdowns, measured by a harness of a few lines.

The harness is Google Benchmark as far as they are concerned: it prints its JSON, takes its filter, and reads from
a file of the commit how slow it is. Its noise comes from a seed and the number of the launch, so that a test says
the same each time.
"""

import json
import signal
import subprocess
import time

import support

HARNESS = r'''#!/usr/bin/env -S python3 -I -S
import json, os, random, re, sys, time
state = os.environ["STATE"]
with open(state + "/launches", "ab") as log:
    log.write(b".")
    number = log.tell()
here = json.load(open("speed.json"))
wanted = ".*"
for argument in sys.argv[1:]:
    if argument.startswith("--benchmark_filter="):
        wanted = argument.split("=", 1)[1]
if number >= int(os.environ.get("HANG_AT", "1000000")):
    open(state + "/hanging", "w").close()
    time.sleep(60)
if here.get("crash"):
    sys.exit(7)
noise = random.Random(int(os.environ.get("SEED", "1")) * 100003 + number)
rows = []
for name, sigma in (("work/1", 0.003), ("work/2", 0.003), ("work/3", 0.003), ("noisy", 0.12)):
    real = 1000 * here.get(name, 1) * noise.gauss(1, sigma)
    if re.search(wanted, name):
        rows.append({"name": name, "run_name": name, "run_type": "iteration", "repetitions": 1, "threads": 1,
                     "repetition_index": 0, "iterations": 1000, "real_time": real, "cpu_time": real,
                     "time_unit": "ns"})
print(json.dumps({"context": {"date": "2026-01-01T00:00:00+00:00", "num_cpus": 2}, "benchmarks": rows}))
'''


class Repository(support.Case):
    def setUp(self):
        super().setUp()
        self.state = self.dir / "state"
        self.state.mkdir()
        self.write("bench.py", HARNESS, 0o755)
        self.configure()
        self.write("speed.json", "{}")
        self.repository()
        (self.work / ".git/info/exclude").write_text("out*/\n.perfgate/\nsearch*/\n")

    def configure(self, setup=None, **env):
        lines = ["[[suite]]", 'name = "fake"', 'harness = "google-benchmark"',
                 f'command = ["./bench.py", "{self.mark}"]',
                 f'env = {self.toml({"STATE": str(self.state)} | env)}']
        if setup:
            lines.append(f"setup = {self.toml(setup)}")
        self.write("perfgate.toml", "\n".join(lines) + "\n")

    def commit(self, message, **speeds):
        self.write("speed.json", json.dumps(speeds))
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.say_git("rev-parse", "HEAD")

    def say_git(self, *arguments):
        return subprocess.run(["git", "-C", str(self.work), *arguments], check=True, capture_output=True,
                              text=True, env=self.environment()).stdout.strip()

    def ab(self, *arguments, **options):
        return self.perfgate("ab", "--out", "out", "--seed", "11", *arguments, **options)

    def launches(self, side, benchmark):
        for one in self.json(f"out/{side}/run.json")["benchmarks"]:
            if one["name"] == benchmark:
                return len(one["samples"][0]["launch_ends"]) if "launch_ends" in one["samples"][0] else len(
                    one["samples"][0]["values"])
        return 0

    def verdicts(self):
        return {finding["benchmark"]: finding["verdict"] for finding in self.json("out/judgement.json")["findings"]
                if finding["benchmark"]}

    def expect_untouched(self):
        """No work tree, no process and no folder is left, and the caller's own tree is as it was."""
        self.assertEqual(len(self.say_git("worktree", "list").splitlines()), 1)
        self.assertEqual(self.say_git("status", "--porcelain"), "")
        self.assertEqual(list((self.work / ".git").glob("worktrees/*")), [])
        self.assertEqual([p.name for p in self.dir.glob("perfgate-*")], [])
        self.expect_no_survivors()


class Ab(Repository):
    # AC:ab-finds
    def test_a_planted_slowdown_is_found_and_nothing_else(self):
        self.configure()
        base = self.commit("quick", **{"noisy": 1})
        head = self.commit("slow", **{"work/2": 1.1})
        ended = self.ab(base, "HEAD")
        self.expect(ended, 1, "[FAIL]", "work/2")
        verdicts = self.verdicts()
        self.assertEqual(verdicts["work/2"], "fail")
        self.assertEqual(verdicts["work/1"], "pass")
        self.assertEqual(verdicts["work/3"], "pass")
        self.assertNotEqual(verdicts["noisy"], "fail")
        # AC:ab-spends-on-the-undecided
        self.assertGreater(self.launches("head", "noisy"), self.launches("head", "work/1"))
        for side, sha in (("base", base), ("head", head)):
            run = self.json(f"out/{side}/run.json")
            self.assertEqual(run["commit"]["sha"], sha)
            self.assertEqual(run["experiment"]["side"], side)
            self.assertEqual(run["experiment"]["seed"], 11)
            self.assertFalse(run["experiment"]["identical"])
        self.expect_untouched()
        # AC:ab-again
        again = self.perfgate("check", "--run", "out/head/run.json", "--baseline", "out/base/run.json",
                              "--out", "out-again")
        self.assertEqual(again.code, 1, str(again))
        before, after = self.json("out/judgement.json"), self.json("out-again/judgement.json")
        self.assertEqual({f["benchmark"]: f["verdict"] for f in after["findings"] if f["benchmark"]},
                         {f["benchmark"]: f["verdict"] for f in before["findings"] if f["benchmark"]})

    def test_a_change_that_slows_nothing_is_quiet(self):
        base = self.commit("one", remark=1)
        for seed in range(20 if support.FULL else 1):
            self.configure(SEED=str(seed))
            self.commit("other", remark=seed + 2)
            ended = self.ab(base)
            self.expect(ended, 0)
            self.assertNotIn("fail", self.verdicts().values())
        self.assertFalse(self.json("out/head/run.json")["experiment"]["identical"])
        self.expect_untouched()

    # AC:ab-control
    def test_one_commit_on_both_sides_is_a_control(self):
        ended = self.ab("HEAD", "HEAD", "--max-rounds", "5")
        self.expect(ended, 0, "same commit", "byte for byte")
        for side in ("base", "head"):
            self.assertTrue(self.json(f"out/{side}/run.json")["experiment"]["identical"])

    # AC:ab-work-tree
    def test_the_work_tree_as_it_stands_can_be_head(self):
        self.write("speed.json", json.dumps({"work/1": 1.2}))
        status = self.say_git("status", "--porcelain")
        ended = self.ab("HEAD", "--max-rounds", "5")
        self.expect(ended, 0, "the work tree has changes, which are not measured")
        ended = self.ab("HEAD", ".", "--max-rounds", "8")
        self.expect(ended, 1, "work/1")
        self.assertTrue(self.json("out/head/run.json")["commit"]["dirty"])
        self.assertEqual(self.say_git("status", "--porcelain"), status)
        self.assertEqual(self.say_git("stash", "list"), "")

    def test_builds_are_told_apart_and_varied(self):
        self.configure(setup=["sh", "-c", "printf '\\n# build %s\\n' \"$PERFGATE_BUILD\" >> bench.py"])
        ended = self.ab("HEAD", "HEAD", "--builds", "2", "--max-rounds", "5")
        self.expect(ended, 0, "setup of fake for base, build 2 of 2")
        self.assertNotIn("varied", ended.err)
        self.assertEqual(self.json("out/head/run.json")["experiment"]["builds"], 2)
        self.configure(setup=["true"])
        ended = self.ab("HEAD", "HEAD", "--builds", "2", "--max-rounds", "5")
        self.expect(ended, 0, "all 2 builds of head are the same program byte for byte")

    # AC:ab-interrupted
    def test_a_signal_leaves_whole_rounds_and_nothing_else(self):
        self.configure(HANG_AT="6")
        self.commit("configured")
        process = self.started("ab", "HEAD", "HEAD", "--out", "out", "--seed", "11", sign=self.state / "hanging")
        process.send_signal(signal.SIGINT)
        begin = time.monotonic()
        out, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 130, err.decode())
        self.assertLess(time.monotonic() - begin, 8)
        run = self.json("out/head/run.json")
        self.assertEqual(len(run["launches"]), 2)
        self.assertEqual(len(self.json("out/base/run.json")["launches"]), 2)
        self.assertIn("CBKB108", json.dumps(run["notes"]))
        self.expect_untouched()

    def test_what_a_killed_one_left_the_next_takes_away(self):
        self.configure(HANG_AT="3")
        self.commit("configured")
        process = self.started("ab", "HEAD", "HEAD", "--out", "out", sign=self.state / "hanging")
        process.kill()
        process.communicate()
        self.expect_no_survivors()
        self.assertEqual(len(self.say_git("worktree", "list").splitlines()), 3)
        self.configure()
        self.commit("configured anew")
        self.expect(self.ab("HEAD", "HEAD", "--max-rounds", "5"), 0)
        self.assertEqual(len(self.say_git("worktree", "list").splitlines()), 1)

    # AC:ab-failed-side
    def test_a_side_that_crashes_is_not_measured(self):
        base = self.say_git("rev-parse", "HEAD")
        self.commit("crashes", crash=True)
        ended = self.ab(base)
        self.expect(ended, 3, "head: suite `fake`: exit code 7")
        self.expect_untouched()

    # AC:ab-commands
    def test_commands_need_no_git_and_no_harness(self):
        environment = {"STATE": str(self.state), "GIT_DIR": "/nonexistent"}
        ended = self.perfgate("ab", "--base-cmd", "sleep 0.01", "--head-cmd", "sleep 0.03", "--out", "out",
                              "--max-rounds", "8", env=environment)
        self.expect(ended, 1, "sleep")
        metrics = {sample["metric"] for sample in self.json("out/head/run.json")["benchmarks"][0]["samples"]}
        self.assertTrue({"time", "cpu_time", "user_time", "memory"} <= metrics, metrics)
        # A shell is used where it is needed.
        ended = self.perfgate("ab", "--base-cmd", "echo one | cat > /dev/null", "--head-cmd", "true && true",
                              "--out", "out", "--max-rounds", "5", env=environment)
        self.assertIn(ended.code, (0, 1), str(ended))
        ended = self.perfgate("ab", "--base-cmd", "./bench.py", "--head-cmd", "./bench.py", "--harness",
                              "google-benchmark", "--out", "out", "--max-rounds", "5",
                              env={"STATE": str(self.state)})
        self.expect(ended, 0, "byte for byte")

    # AC:ab-refuses
    def test_what_cannot_be_compared_is_refused(self):
        for arguments, phrase in (
                (["nonsense"], "names no commit"),
                (["HEAD", "-x"], ""),
                ([], "there is nothing to compare"),
                (["--base-cmd", "true"], "there is no --head-cmd"),
                (["HEAD", "--base-cmd", "true", "--head-cmd", "true"], "both commits and commands"),
                (["--base-cmd", "true", "--head-cmd", "true", "--harness", "goggle-benchmark"], "did you mean"),
                (["--base-cmd", "'true", "--head-cmd", "true"], "is not closed"),
                (["--base-cmd", "/nonexistent", "--head-cmd", "true"], "(base)"),
                (["HEAD", "--budget", "soon"], "no time"),
                (["HEAD", "--max-rounds", "4"], "max-rounds"),
                (["HEAD", "--budget", "0.02s"], "budget")):
            ended = self.ab(*arguments)
            self.assertIn(ended.code, (2, 3, 9), f"{arguments}: {ended}")
            self.assertIn(phrase, ended.err, str(ended))
        outside = self.dir / "outside"
        outside.mkdir()
        (outside / "perfgate.toml").write_text((self.work / "perfgate.toml").read_text())
        ended = self.perfgate("ab", "HEAD", cwd=outside)
        self.assertIn("--base-cmd", ended.err, str(ended))
        self.assertNotEqual(ended.code, 0)
        self.expect_untouched()


class Bisect(Repository):
    def history(self, culprit, broken, count=16):
        good = self.say_git("rev-parse", "HEAD")
        ids = []
        for number in range(1, count + 1):
            speeds = {"number": number, "work/2": 1.1 if number >= culprit else 1.0}
            if number in broken:
                speeds["crash"] = True
            ids.append(self.commit(f"change {number}", **speeds))
        return good, ids

    # AC:bisect-finds
    def test_the_planted_commit_among_sixteen_is_named_and_the_search_goes_on_after_a_kill(self):
        good, ids = self.history(culprit=11, broken={8, 13})
        begun = self.start("bisect", good, "--out", "search", "--seed", "5", "--benchmark", "work/*")
        until = time.monotonic() + 120
        while time.monotonic() < until and begun.poll() is None:
            path = self.work / "search/bisect.json"
            if path.exists() and len(json.loads(path.read_text())["tested"]) >= 2:
                break
            time.sleep(0.02)
        begun.kill()
        begun.communicate()
        tested = self.json("search/bisect.json")["tested"]
        self.assertGreaterEqual(len(tested), 2)
        self.expect_no_survivors()

        refused = self.perfgate("bisect", good, "--out", "search", "--benchmark", "work/*")
        self.expect(refused, 2, "holds a search already")
        ended = self.perfgate("bisect", good, "--out", "search", "--benchmark", "work/*", "--continue", timeout=300)
        self.expect(ended, 0, f"first bad commit: {ids[10][:10]} change 11", "work/2 time: +", "confidence: at least")
        state = self.json("search/bisect.json")
        self.assertEqual(state["tested"][:len(tested)], tested)
        self.assertLess(len(state["tested"]), 9)
        self.assertAlmostEqual(state["found"]["estimate"], 0.1, delta=0.02)
        self.assertLess(state["found"]["low"], 0.1 + 0.01)
        self.expect_untouched()

    def test_commits_beside_the_culprit_that_do_not_run_leave_a_range(self):
        good, ids = self.history(culprit=3, broken={2}, count=4)
        ended = self.perfgate("bisect", good, "--out", "search", "--seed", "5", "--benchmark", "work/*", timeout=200)
        self.expect(ended, 0, "the first bad commit is one of 2", "change 2  (skipped:", "change 3")
        self.expect_untouched()

    def test_what_is_not_slower_is_not_searched(self):
        good, ids = self.history(culprit=99, broken=set(), count=3)
        ended = self.perfgate("bisect", good, "--out", "search", "--seed", "5", "--benchmark", "work/*")
        self.expect(ended, 4, "BAD is not shown to be slower than GOOD")
        for arguments, phrase in ((["HEAD", good], "is none of the commits"), (["HEAD"], "the same commit"),
                                  (["nonsense"], "names no commit"),
                                  ([good, "--continue"], "no search")):
            refused = self.perfgate("bisect", *arguments, "--out", "search-other")
            self.assertIn(refused.code, (2, 9), str(refused))
            self.assertIn(phrase, refused.err, str(refused))
        self.expect_untouched()


if __name__ == "__main__":
    support.main()
