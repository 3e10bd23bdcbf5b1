"""The store and the files around it: damaged, foreign, read-only, full, or written by two at once."""

import json
import os
import re
import shutil
import subprocess
import time

import support

POLICY = "[promotion]\nmin_samples = 2\n[gate]\nmin_samples = 2\n"


class Store(support.Case):
    def setUp(self):
        super().setUp()
        self.project(self.fake("print(report(*[row('work/%d' % i) for i in range(3)]))"), repetitions=2)
        self.write("thresholds.toml", POLICY)
        self.repository()
        self.expect(self.perfgate("run", "--out", "out", "--no-store"), 0)

    def promote(self, run="out/run.json", **options):
        return self.perfgate("baseline", "promote", "--run", run, "--tests-passed", **options)

    def records(self):
        [file] = (self.work / ".perfgate/records").glob("*.jsonl")
        return file

    def check(self):
        return self.perfgate("check", "--run", "out/run.json")

    # AC:promotions-at-once
    def test_two_promotions_at_once_leave_one_baseline_and_a_whole_store(self):
        for number in range(2, 6):
            run = self.json("out/run.json") | {"id": f"run-{number}"}
            self.write(f"out-{number}/run.json", json.dumps(run))
        for _ in range(3):
            shutil.rmtree(self.work / ".perfgate", ignore_errors=True)
            both = [self.start("baseline", "promote", "--run", f"out-{n}/run.json", "--tests-passed")
                    for n in range(2, 6)]
            ends = []
            for process in both:
                out, err = process.communicate(timeout=60)
                ends.append(support.Ended(process.returncode, out, err, 0))
            self.assertIn(0, [end.code for end in ends])
            for end in ends:
                if end.code != 0:
                    self.expect(end, 7, "CBKB006", "another promotion came in between")
            listed = self.perfgate("baseline", "list")
            self.expect(listed, 0, f"promotions and rollbacks: {sum(end.code == 0 for end in ends)}\n")
            shown = self.perfgate("baseline", "show").out
            self.assertEqual(shown.count("host class:"), 1, shown)
            last = re.findall(r"run (run-\d)", listed.out.split("runs:")[0])[-1]
            self.assertIn(last, shown)

    # AC:torn-store
    def test_a_torn_last_line_was_never_acknowledged_and_the_store_goes_on(self):
        self.expect(self.promote(), 0)
        records = self.records()
        whole = records.read_bytes()
        records.write_bytes(whole + b'{"seq":3,"prev":"abc')
        self.expect(self.check(), 0, "3 of 3")
        run = self.json("out/run.json") | {"id": "another"}
        self.write("out-2/run.json", json.dumps(run))
        self.expect(self.promote("out-2/run.json"), 0)
        self.assertTrue(records.read_bytes().startswith(whole))
        self.assertEqual(len(list(records.parent.glob("*torn*"))), 1)

    # AC:damaged-baseline
    def test_a_damaged_store_is_refused_before_anything_is_measured(self):
        self.expect(self.promote(), 0)
        records = self.records()
        whole = records.read_bytes()
        lines = whole.splitlines(keepends=True)
        flipped = whole.replace(b'"by":"local"', b'"by":"l0cal"')
        self.assertNotEqual(flipped, whole)
        for damage in (flipped, lines[1], lines[0] + lines[0], b"\n" + whole, b"garbage\n", b"\0" * 100 + b"\n",
                       b'{"seq":1}\n', whole[:200] + b"\n" + whole[200:]):
            records.write_bytes(damage)
            self.expect(self.check(), 9, "CBKB104", records.name)
            (self.work / "out-2").mkdir(exist_ok=True)
            for command in (["gate"], ["run"]):
                ended = self.perfgate(*command, "--out", "out-2")
                self.expect(ended, 9, "CBKB104")
                self.assertFalse((self.work / "out-2/run.json").exists())
            self.expect(self.promote(), 9, "CBKB104")
            self.assertEqual(records.read_bytes(), damage)
        # A history whose end was cut off cannot be told from one that is shorter: it is consistent.
        records.write_bytes(lines[0])
        self.expect(self.check(), 0, "no baseline")

    # AC:newer-baseline
    def test_what_a_newer_version_wrote_names_the_version_needed(self):
        run = self.read("out/run.json")
        self.write("newer.json", run.replace("perfgate.run/1", "perfgate.run/2").replace("perfgate 0.1.0", "perfgate 7.3.0"))
        for ended in (self.perfgate("check", "--run", "newer.json"),
                      self.perfgate("check", "--run", "out/run.json", "--baseline", "newer.json"),
                      self.perfgate("gate", "--out", "out-2", "--baseline", "newer.json"),
                      self.perfgate("compare", "out/run.json", "newer.json"), self.promote("newer.json")):
            self.assertIn(ended.code, (3, 9), str(ended))
            self.expect(ended, ended.code, "perfgate.run/2", "newer")
        self.assertFalse((self.work / "out-2").exists())

    # AC:foreign-baseline
    def test_a_baseline_that_is_none_is_refused_before_anything_is_measured(self):
        for content in ("", "{}", "[]", "null", "not json", '{"schema": "perfgate.judgement/1"}',
                        '{"schema": "perfgate.run/1"}', '{"context": {}, "benchmarks": []}', "\0\0", "[" * 100_000,
                        self.read("out/run.json")[:-500]):
            self.write("base.json", content)
            for command in (["check", "--run", "out/run.json"], ["gate", "--out", "out-2"]):
                ended = self.perfgate(*command, "--baseline", "base.json")
                self.assertIn(ended.code, (2, 3, 9), f"{content[:40]}: {ended}")
                self.assertIn("base.json", ended.err)
            self.assertFalse((self.work / "out-2").exists(), content[:40])
        ended = self.perfgate("gate", "--out", "out-2", "--baseline", "no-such-file.json")
        self.expect(ended, 9, "CBKB103", "no-such-file.json")
        ended = self.perfgate("gate", "--out", "out-2", "--baseline", ".")
        self.expect(ended, 9, "CBKB103")
        self.write("base.json", self.read("out/run.json"), 0o000)
        if os.getuid() != 0:
            self.expect(self.perfgate("check", "--run", "out/run.json", "--baseline", "base.json"), 9, "CBKB103")

    # AC:read-only-store
    def test_a_read_only_store_refuses_before_measuring_and_changes_nothing(self):
        self.expect(self.promote(), 0)
        self.write("out-2/run.json", json.dumps(self.json("out/run.json") | {"id": "another"}))
        before = self.snapshot(".perfgate")
        nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
        for path in [self.dir, self.work, self.home]:
            path.chmod(0o755)
        (self.work / "out-3").mkdir()
        (self.work / "out-3").chmod(0o777)
        for path in sorted((self.work / ".perfgate").rglob("*")) + [self.work / ".perfgate"]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        try:
            common = {"env": {"TMPDIR": "/tmp"}} | nobody
            ended = self.perfgate("run", "--out", "out-3", **common)
            self.expect(ended, 9, "CBKB103", "writable", ".perfgate")
            self.assertEqual(list((self.work / "out-3").iterdir()), [])
            # Reading is all that a check needs.
            self.expect(self.perfgate("check", "--run", "out/run.json", **common), 0, "3 of 3")
            ended = self.promote("out-2/run.json", **common)
            self.assertIn(ended.code, (7, 9), str(ended))
            self.assertNotIn("is now the baseline", ended.out)
            self.assertEqual(self.snapshot(".perfgate"), before)
        finally:
            for path in [self.work / ".perfgate", *(self.work / ".perfgate").rglob("*")]:
                path.chmod(0o755)


