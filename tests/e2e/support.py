"""What the end-to-end tests share: a directory of their own, the real binary, harnesses made of a few lines.

The environment names the programs: PERFGATE_BINARY, and PERFGATE_SUITE_BINARY for the bundled suite.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

BINARY = os.environ["PERFGATE_BINARY"]
SUITE = os.environ.get("PERFGATE_SUITE_BINARY", "")
SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
FULL = os.environ.get("PERFGATE_FULL") == "1"
BUSY = "CBKB114"  # the one trouble that is waited out: elsewhere on this host someone measures


class Ended:
    """How a process ended, and what it printed."""

    def __init__(self, code, out, err, seconds):
        self.code, self.seconds = code, seconds
        self.raw_out, self.raw_err = out, err
        self.out, self.err = out.decode(errors="replace"), err.decode(errors="replace")

    def __str__(self):
        return f"exit {self.code} after {self.seconds:.1f} s\n--- stdout\n{self.out[-4000:]}\n--- stderr\n{self.err[-4000:]}"


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="perfgate-e2e-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.home = self.dir / "home"
        self.work = self.dir / "work"
        self.home.mkdir()
        self.work.mkdir()
        self.mark = "mark" + os.urandom(8).hex()  # in the command line of every child of a test

    # ---- files

    def write(self, path, text, mode=0o644):
        path = self.work / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(mode)
        return path

    def read(self, path):
        return (self.work / path).read_text()

    def json(self, path):
        return json.loads(self.read(path))

    def fake(self, body, name="harness.py"):
        """A program of a few lines; `row` and `report` make Google Benchmark's JSON."""
        return self.write(name, f"#!{sys.executable}\n{FAKE}\n{body}\n", 0o755)

    def project(self, program, more="", **suite):
        """perfgate.toml with one suite, which prints Google Benchmark's JSON on stdout."""
        keys = {"name": "fake", "harness": "google-benchmark", "command": [str(program), self.mark]} | suite
        lines = "".join(f"{key} = {self.toml(value)}\n" for key, value in keys.items())
        self.write("perfgate.toml", f"[[suite]]\n{lines}\n{more}\n")

    def toml(self, value):
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key} = {json.dumps(text)}" for key, text in value.items()) + "}"
        return json.dumps(value)

    # ---- processes

    def environment(self, **more):
        return {"PATH": os.environ["PATH"], "HOME": str(self.home), "TMPDIR": str(self.dir)} | more

    def start(self, *arguments, env=None, **options):
        settings = {"cwd": self.work, "env": self.environment(**(env or {})), "stdin": subprocess.DEVNULL,
                    "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        return subprocess.Popen([BINARY, *map(str, arguments)], **settings)

    def perfgate(self, *arguments, timeout=60, wait_out=True, **options):
        """Runs it to its end, and again as long as another perfgate on this host is measuring."""
        until = time.monotonic() + 120
        while True:
            begin = time.monotonic()
            process = self.start(*arguments, **options)
            try:
                out, err = process.communicate(timeout=timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
                self.fail(f"not ended after {timeout} s: {arguments}\n{(err or b'')[-4000:].decode(errors='replace')}")
            ended = Ended(process.returncode, out or b"", err or b"", time.monotonic() - begin)
            if not wait_out or BUSY not in ended.err or time.monotonic() > until:
                return ended
            time.sleep(0.2)

    def started(self, *arguments, sign, **options):
        """A perfgate that is measuring: the suite has made the file `sign`."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            process = self.start(*arguments, **options)
            while process.poll() is None:
                if (self.work / sign).exists():
                    return process
                time.sleep(0.01)
            err = process.communicate()[1].decode(errors="replace")
            if BUSY not in err:
                self.fail(f"ended before it measured: {err}")
            time.sleep(0.2)
        self.fail("this host stayed busy")

    def survivors(self):
        """Processes of this test that are left, zombies aside."""
        left = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and self.mark.encode() in (entry / "cmdline").read_bytes():
                    left.append(int(entry.name))
            except OSError:
                continue
        return left

    def expect_no_survivors(self):
        until = time.monotonic() + 2
        while self.survivors() and time.monotonic() < until:
            time.sleep(0.05)
        left = self.survivors()
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        self.assertEqual(left, [], "processes outlived perfgate")

    # ---- what is expected

    def expect(self, ended, code, *phrases):
        self.assertEqual(ended.code, code, str(ended))
        for phrase in phrases:
            self.assertIn(phrase, ended.out + ended.err, str(ended))

    def git(self, *arguments):
        identity = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a",
                    "GIT_COMMITTER_EMAIL": "a@b", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
        subprocess.run(["git", "-C", str(self.work), *arguments], check=True, capture_output=True,
                       env=self.environment(**identity))

    def repository(self):
        """A repository on branch main whose one commit holds what is there, results aside."""
        self.git("init", "-q", "-b", "main")
        (self.work / ".git/info/exclude").write_text("out*/\n.perfgate/\nstate*\n")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "measured")

    def snapshot(self, folder):
        """Every file below a folder, byte for byte."""
        root = self.work / folder
        return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


FAKE = r'''
import json, os, random, signal, subprocess, sys, time

def row(name="work/1", nanoseconds=1000.0, **more):
    # A jitter of a thousandth: timings are never all the same.
    real = nanoseconds * random.uniform(0.999, 1.001)
    return {"name": name, "run_name": name, "run_type": "iteration", "repetitions": 1, "repetition_index": 0,
            "threads": 1, "iterations": 1000, "real_time": real, "cpu_time": real, "time_unit": "ns"} | more

def report(*rows):
    return json.dumps({"context": {"date": "2026-01-01T00:00:00+00:00", "host_name": "there", "num_cpus": 2},
                       "benchmarks": list(rows)})
'''


def main():
    unittest.main(verbosity=2)
