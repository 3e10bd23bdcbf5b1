"""What benchmark programs do wrong: each is named, none is green, nothing of them is left."""

import os

import support


class Trouble(support.Case):
    def run_fake(self, body, *arguments, patience=60, **suite):
        self.project(self.fake(body), **suite)
        return self.perfgate("run", "--out", "out", *arguments, timeout=patience)

    # AC:suite-hangs
    def test_a_suite_that_hangs_is_ended_with_all_its_descendants(self):
        ended = self.run_fake("""
signal.signal(signal.SIGTERM, signal.SIG_IGN)
# A grandchild in a session of its own that holds our stdout and ignores SIGTERM too.
subprocess.Popen(["sh", "-c", "trap '' TERM; while :; do sleep 1; done", sys.argv[1]], start_new_session=True)
print(report(row()), flush=True)
time.sleep(600)""", patience=30, timeout="0.5 s")
        self.expect(ended, 3, "CBKB001", "not finished after 0.5 s")
        self.assertLess(ended.seconds, 10)
        self.expect_no_survivors()
        errors = [note for note in self.json("out/run.json")["notes"] if note["severity"] == "error"]
        self.assertEqual([note["code"] for note in errors], ["CBKB001"])

    # AC:suite-crashes
    def test_a_suite_that_crashes_half_way_is_not_measured(self):
        ended = self.run_fake("""
sys.stdout.write(report(row("work/1"), row("work/2"))[:-1])
sys.stdout.flush()
print("about to crash", file=sys.stderr, flush=True)
os.kill(os.getpid(), signal.SIGSEGV)""")
        self.expect(ended, 3, "CBKB110", "signal 11", "about to crash")
        run = self.json("out/run.json")
        self.assertTrue(any(note["severity"] == "error" and note.get("code") == "CBKB110" for note in run["notes"]))

    # AC:suite-crashes
    def test_a_launch_that_crashes_is_never_hidden_by_the_launches_that_went_well(self):
        ended = self.run_fake("""
launch = os.path.exists("state") + 1
open("state", "a").close()
print(report(row()))
sys.exit(0 if launch == 1 else 7)""", repetitions=2)
        self.expect(ended, 3, "CBKB110", "exit code 7")
        ended = self.perfgate("check", "--run", "out/run.json")
        self.expect(ended, 3, "[NOT MEASURED]", "CBKB110")

    # AC:suite-prints-nothing
    def test_a_suite_that_prints_nothing_is_not_measured(self):
        ended = self.run_fake("pass")
        self.expect(ended, 3, "CBKB002", "printed nothing on stdout")

    # AC:suite-prints-nothing
    def test_a_suite_of_no_benchmarks_is_not_measured(self):
        ended = self.run_fake("print(report())")
        self.expect(ended, 3, "CBKB113", "hold no benchmark")

    # AC:other-format
    def test_another_harness_s_format_is_named(self):
        ended = self.run_fake(r"""print("decode   time:   [1.0 us 1.1 us 1.2 us]")""")
        self.expect(ended, 3, "CBKB002", "Criterion's console output")

    # AC:truncated-json
    def test_truncated_json_is_not_measured_whatever_stood_before(self):
        ended = self.run_fake("print(report(row('work/1'), row('work/2'))[:-150])")
        self.expect(ended, 3, "CBKB002")
        self.expect(self.perfgate("check", "--run", "out/run.json"), 3, "[NOT MEASURED]")

    # AC:deep-json
    def test_json_of_a_depth_of_100_000_is_refused(self):
        for body in ("print('[' * 100000 + ']' * 100000)",
                     """print('{"benchmarks": [' + '{"a":' * 100000 + '1' + '}' * 100000 + ']}')""",
                     """print('{"context": ' + '[' * 100000 + ']' * 100000 + ', "benchmarks": []}')"""):
            ended = self.run_fake(body)
            self.expect(ended, 3, "CBKB")
            self.assertNotIn("defect", ended.err)

    # AC:duplicate-keys
    def test_duplicate_keys_are_not_measured(self):
        ended = self.run_fake("""
text = report(row())
print(text.replace('"real_time":', '"real_time": 1, "real_time":'))""")
        self.expect(ended, 3, "CBKB002", "`real_time` stands there twice")

    # AC:infinite-numbers
    def test_a_number_beyond_all_bounds_is_no_value(self):
        for number in ("1e999", "NaN", "-Infinity", "null"):
            ended = self.run_fake(f"""
import re
print(re.sub(r'"real_time": [0-9.e+-]+', '"real_time": {number}', report(row())))""")
            self.expect(ended, 3, "CBKB002")
            self.assertFalse(any(b["samples"] and any(s["metric"] == "time" for s in b["samples"])
                                 for b in self.json("out/run.json")["benchmarks"]), number)

    # AC:error-rows
    def test_a_benchmark_that_reports_an_error_is_not_measured(self):
        ended = self.run_fake("""
print(report(row("good"), row("bad", error_occurred=True, error_message="wrong JSON")))""")
        self.expect(ended, 3, "CBKB115", "bad: failed: wrong JSON")

    # AC:diagnostics-flood
    def test_a_flood_of_diagnostics_is_counted_and_not_kept(self):
        size = (10 << 30) if support.FULL else (300 << 20)
        ended = self.run_fake(f"""
piece = b"x" * (1 << 20)
for _ in range({size >> 20}):
    os.write(2, piece)
print(report(row()))""", "--quiet", patience=300)
        self.expect(ended, 0)
        self.assertEqual(self.json("out/run.json")["launches"][0]["exit_code"], 0)
        total = sum(p.stat().st_size for p in self.dir.rglob("*") if p.is_file())
        self.assertLess(total, 1 << 20)

    def test_a_failing_setup_is_not_measured_and_shows_the_end_of_its_log(self):
        self.fake("print(report(row()))")
        setup = self.fake("""
for i in range(5000):
    print("compiling", i)
print("error: expected ';' before '}'", file=sys.stderr)
sys.exit(2)""", "setup.py")
        self.project(self.work / "harness.py", setup=[str(setup)])
        ended = self.perfgate("run", "--out", "out")
        self.expect(ended, 3, "CBKB111", "exit code 2", "error: expected ';' before '}'")
        self.assertLess(len(ended.err), 20000)

    def test_a_suite_that_leaves_a_process_behind_is_measured_and_the_process_ended(self):
        ended = self.run_fake("""
subprocess.Popen(["sh", "-c", "sleep 600", sys.argv[1]], start_new_session=True)
print(report(row()))""")
        self.expect(ended, 0)
        self.expect_no_survivors()
        self.assertTrue(any("outlived" in note["text"] for note in self.json("out/run.json")["notes"]))

    # AC:import
    def test_import_reads_stdin(self):
        exec(support.FAKE, names := {})
        text = names["report"](names["row"]("work/1"), names["row"]("work/2"))
        reports = self.write("reports.json", text)
        with reports.open("rb") as stdin:
            ended = self.perfgate("import", "-", "--harness", "google-benchmark", "--out", "out", stdin=stdin)
        self.expect(ended, 0, "2 of 2 benchmarks measured")
        with open(os.devnull, "rb") as stdin:
            ended = self.perfgate("import", "-", "--harness", "google-benchmark", "--out", "out-2", stdin=stdin)
        self.expect(ended, 3, "CBKB002", "it is empty")
        ended = self.perfgate("import", "-", "--harness", "google-benchmark", "--out", "out-2", stdin=None,
                              preexec_fn=lambda: os.close(0))
        self.assertIn(ended.code, (3, 9), str(ended))

    # AC:fail-before-measuring
    def test_what_would_fail_later_fails_before_measuring(self):
        program = self.fake("open('measured', 'w').close(); print(report(row()))")
        self.project(program, repetitions=3)
        blocked = self.write("blocked", "a file where a folder should be")
        ended = self.perfgate("run", "--out", blocked / "out")
        self.expect(ended, 9, "CBKB103", "checks before measuring failed")
        self.write("thresholds.toml", "[performance_floors]\ndisplay_min_mibz = 80\n")
        self.expect(self.perfgate("run", "--out", "out"), 2, "CBKB102", "thresholds.toml:2")
        os.remove(self.work / "thresholds.toml")
        self.project(self.work / "missing-program")
        self.expect(self.perfgate("run", "--out", "out"), 3, "CBKB110", "missing-program")
        self.project(program, cwd="nowhere")
        self.expect(self.perfgate("run", "--out", "out"), 2, "CBKB102", "nowhere")
        self.project(program, requires=["no-such-tool"])
        self.expect(self.perfgate("run", "--out", "out"), 3, "no-such-tool")
        self.assertFalse((self.work / "measured").exists())


if __name__ == "__main__":
    support.main()