class FullDisk(support.Case):
    # AC:disk-full
    def test_a_disk_that_is_full_leaves_the_old_file_or_none(self):
        """In a mount namespace of its own, so that nothing is left mounted."""
        unshare = ["unshare", "--mount"] if os.getuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
        disk = self.work / "disk"
        disk.mkdir()
        mount = f"mount -t tmpfs -o size=70m tmpfs '{disk}'"
        if subprocess.run([*unshare, "sh", "-c", mount], capture_output=True).returncode != 0:
            self.skipTest("a tmpfs cannot be mounted here")
        self.project(self.fake("""
with open("disk/filler", "wb") as filler:  # after the preflight found room
    try:
        while True:
            filler.write(b"x" * 65536); filler.flush()
    except OSError:
        pass
print(report(*[row("work/%d" % i) for i in range(200)]))"""))
        until = time.monotonic() + 120
        while True:
            script = f"""{mount} && mkdir disk/out && echo old > disk/out/run.json
                "$0" run --out disk/out --store dir:disk/store; code=$?
                echo "files:"; find disk -type f -printf '%p %s\\n'; cat disk/out/run.json; exit $code"""
            done = subprocess.run([*unshare, "sh", "-c", script, support.BINARY], cwd=self.work,
                                  env=self.environment(), capture_output=True, text=True, timeout=60)
            if support.BUSY not in done.stderr or time.monotonic() > until:
                break
            time.sleep(0.2)
        self.assertEqual(done.returncode, 9, done.stdout + done.stderr)
        self.assertIn("CBKB103", done.stderr)
        self.assertIn("No space left on device", done.stderr)
        files = done.stdout.split("files:\n")[1]
        self.assertTrue(files.endswith("\nold\n"), files)
        self.assertEqual(sorted(line.split()[0] for line in files.splitlines()[:-1]
                                if not line.startswith("disk/store")), ["disk/filler", "disk/out/run.json"])


if __name__ == "__main__":
    support.main()
