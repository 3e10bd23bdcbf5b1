"""`gate` measures again by turns what one session after the other cannot tell: slower code from a slower machine.

The harness is Google Benchmark as far as perfgate is concerned. How slow the code is stands in a file of the commit,
how slow the machine is in a file beside it: up to which launch it takes four times as long for everything.
"""

import json
import os
import re
import signal
import subprocess

import support

HARNESS = r'''#!/usr/bin/env -S python3 -I -S
import json, os, random, re, sys, time
state = os.environ["STATE"]
with open(state + "/launches", "ab") as log:
    log.write(b".")
    number = log.tell()
def told(name, otherwise):
    try:
        return int(open(state + "/" + name).read())
    except OSError:
        return otherwise
if number == told("hang_at", 0):
    open(state + "/hanging", "w").close()
    time.sleep(60)
machine = 4 if number <= told("slow_until", 0) else 1
here = json.load(open("speed.json"))
slower = float(os.environ.get("SLOWER", "1"))
wanted = ".*"
for argument in sys.argv[1:]:
    if argument.startswith("--benchmark_filter="):
        wanted = argument.split("=", 1)[1]
noise = random.Random(1000003 + number)
rows = []
for name in ("one", "two", "three", "four"):
    real = 1000 * here.get(name, 1) * slower * machine * noise.gauss(1, float(os.environ.get("NOISE", "0.003")))
    if re.search(wanted, name):
        rows.append({"name": name, "run_name": name, "run_type": "iteration", "repetitions": 1, "threads": 1,
                     "repetition_index": 0, "iterations": 1000, "real_time": real, "cpu_time": real,
                     "time_unit": "ns"})
print(json.dumps({"context": {"date": "2026-01-01T00:00:00+00:00", "num_cpus": 2}, "benchmarks": rows}))
'''

ALL = ("one", "two", "three", "four")
LAUNCHES = 5


