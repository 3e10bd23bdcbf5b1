"""The sentinel test: nothing private of a machine is in a file that perfgate writes."""

import json
import os
import pwd
import re
import shutil
import socket

import support

USER = "qzuser"  # too short to be taken for a value
HOST = "qzhost-name.example"
SECRET = "qzsecret0123456789"
VALUE = "qzvalue-abcdefghij"  # of a variable whose name says nothing
SENTINELS = (USER, HOST, SECRET, VALUE, "qzhome")

# Prints them wherever a suite can print: names, labels, errors, counters, context, stderr, file names.
LEAKING = """
home, user, host = os.environ["HOME"], os.environ["USER"], os.environ["HOSTNAME"]
texts = [home, user, host, "qzsecret0123456789", os.environ["ORDINARY"], home + "/qzbelow/file.cpp:3", os.getcwd()]
import socket
real = socket.gethostname()
print(*texts, real, file=sys.stderr)
rows = [row("work/1", label=" ".join(texts), note=" ".join(texts))]
"""
FAILING = """
rows += [row("bad/%d" % i, error_occurred=True, error_message="cannot open " + t) for i, t in enumerate(texts)]
"""
NAMED = """
# A value of a variable that is no secret may well be a word in a name, which must not change with it.
named = [t for t in texts if t != os.environ["ORDINARY"]]
rows += [row("parse/" + t) for t in named] + [row("counted", **{"seen " + t: 1.0 for t in named})]
"""
DOCUMENT = """
text = json.dumps({"context": {"host_name": real, "executable": home + "/qzbelow/bench", "user": user, "x": texts},
                   "benchmarks": rows})
"""


