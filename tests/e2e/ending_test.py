"""How perfgate ends: by a signal, beside another perfgate, without memory, without anyone to tell it to."""

import json
import os
import resource
import signal
import subprocess
import time

import support

MEASURING = """
open(f"state-{os.getpid()}", "w").close()
if len([f for f in os.listdir(".") if f.startswith("state-")]) > 1:
    open("state", "w").close()
    MEANWHILE
print(report(row()))
"""


class Ending(support.Case):
    def interrupted_by(self, number, meanwhile="time.sleep(600)"):
        """The second of three launches is at work when the signal comes."""
        self.project(self.fake(MEASURING.replace("MEANWHILE", meanwhile)), repetitions=3)
        process = self.started("run", "--out", "out", sign="state")
        begin = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        return support.Ended(process.returncode, out, err, time.monotonic() - begin)

    # AC:interrupted
    def test_sigint_ends_the_suite_and_writes_what_there_was(self):
        ended = self.interrupted_by(signal.SIGINT)
        self.assertEqual(ended.code, 130, str(ended))
        self.assertLess(ended.seconds, 5)
        self.expect_no_survivors()
        run = self.json("out/run.json")
        [benchmark] = run["benchmarks"]
        self.assertEqual(benchmark["name"], "work/1")
        self.assertTrue(any(note.get("code") == "CBKB108" for note in run["notes"]))
        # What was interrupted is judged as what it is: incomplete.
        self.expect(self.perfgate("check", "--run", "out/run.json"), 3, "[NOT MEASURED]", "CBKB108")

    # AC:interrupted
    def test_sigterm_ends_a_suite_that_ignores_it_within_5_s(self):
        ended = self.interrupted_by(signal.SIGTERM, """
    [signal.signal(s, signal.SIG_IGN) for s in (signal.SIGTERM, signal.SIGINT)]
    subprocess.Popen(["sh", "-c", "trap '' TERM; sleep 600", sys.argv[1]], start_new_session=True)
    time.sleep(600)""")
        self.assertEqual(ended.code, 143, str(ended))
        self.assertLess(ended.seconds, 5)
        self.expect_no_survivors()
        self.assertTrue((self.work / "out/run.json").exists())

    # AC:interrupted
    def test_a_gate_that_is_interrupted_is_never_green(self):
        self.project(self.fake(MEASURING.replace("MEANWHILE", "time.sleep(600)")), repetitions=3)
        process = self.started("gate", "--out", "out", sign="state")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 130, err)
        self.assertNotIn(b"[PASS]", out + err)

    # AC:one-at-a-time
    def test_two_perfgates_never_measure_at_once(self):
        self.project(self.fake(MEASURING.replace("MEANWHILE", "time.sleep(4)")), repetitions=2)
        first = self.started("run", "--out", "out-1", sign="state")
        second = self.perfgate("run", "--out", "out-2", wait_out=False)
        self.expect(second, 3, "CBKB114", f"process {first.pid} holds the lock")
        self.assertFalse((self.work / "out-2/run.json").exists())
        first.communicate(timeout=30)
        self.assertEqual(first.returncode, 0)
        self.assertTrue((self.work / "out-1/run.json").exists())


class Telling(support.Case):
    """stdout carries what was asked for: where it cannot, the exit is not 0."""

    def setUp(self):
        super().setUp()
        self.project(self.fake("print(report(row()))"))
        self.expect(self.perfgate("run", "--out", "out", "--no-store"), 0)

    COMMANDS = (["check", "--run", "out/run.json"], ["check", "--run", "out/run.json", "--format", "json"],
                ["explain", "5"], ["--version"], ["help"], ["config"], ["validate", "run", "--print-schema"],
                ["compare", "out/run.json", "out/run.json"], ["baseline", "list"])

    # AC:stdout-lost
    def test_a_full_stdout_is_not_green(self):
        for command in self.COMMANDS:
            with open("/dev/full", "wb") as full:
                ended = self.perfgate(*command, stdout=full)
            self.assertNotEqual(ended.code, 0, command)

    # AC:stdout-lost
    def test_a_closed_stdout_is_not_green(self):
        for command in self.COMMANDS:
            ended = self.perfgate(*command, stdout=None, preexec_fn=lambda: os.close(1))
            self.assertNotEqual(ended.code, 0, command)

    # AC:stdout-lost
    def test_a_reader_that_went_away_is_not_green(self):
        for command in self.COMMANDS:
            reading, writing = os.pipe()
            os.close(reading)
            ended = self.perfgate(*command, stdout=writing)
            os.close(writing)
            self.assertNotEqual(ended.code, 0, command)

    def test_a_closed_stdout_never_lets_a_file_take_its_place(self):
        ended = self.perfgate("run", "--out", "out-2", "--no-store", stdout=None, stderr=None,
                              preexec_fn=lambda: (os.close(0), os.close(1), os.close(2)))
        self.assertEqual(ended.code, 0)
        json.loads(self.read("out-2/run.json"))

    def test_a_closed_stderr_changes_no_verdict(self):
        ended = self.perfgate("check", "--run", "out/run.json", stderr=None, preexec_fn=lambda: os.close(2))
        self.expect(ended, 0, "[WARN]")