class SecondLook(support.Case):
    def setUp(self):
        super().setUp()
        self.state = self.dir / "state"
        self.state.mkdir()
        self.write("bench.py", HARNESS, 0o755)
        self.write("speed.json", "{}")
        self.write("thresholds.toml", "[performance_floors]\nregression_fail_threshold = 0.05\n")
        self.configure()
        self.repository()
        self.expect(self.perfgate("gate", "--out", "out-1"), 0, "no baseline")
        self.promote()

    def configure(self, setup=None, more="", **env):
        keys = {"setup": setup} if setup else {}
        self.project("./bench.py", more, repetitions=LAUNCHES, env={"STATE": str(self.state)} | env, **keys)

    def promote(self):
        self.expect(self.perfgate("baseline", "promote", "--run", "out-1/run.json", "--tests-passed"), 0)

    def commit(self, message):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def launches(self):
        return (self.state / "launches").stat().st_size

    def tell(self, name, launch):
        (self.state / name).write_text(str(launch))

    def verdicts(self):
        findings = self.json("out-2/judgement.json")["findings"]
        return {f["benchmark"]: f["verdict"] for f in findings if f.get("benchmark")}

    def slow_machine(self):
        """For the next session, and no longer."""
        self.tell("slow_until", self.launches() + LAUNCHES)

    # AC:second-look-clears
    def test_a_machine_that_was_slow_for_a_session_fails_nothing(self):
        self.write("bench.py", HARNESS + "# another program\n", 0o755)
        self.commit("a comment")
        self.slow_machine()
        ended = self.perfgate("gate", "--out", "out-2")
        self.expect(ended, 0, "measuring both commits again by turns", "[PASS]", "measured by turns on one machine",
                    "4 comparisons failed (by up to ")
        self.assertEqual(self.verdicts(), dict.fromkeys(ALL, "pass"))
        judgement = self.json("out-2/judgement.json")
        first, head, base = (self.json(f"out-2/{path}run.json") for path in ("", "head/", "base/"))
        self.assertEqual(judgement["design"], "interleaved")
        self.assertEqual((judgement["run_id"], judgement["baseline_id"]), (head["id"], base["id"]))
        self.assertEqual(head["id"], first["id"] + "-head")
        self.assertEqual(base["commit"]["sha"], self.json("out-1/run.json")["commit"]["sha"])
        self.assertEqual(head["commit"], first["commit"])
        # Who has the files reaches the same verdict.
        self.expect(self.perfgate("check", "--run", "out-2/head/run.json", "--baseline", "out-2/base/run.json"), 0,
                    "[PASS]", "measured by turns")
        told = self.perfgate("publish", "--offline", "--bundle", "out-2", "--out", "out-told")
        self.expect(told, 0)
        for words in ("measured by turns", "4 comparisons failed (by up to "):
            self.assertIn(words, self.read("out-told/summary.md"))
        # One run is kept of it, the one that was judged.
        self.assertEqual(self.kept(), {self.json("out-1/run.json")["id"], head["id"]})
        self.assertEqual(subprocess.run(["git", "-C", str(self.work), "worktree", "list"], capture_output=True,
                                        text=True, check=True).stdout.count("\n"), 1)
        # It may become the baseline by what the turns said.
        promote = ["baseline", "promote", "--tests-passed", "--run", "out-2/head/run.json"]
        self.expect(self.perfgate(*promote, "--base", "out-1/run.json"), 2, "not measured by turns")
        self.expect(self.perfgate(*promote, "--base", "out-2/base/run.json"), 0, "is now the baseline")
        # The next gate is of its own session.
        self.expect(self.perfgate("gate", "--out", "out-2"), 0)
        self.assertFalse((self.work / "out-2/head").exists() or (self.work / "out-2/base").exists())

    def kept(self):
        ended = self.perfgate("baseline", "list")
        self.expect(ended, 0)
        return set(re.findall(r"run (\S+)  attempt", ended.out))

    # AC:second-look-confirms
    def test_slower_code_fails_by_turns(self):
        self.write("speed.json", json.dumps(dict.fromkeys(ALL, 1.3)))
        for dirty in (True, False):
            with self.subTest(dirty=dirty):
                if not dirty:
                    self.commit("slower")
                ended = self.perfgate("gate", "--out", "out-2")
                self.expect(ended, 1, "[FAIL]", "measured by turns", "slower by more than 5 %")
                self.assertEqual(self.verdicts(), dict.fromkeys(ALL, "fail"))
                self.expect(self.perfgate("baseline", "promote", "--run", "out-2/head/run.json", "--base",
                                          "out-2/base/run.json", "--tests-passed"), 7, "no regression")

    def test_a_warning_that_is_to_fail_is_looked_at_again_too(self):
        self.write("thresholds.toml", "[performance_floors]\nregression_threshold = 0.05\n"
                                      "regression_fail_threshold = 0.9\n")
        self.slow_machine()
        self.expect(self.perfgate("gate", "--out", "out-2", "--fail-on", "warn"), 0, "again by turns", "[PASS]")

    def test_each_side_is_measured_as_its_own_perfgate_toml_says(self):
        self.configure(SLOWER="1.3")
        ended = self.perfgate("gate", "--out", "out-2")
        self.expect(ended, 1, "[FAIL]", "each with the suites of its perfgate.toml")
        self.assertEqual(self.verdicts(), dict.fromkeys(ALL, "fail"))

    def test_the_same_program_is_a_control(self):
        self.slow_machine()
        self.expect(self.perfgate("gate", "--out", "out-2"), 0, "[PASS]", "both are the same commit")

    def test_one_of_many_is_found_and_the_others_pass(self):
        self.write("speed.json", json.dumps({"two": 1.2}))
        self.slow_machine()
        self.expect(self.perfgate("gate", "--out", "out-2"), 1, "[FAIL]")
        self.assertEqual(self.verdicts(), dict.fromkeys(ALL, "pass") | {"two": "fail"})

    # AC:second-look-answers
    def test_what_the_policy_fails_for_without_an_answer_is_answered(self):
        base = self.json("out-1/run.json")
        base["fingerprint"]["cpu_model"] = "Another 9000"
        self.write("elsewhere.json", json.dumps(base))
        self.write("thresholds.toml", "[performance_floors]\nregression_fail_threshold = 0.05\n"
                                      '[gate]\non_not_comparable = "fail"\n')
        compare = ["gate", "--out", "out-2", "--baseline", "elsewhere.json"]
        self.expect(self.perfgate(*compare, "--no-turns"), 5, "[NOT COMPARABLE]")
        self.expect(self.perfgate(*compare), 0, "[PASS]", "the baseline was measured on another class of host. Both",
                    "measured by turns")
        self.write("thresholds.toml", '[gate]\non_inconclusive = "fail"\n')
        self.configure(NOISE="0.1")
        self.commit("noisy")
        (self.state / "launches").write_bytes(b"." * 500)  # the noise follows from it
        few = ["gate", "--out", "out-2", "--baseline", "out-1/run.json"]
        self.expect(self.perfgate(*few, "--no-turns"), 4, "[INCONCLUSIVE]")
        self.perfgate(*few)
        self.assertRegex(json.dumps(self.json("out-2/judgement.json")["notes"]),
                         "comparisons? (is|are) not decided .by up to ")

    # AC:second-look-not-possible
    def test_what_cannot_be_measured_again_stands_as_it_was(self):
        self.slow_machine()
        self.configure(setup=["/bin/sh", "-c", "case $PWD in *-head) echo no compiler here; exit 3;; esac"])
        ended = self.perfgate("gate", "--out", "out-2")
        self.expect(ended, 1, "[FAIL]", "could not be measured again by turns", "setup of suite `fake`")
        self.assertFalse((self.work / "out-2/base").exists())
        self.assertIn(self.json("out-2/run.json")["id"], self.kept())

    def test_a_benchmark_that_is_gone_stays_missed(self):
        self.write("bench.py", HARNESS.replace(', "four")', ")"), 0o755)
        self.slow_machine()
        ended = self.perfgate("gate", "--out", "out-2")
        self.expect(ended, 3, "[NOT MEASURED]", "CBKB112", "fake/four", "measured by turns")
        self.assertEqual(self.verdicts(), dict.fromkeys(ALL, "pass") | {"four": "not measured"})

    def test_suites_that_came_or_went_are_not_measured_again(self):
        more = '[[suite]]\nname = "more"\nharness = "google-benchmark"\ncommand = ["./bench.py"]\n' \
               f'env = {{STATE = "{self.state}"}}\n'
        for before, now in (("", more), (more, "")):
            with self.subTest(now=now):
                self.tell("slow_until", 0)
                self.configure(more=before)
                self.git("commit", "-q", "--allow-empty", "-am", "suites")
                self.expect(self.perfgate("gate", "--out", "out-1", "--no-turns"), 0)
                self.configure(more=now)
                self.tell("slow_until", self.launches() + 2 * LAUNCHES)
                ended = self.perfgate("gate", "--out", "out-2", "--baseline", "out-1/run.json")
                self.expect(ended, 1, "[FAIL]", "do not have the same suites")

    def test_a_baseline_of_changes_that_no_commit_holds_is_not_measured_again(self):
        self.write("speed.json", '{"one": 1.0001}')
        self.expect(self.perfgate("gate", "--out", "out-1"), 0)
        self.slow_machine()
        ended = self.perfgate("gate", "--out", "out-2", "--baseline", "out-1/run.json")
        self.expect(ended, 1, "[FAIL]", "changes that no commit holds")

    def test_it_is_left_out_where_that_is_wished(self):
        for arguments, env in ((["--no-turns"], {}), (["--set", "gate.by_turns=false"], {}),
                               ([], {"PERFGATE_BY_TURNS": "false"})):
            with self.subTest(arguments=arguments, env=env):
                self.slow_machine()
                before = self.launches()
                ended = self.perfgate("gate", "--out", "out-2", *arguments, env=env)
                self.expect(ended, 1, "[FAIL]", "all 4 benchmarks are slower", "perfgate ab")
                self.assertEqual(self.launches() - before, LAUNCHES)

    def test_a_signal_ends_it_and_the_first_run_is_kept(self):
        self.slow_machine()
        self.tell("hang_at", self.launches() + LAUNCHES + 3)
        process = self.started("gate", "--out", "out-2", sign=os.path.relpath(self.state / "hanging", self.work))
        process.send_signal(signal.SIGTERM)
        err = process.communicate(timeout=30)[1].decode()
        self.assertEqual(process.returncode, 128 + signal.SIGTERM, err)
        self.expect_no_survivors()
        self.assertIn(self.json("out-2/run.json")["id"], self.kept())

    # AC:second-look-killed
    def test_killed_it_leaves_the_first_verdict_beside_its_run(self):
        self.expect(self.perfgate("gate", "--out", "out-2"), 0)
        self.slow_machine()
        self.tell("hang_at", self.launches() + LAUNCHES + 3)
        process = self.started("gate", "--out", "out-2", sign=os.path.relpath(self.state / "hanging", self.work))
        process.kill()
        process.communicate(timeout=30)
        judgement = self.json("out-2/judgement.json")
        self.assertEqual((judgement["verdict"], judgement["run_id"]), ("fail", self.json("out-2/run.json")["id"]))
        self.tell("hang_at", 0)
        self.expect(self.perfgate("gate", "--out", "out-2"), 0)

    # AC:second-look-budget
    def test_a_budget_ends_it(self):
        for budget, expected in (('"1 ms"', (1, "[FAIL]", "could not be measured again by turns", "a budget of")),
                                 ('"5 min"', (0, "[PASS]", "measured by turns"))):
            with self.subTest(budget=budget):
                self.write("thresholds.toml", "[performance_floors]\nregression_fail_threshold = 0.05\n"
                                              f"[gate]\nturns_budget = {budget}\n")
                self.slow_machine()
                self.expect(self.perfgate("gate", "--out", "out-2"), *expected)


if __name__ == "__main__":
    support.main()