class Secrets(support.Case):
    def setUp(self):
        super().setUp()
        self.home = self.dir / "qzhome"
        self.work = self.home / "qzbelow"
        self.work.mkdir(parents=True)

    def environment(self, **more):
        private = {"USER": USER, "LOGNAME": USER, "HOSTNAME": HOST, "SECRET_VALUE": SECRET, "ORDINARY": VALUE}
        return super().environment(**private | more)

    def forbidden(self):
        texts = list(SENTINELS) + [str(self.home)]
        host, user = socket.gethostname(), pwd.getpwuid(os.getuid()).pw_name
        # A short name stands in many words: only one that cannot be chance is looked for.
        for name in (host, user):
            if len(name) > 3 and name not in ("root", "build", "user", "localhost", "runner"):
                texts.append(name)
        return texts

    def expect_clean(self, *folders):
        files = [p for folder in folders for p in (self.work / folder).rglob("*") if p.is_file()]
        self.assertGreater(len(files), 1)
        for file in files:
            content = file.read_bytes()
            for text in self.forbidden():
                at = content.find(text.encode())
                self.assertEqual(at, -1, f"{file.name} holds {text}: {content[max(0, at - 200):at + 100]!r}")
                self.assertNotIn(text, file.name)

    HEADLINE = """[[headline]]
name = "work"
unit = "us"
benchmark = "work/1"

[fingerprint]
flags = "-O2 -I%s/include"
compiler = ["sh", "-c", "echo compiler of $HOME for $USER"]
"""

    def whole_line(self, body, **suite):
        self.project(self.fake(LEAKING + body + DOCUMENT + "print(text)"), self.HEADLINE % self.home,
                     cwd=str(self.work), env={"WITH_SECRET": SECRET}, **suite)
        policy = self.write("thresholds.toml", "[performance_floors]\nwork_max_us = 0.5\n[promotion]\nmin_samples = 1\n")
        store = f"dir:{self.work}/store"
        common = ["--policy", policy, "--store", store]
        self.perfgate("run", "--out", self.work / "out-1", *common)
        self.perfgate("gate", "--out", self.work / "out-2", *common, "--config", self.work / "perfgate.toml")
        self.perfgate("check", "--run", self.work / "out-1/run.json", "--baseline", self.work / "out-2/run.json",
                      "--out", self.work / "out-3", *common)
        self.assertTrue((self.work / "out-1/run.json").exists())
        return common

    # AC:no-secrets
    def test_what_a_suite_says_that_fails(self):
        self.whole_line(FAILING)
        self.expect_clean("out-1", "out-2", "out-3", "store")
        # The trouble itself is told, without what is private.
        self.assertIn("cannot open ~/", self.read("out-1/run.json"))

    # AC:no-secrets
    def test_names_of_benchmarks_and_counters(self):
        self.whole_line(NAMED)
        self.expect_clean("out-1", "out-2", "out-3", "store")
        names = [b["name"] for b in self.json("out-1/run.json")["benchmarks"]]
        self.assertIn("work/1", names)
        for name in ("parse/~", "parse/<user>", "parse/<host>", "parse/<env:SECRET_VALUE>"):
            self.assertIn(name, names)

    # AC:no-secrets
    def test_a_suite_that_crashes_or_cannot_be_read(self):
        for number, body in enumerate(("print(*texts, 'no json')\nsys.exit()", "print(*texts)\nsys.exit(3)",
                                       "print(home + '/qzbelow', file=sys.stderr)\nos.abort()")):
            self.project(self.fake(LEAKING + body))
            ended = self.perfgate("run", "--out", self.work / "out", "--store", f"dir:{self.work}/store")
            self.expect(ended, 3)
            self.expect_clean("out", "store")

    # AC:no-secrets
    def test_a_failing_setup_and_a_missing_program(self):
        program = self.fake("print(report(row()))")
        setup = self.fake(LEAKING + "print(*texts)\nsys.exit(1)", "setup.py")
        self.project(program, setup=[str(setup)])
        self.perfgate("run", "--out", self.work / "out", "--store", f"dir:{self.work}/store")
        self.project(program, setup=["rm", str(program)])
        self.perfgate("run", "--out", self.work / "out-2", "--store", f"dir:{self.work}/store")
        self.expect_clean("out", "out-2", "store")

    # AC:no-secrets
    def test_results_in_files_and_import(self):
        self.write("inner/placeholder", "")
        self.fake(LEAKING + NAMED + FAILING + DOCUMENT + f"""
os.makedirs("results/qzsecret0123456789", exist_ok=True)
open("results/qzsecret0123456789/" + user + ".json", "w").write(text)
open("results/" + real + ".json", "w").write("broken")""")
        self.project(self.work / "harness.py", results="results")
        self.perfgate("run", "--out", self.work / "out", "--store", f"dir:{self.work}/store")
        for path in ("results/qzsecret0123456789", f"results/qzsecret0123456789/{USER}.json", "results"):
            out = "out-import" + str(len(path))
            ended = self.perfgate("import", self.work / path, "--harness", "google-benchmark", "--here", "--out",
                                  self.work / out)
            self.assertTrue((self.work / out / "run.json").exists(), str(ended))
        self.expect_clean("out", "store", *(p.name for p in self.work.glob("out-import*")))

    # AC:no-secrets
    def test_a_promotion_and_what_is_typed(self):
        self.project(self.fake("print(report(row()))"), 'policy = "thresholds.toml"')
        path = self.work / "perfgate.toml"
        path.write_text('policy = "thresholds.toml"\n' + path.read_text().replace('policy = "thresholds.toml"', ""))
        self.write("thresholds.toml", "[promotion]\nmin_samples = 1\nbranches = [\"*\"]\n")
        self.git("init", "-q", "-b", "main")
        (self.work / ".git/info/exclude").write_text("*\n")
        self.git("commit", "-q", "--allow-empty", "-m", "x")
        store = ["--store", f"dir:{self.work}/store"]
        self.expect(self.perfgate("run", "--out", self.work / "out", *store), 0)
        self.expect(self.perfgate("baseline", "promote", "--run", self.work / "out/run.json", "--tests-passed",
                                  "--why", f"as {self.home}/notes says", *store), 0)
        self.expect(self.perfgate("gate", "--out", self.work / "out-2", "--baseline", self.work / "out/run.json",
                                  *store), 0)
        self.expect_clean("out", "out-2", "store")


if __name__ == "__main__":
    support.main()
