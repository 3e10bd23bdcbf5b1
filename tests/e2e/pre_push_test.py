"""The pre-push hook, called by real `git push` to a bare repository beside it."""

import os
import signal
import subprocess
import time

import support

SLOW = """
import pathlib
slow = float(pathlib.Path("factor").read_text())
print(report(*[row(f"work/{i}", 1000.0 * slow) for i in range(1, 4)]))
"""


class PrePush(support.Case):
    def setUp(self):
        super().setUp()
        self.fake(SLOW)
        self.write("factor", "1.0")
        self.project("./harness.py", repetitions=5)
        self.write(".gitignore", ".perfgate/\nperfgate-out/\n")
        self.repository()
        self.remote = self.dir / "remote.git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(self.remote)], check=True)
        self.git("remote", "add", "origin", str(self.remote))
        self.git("push", "-q", "-u", "origin", "main")
        self.git("remote", "set-head", "origin", "main")

    def push(self, *arguments, **env):
        binaries = os.path.dirname(support.BINARY)
        settings = self.environment(GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null", **env)
        settings["PATH"] = binaries + ":" + settings["PATH"]
        until = time.monotonic() + 120
        while True:
            done = subprocess.run(["git", "-C", str(self.work), "push", *arguments], env=settings, timeout=120,
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True)
            if support.BUSY not in done.stderr or time.monotonic() > until:
                return done
            time.sleep(0.2)

    def install(self, budget="20s"):
        self.expect(self.perfgate("init", "--pre-push"), 0, "wrote .git/hooks/pre-push", "git push --no-verify")
        hook = self.work / ".git/hooks/pre-push"
        self.assertTrue(os.access(hook, os.X_OK))
        hook.write_text(hook.read_text().replace('pre-push "$@"', f'pre-push --budget {budget} "$@"'))

    def commit(self, factor, more=""):
        self.write("factor", factor)
        self.write("more", more)
        self.git("add", "-A")
        self.git("commit", "-qm", f"factor {factor}")

    def at_remote(self, branch="main"):
        return subprocess.run(["git", "-C", str(self.remote), "rev-parse", "--verify", "-q", branch],
                              capture_output=True, text=True).stdout.strip()

    # AC:pre-push
    def test_a_slow_commit_is_caught_and_an_unchanged_one_goes(self):
        self.install()
        self.commit("1.0", "no code")
        done = self.push()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("[PASS]", done.stdout + done.stderr)
        there = self.at_remote()

        self.commit("1.5")
        # The work tree says otherwise: it plays no part, and stays as it is.
        self.write("factor", "0.5")
        done = self.push()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("[FAIL]", done.stdout + done.stderr)
        self.assertIn("the work tree has changes, which are not pushed and not measured", done.stderr)
        self.assertIn("git push --no-verify", done.stderr)
        self.assertEqual((self.at_remote(), self.read("factor")), (there, "0.5"))
        self.assertEqual(self.push("--no-verify").returncode, 0)
        self.assertNotEqual(self.at_remote(), there)
        worktrees = subprocess.run(["git", "-C", str(self.work), "worktree", "list"], capture_output=True, text=True)
        self.assertEqual(len(worktrees.stdout.strip().split("\n")), 1)

    # AC:pre-push
    def test_a_new_branch_is_measured_from_where_it_began(self):
        self.install()
        self.git("checkout", "-q", "-b", "change")
        self.commit("1.5")
        done = self.push("origin", "change")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("[FAIL]", done.stdout + done.stderr)

    # AC:pre-push-nothing
    def test_what_cannot_be_measured_goes(self):
        self.git("push", "-q", "origin", "main:old")
        self.install()
        done = self.push("origin", "--delete", "old")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("nothing is pushed that could be measured", done.stderr)
        self.assertEqual(self.at_remote("old"), "")
        done = self.push("origin", "main:again")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("the files are those that the remote has", done.stderr)
        other = self.dir / "other.git"
        subprocess.run(["git", "init", "-q", "--bare", str(other)], check=True)
        done = self.push(str(other), "main")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("there is nothing to compare with", done.stderr)

    # AC:pre-push-interrupted
    def test_an_interrupt_ends_it_at_once(self):
        self.install()
        self.fake(SLOW + "\nimport time\nopen(os.environ['HOME'] + '/began', 'w').close()\ntime.sleep(60)")
        self.commit("1.0", "slow to run")
        binaries = os.path.dirname(support.BINARY)
        settings = self.environment(GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null")
        settings["PATH"] = binaries + ":" + settings["PATH"]
        process = subprocess.Popen(["git", "-C", str(self.work), "push"], env=settings, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
        until = time.monotonic() + 100
        while not (self.home / "began").exists() and time.monotonic() < until and process.poll() is None:
            time.sleep(0.02)
        began = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: to all in the foreground
        process.communicate(timeout=30)
        self.assertLess(time.monotonic() - began, 5)
        self.assertNotEqual(process.returncode, 0)
        self.expect_no_survivors()

    # AC:pre-push-hook
    def test_a_hook_that_is_there_stays_and_can_be_printed(self):
        hook = self.write(".git/hooks/pre-push", "#!/bin/sh\nexit 0\n", 0o755)
        self.expect(self.perfgate("init", "--pre-push"), 2, ".git/hooks/pre-push is there already", "--print")
        self.assertEqual(hook.read_text(), "#!/bin/sh\nexit 0\n")
        printed = self.perfgate("init", "--pre-push", "--print")
        self.expect(printed, 0)
        self.assertTrue(printed.out.startswith("#!/bin/sh\n"))
        self.assertTrue(printed.out.endswith('exec perfgate pre-push "$@"\n'))
        self.git("config", "core.hooksPath", "hooks")
        self.expect(self.perfgate("init", "--pre-push"), 0, "/hooks/pre-push")
        (self.work / "plain").mkdir()

    # AC:pre-push-input
    def test_what_is_not_from_git_is_refused(self):
        for text in ("x", "a b c d", "refs/heads/main " + "1" * 40 + " refs/heads/main", "a " + "g" * 40 + " b " + "0" * 40,
                     "a " + "0" * 40 + " b " + "0" * 40 + " more"):
            ended = self.perfgate("pre-push", "origin", "url", stdin=self.stdin(text))
            self.expect(ended, 2, "CBKB101", "not what git tells a pre-push hook")
        ended = self.perfgate("pre-push", stdin=self.stdin(""))
        self.expect(ended, 0, "nothing is pushed that could be measured")

    def stdin(self, text):
        stream = open(self.write("stdin", text), "rb")
        self.addCleanup(stream.close)
        return stream

    # AC:pre-push-pre-commit
    def test_what_pre_commit_says_is_read(self):
        self.commit("1.5")
        names = {"PRE_COMMIT_FROM_REF": self.at_remote(), "PRE_COMMIT_REMOTE_BRANCH": "refs/heads/main"}
        names["PRE_COMMIT_TO_REF"] = subprocess.run(["git", "-C", str(self.work), "rev-parse", "HEAD"],
                                                    capture_output=True, text=True).stdout.strip()
        ended = self.perfgate("pre-push", "--budget", "20s", env=names, timeout=120)
        self.expect(ended, 1, "[FAIL]", "slower")
        hooks = (support.SOURCE / ".pre-commit-hooks.yaml").read_text()
        self.assertIn("entry: perfgate pre-push", hooks)


if __name__ == "__main__":
    support.main()