class Memory(support.Case):
    # AC:out-of-memory
    def test_out_of_memory_is_never_green(self):
        rows = ",".join(json.dumps({"name": f"work/{i}", "run_type": "iteration", "iterations": 1, "real_time": 1.5,
                                    "cpu_time": 1.5, "time_unit": "ns", "counter": i}) for i in range(60_000))
        self.write("large.json", '{"context": {}, "benchmarks": [' + rows + "]}")
        arguments = ["import", "large.json", "--harness", "google-benchmark", "--out", "out"]
        self.expect(self.perfgate(*arguments), 0)
        refused = 0
        for mebibytes in (12, 24, 32, 40, 48, 64, 96):
            (self.work / "out/run.json").unlink(missing_ok=True)
            limit = mebibytes << 20
            ended = self.perfgate(*arguments,
                                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
            if ended.code == 0:
                self.assertEqual(len(self.json("out/run.json")["benchmarks"]), 60_000)
                continue
            refused += 1
            self.assertFalse((self.work / "out/run.json").exists(), f"{mebibytes} MiB: {ended}")
            if ended.code == 9:
                self.assertIn("CBKB107", ended.err)
        self.assertGreaterEqual(refused, 2)


class Commands(support.Case):
    """What a suite prints is shown to people, and obeyed by nobody."""

    HOSTILE = r"""
evil = ["::error::planted", "##[error]planted", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\r::stop-commands::x",
        "a\u202eb", "\x9b31m", "::set-output name=x::y", "\u2028::error::after a line separator"]
"""

    def harmless(self, ended):
        for raw in (ended.raw_out, ended.raw_err):
            # The progress bar is not shown here, so no control character is perfgate's own.
            for character in b"\x1b\x07\r\x00":
                self.assertNotIn(character, raw, str(ended))
            text = raw.decode()
            for character in "\u202e\x9b\u2028":
                self.assertNotIn(character, text)
            self.assertNotIn("##[", text)
            for line in text.splitlines():
                self.assertFalse(line.strip().startswith("::"), line)

    # AC:harmless-output
    def test_commands_and_escapes_in_a_suite_s_output_never_reach_ours(self):
        for ending in ("sys.exit(3)", "print('::error::no json \\x1b[31m')",
                       "print(report(*[row(name=e) for e in evil], *[row('b%d' % i, error_occurred=True, "
                       "error_message=e) for i, e in enumerate(evil)]))",
                       "print(report(*[row('b', **{e: 1.0}) for e in evil]))",
                       "print(report(row('b', time_unit=evil[2])))"):
            self.project(self.fake(self.HOSTILE + "print(*evil, sep='\\n', file=sys.stderr)\n" + ending))
            for verbosity in ("--quiet", "--verbose", "--trace"):
                self.harmless(self.perfgate("run", "--out", "out", "--no-store", verbosity))
            if (self.work / "out/run.json").exists():
                for form in ("text", "md", "json"):
                    self.harmless(self.perfgate("check", "--run", "out/run.json", "--format", form, "--verbose"))
                    self.harmless(self.perfgate("compare", "out/run.json", "out/run.json", "--format", form))

    # AC:harmless-output
    def test_commands_and_escapes_in_a_setup_s_log_and_in_arguments_never_reach_ours(self):
        program = self.fake("print(report(row()))")
        setup = self.fake(self.HOSTILE + "print(*evil, sep='\\n')\nsys.exit(1)", "setup.py")
        self.project(program, setup=[str(setup)])
        ended = self.perfgate("run", "--out", "out")
        self.expect(ended, 3, "CBKB111", "planted")
        self.harmless(ended)
        for arguments in (["::error::x"], ["check", "--run", "\n::error::x\x1b[31m"], ["explain", "##[error]"],
                          ["import", "\x1b[31m", "--harness", "google-benchmark"],
                          ["import", "x", "--harness", "\n::error::x"], ["run", "--suite", "\n::error::x"],
                          ["check", "--\x1b[31m"], ["check", "--format", "\n::error::"],
                          ["baseline", "rollback", "--branch", "\n::error::\x1b[31m"],
                          ["baseline", "promote", "--run", "\n::error::\x1b[31m"],
                          ["check", "--run", "x", "--set", "\n::error::=1"],
                          ["check", "--run", "x", "--store", "\n::error::\x1b[31m:x"],
                          ["run", "--harness", "google-benchmark", "--", "\n::error::\x1b[31m"],
                          ["validate", "perf", "\n::error::x\x1b[31m"]):
            ended = self.perfgate(*arguments)
            self.assertNotEqual(ended.code, 0, arguments)
            self.harmless(ended)


if __name__ == "__main__":
    support.main()
