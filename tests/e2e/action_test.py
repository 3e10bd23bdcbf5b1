"""action.yml, executed as the runner does (support/mini_runner), with the real binary and a release served on loopback."""

import functools
import hashlib
import http.server
import os
import pathlib
import shutil
import sys
import tarfile
import threading
import time

import support

sys.path.insert(0, str(support.SOURCE / "tests/support"))

from mini_runner import Runner, yaml  # noqa: E402

ARCH = {"x86_64": "x64", "aarch64": "arm64"}[os.uname().machine]
VERSION = "9.8.7"
FILE = f"perfgate-{VERSION}-linux-{ARCH}.tar.gz"
TOKEN = "ghs_" + "s3ntinel" * 4


class Served:
    """A folder on loopback, and what was asked of it."""

    def __init__(self, folder):
        self.asked, outer = [], self

        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                outer.asked.append(self.path)
                if self.path.startswith("/away/"):
                    self.send_response(302)
                    self.send_header("Location", "file:///etc/hostname")
                    self.end_headers()
                    return
                super().do_GET()

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      functools.partial(Handler, directory=str(folder)))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class ActionCase(support.Case):
    def setUp(self):
        super().setUp()
        self.action = self.dir / "action"
        (self.action / ".github").mkdir(parents=True)
        for name in ("action.yml", ".github/action.sh", ".github/release-sha256.txt"):
            shutil.copy(support.SOURCE / name, self.action / name)
        self.runner = None

    def run_action(self, given, event=None, github=None, scale=1.0, env=None, cancel_when=None, **options):
        self.runner = Runner(self.work, self.environment(), github={"token": TOKEN} | (github or {}), event=event,
                             scale=scale, **options)
        if getattr(self, "tool_cache", None):
            shutil.rmtree(self.runner.temp / "_tool")
            (self.runner.temp / "_tool").symlink_to(self.tool_cache)
        self.addCleanup(shutil.rmtree, self.runner.temp, ignore_errors=True)
        if cancel_when:
            def cancel():
                until = time.monotonic() + 60
                while not cancel_when() and time.monotonic() < until:
                    time.sleep(0.02)
                self.runner.cancel.set()
            threading.Thread(target=cancel, daemon=True).start()
        return self.runner.run(self.action, given, env)

    def dump(self):
        """A program in perfgate's place that writes down how it was called."""
        return str(self.write("dump.py", f"#!{sys.executable}\nimport json, os, sys\n"
                              "if sys.argv[1:] == ['--version']: sys.exit()\n"
                              "json.dump({'argv': sys.argv[1:], 'env': dict(os.environ), 'cwd': os.getcwd()},\n"
                              "          open(os.environ['HOME'] + '/called.json', 'a'))\n", 0o755))

    def called(self):
        import json
        path = self.home / "called.json"
        text, calls, at = path.read_text(), [], 0
        path.unlink()
        while at < len(text):
            value, at = json.JSONDecoder().raw_decode(text, at)
            calls.append(value)
        return calls

    def ended(self, ended, result, *phrases):
        self.assertEqual(ended.result, result, ended.log)
        for phrase in phrases:
            self.assertIn(phrase, ended.log + "\n".join(a["message"] for a in ended.annotations))


class Release(ActionCase):
    def setUp(self):
        super().setUp()
        self.tool_cache = self.dir / "tool-cache"
        self.tool_cache.mkdir()
        folder = self.dir / f"www/v{VERSION}"
        folder.mkdir(parents=True)
        self.file = folder / FILE
        with tarfile.open(self.file, "w:gz", compresslevel=1) as tar:
            tar.add(support.BINARY, arcname=f"{FILE[:-7]}/bin/perfgate")
        self.names(hashlib.sha256(self.file.read_bytes()).hexdigest())
        self.served = Served(self.dir / "www")
        self.addCleanup(self.served.stop)
        self.given = {"mode": "run", "arguments": "--help", "release-url": self.served.url}

    def names(self, *sums):
        self.table = "".join(f"{value}  {FILE}\n" for value in sums)
        (self.action / ".github/release-sha256.txt").write_text("# a comment\n" + self.table)

    # AC:action-download
    def test_the_release_is_downloaded_checked_kept_and_checked_again(self):
        first = self.run_action(self.given)
        self.ended(first, "success", "Usage: perfgate run")
        self.assertEqual(self.served.asked, [f"/v{VERSION}/{FILE}"])
        second = self.run_action(self.given)
        self.ended(second, "success", "Usage: perfgate run", "from the runner's tool cache, checked")
        self.assertEqual(len(self.served.asked), 1)

        # Whoever changes what lies in the cache changes nothing but the time it takes.
        cached = self.tool_cache / f"perfgate/{VERSION}/linux-{ARCH}/{FILE}"
        cached.write_bytes(cached.read_bytes()[:-1] + b"x")
        third = self.run_action(self.given)
        self.ended(third, "success", "Usage: perfgate run", "not what was released")
        self.assertEqual(len(self.served.asked), 2)
        self.assertEqual(cached.read_bytes(), self.file.read_bytes())

    # AC:action-fails-closed
    def test_what_is_not_the_release_is_never_run(self):
        self.file.write_bytes(self.file.read_bytes() + b"\n")
        ended = self.run_action(self.given)
        self.ended(ended, "failure", "is not the perfgate that this action was released with", "It is not run.")
        self.assertNotIn("Usage:", ended.log)
        self.assertEqual(ended.outputs["exit-code"], "9")
        self.assertEqual(ended.outputs["verdict"], "not-measured")
        self.assertEqual(list(self.tool_cache.rglob("*.tar.gz")), [])

    # AC:action-fails-closed
    def test_without_a_checksum_nothing_is_downloaded(self):
        shutil.copy(support.SOURCE / ".github/release-sha256.txt", self.action / ".github/release-sha256.txt")
        text = (self.action / ".github/release-sha256.txt").read_text()
        if not [line for line in text.split("\n") if line and not line.startswith("#")]:  # until there is a release
            ended = self.run_action(self.given)
            self.ended(ended, "failure", "knows no release of perfgate", "`binary: PATH`", "`build-from-source: true`")
            self.assertEqual((ended.codes[0], self.served.asked), (2, []))
        self.names("0" * 64, "1" * 64)
        self.ended(self.run_action(self.given), "failure", "names several releases")
        for broken in ("latest", "0" * 63, "Z" * 64):
            self.names(broken)
            self.ended(self.run_action(self.given), "failure", "knows no release of perfgate")
        self.assertEqual(self.served.asked, [])

    # AC:action-fails-closed
    def test_only_https_and_only_there(self):
        for url, why in (("http://example.invalid", "must begin with https://"), ("ftp://x", "must begin with https://"),
                         ("file:///tmp", "must begin with https://"), (f"{self.served.url}/away", "could not be downloaded"),
                         (f"{self.served.url}/none", "could not be downloaded")):
            ended = self.run_action(self.given | {"release-url": url})
            self.ended(ended, "failure", why)
        ended = self.run_action({"mode": "run", "arguments": "--help"})
        self.ended(ended, "failure", "give `release-url`")


    # AC:action-cannot-start
    def test_a_binary_that_cannot_start_here_says_so_with_the_ways_out(self):
        elf = bytearray(pathlib.Path(support.BINARY).read_bytes())
        machine = bytes(elf[18:20])
        elf[18:20] = b"\x08\x00"  # of another processor
        newer = "libc.so.6: version `GLIBC_2.99' not found (required by perfgate)"
        broken = {
            "another processor": (bytes(elf), "xec format error"),
            "an older C library": (f"#!/bin/sh\necho \"{newer}\" >&2\nexit 1\n".encode().replace(b"`", b"\\`"), "GLIBC_2.99' not found"),
            "another loader": (b"#!/no/such/loader\n", "file"),
            "nothing to say": (b"#!/bin/sh\nexit 127\n", "it says nothing")}
        self.assertNotEqual(machine, b"\x08\x00")
        for what, (content, reason) in broken.items():
            with self.subTest(what=what):
                binary = str(self.write("broken", content, 0o755))
                for mode in ("gate", "publish", "audit"):
                    ended = self.run_action({"mode": mode, "binary": binary})
                    self.ended(ended, "failure", "perfgate cannot be started on this machine", reason, "glibc 2.36",
                               "`build-from-source: true`", "`binary: PATH`")
                    self.assertEqual((ended.codes[0], ended.outputs["exit-code"]), (9, "9"))
        # The same for what a release holds.
        with tarfile.open(self.file, "w:gz") as tar:
            tar.add(str(self.write("broken", broken["an older C library"][0], 0o755)), arcname=f"{FILE[:-7]}/bin/perfgate")
        self.names(hashlib.sha256(self.file.read_bytes()).hexdigest())
        ended = self.run_action(self.given)
        self.ended(ended, "failure", "cannot be started", "GLIBC_2.99")
        self.assertEqual(ended.codes[0], 9)


class Inputs(ActionCase):
    def test_inputs_and_outputs_are_documented_and_typed(self):
        action = yaml.load((support.SOURCE / "action.yml").read_text())
        types = yaml.load((support.SOURCE / "action-types.yml").read_text())
        self.assertEqual(set(action["inputs"]), set(types["inputs"]))
        self.assertEqual(set(action["outputs"]), set(types["outputs"]))
        for row in [*action["inputs"].values(), *action["outputs"].values()]:
            self.assertGreater(len(row["description"]), 10)
        self.assertLessEqual({"verdict", "exit-code", "report-path", "summary-path", "comment-url", "comment-status",
                              "baseline-sha", "failures", "warnings"}, set(action["outputs"]))

    # AC:action-marketplace
    def test_the_marketplace_would_take_it(self):
        action = yaml.load((support.SOURCE / "action.yml").read_text())
        self.assertNotEqual(action["name"].lower(), "perfgate")  # another action has that name
        self.assertLessEqual(len(action["name"]), 64)
        self.assertLessEqual(len(action["description"].strip()), 125)
        self.assertIn(action["branding"]["color"], ("white", "black", "yellow", "blue", "green", "orange", "red", "purple",
                                                    "gray-dark"))
        self.assertRegex(action["branding"]["icon"], r"^[a-z][a-z-]+$")
        self.assertTrue((support.SOURCE / "README.md").exists() and (support.SOURCE / "LICENSE").exists())

    # AC:action-environment-only
    def test_no_expression_stands_in_a_script_and_each_ends_in_exec(self):
        for step in yaml.load((support.SOURCE / "action.yml").read_text())["runs"]["steps"]:
            self.assertNotIn("${{", step["run"])
            self.assertEqual(step["run"].split()[0], "exec")
        script = (support.SOURCE / ".github/action.sh").read_text()
        self.assertNotIn("${{", script)
        self.assertNotIn("eval ", script)
        self.assertTrue(script.rstrip().split("\n")[-1].startswith("exec "))

    # AC:action-environment-only
    def test_hostile_inputs_are_arguments_and_nothing_else(self):
        evil = "$(touch pwned)`touch pwned`;touch pwned\n--x y\n\"'\\ *"
        ended = self.run_action({"mode": "gate", "binary": self.dump(), "arguments": evil, "config": "$(touch pwned)",
                                 "store": "a b", "out": "-o; touch pwned", "repetitions": "$IFS"})
        self.ended(ended, "success")
        self.assertEqual(self.called()[0]["argv"],
                         ["gate", "--out", "-o; touch pwned", "--repetitions", "$IFS", "--fail-on", "fail", "--config",
                          "$(touch pwned)", "--store", "a b", "$(touch pwned)`touch pwned`;touch pwned", "--x y", "\"'\\ *"])
        self.assertFalse((self.work / "pwned").exists())
        for given in ({"mode": "$(touch pwned)"}, {"working-directory": "$(touch pwned)"}, {"binary": "`touch pwned`"},
                      {"build-from-source": "$(touch pwned)"}):
            ended = self.run_action({"mode": "gate"} | given)
            self.ended(ended, "failure")
            self.assertEqual(ended.codes[0], 2)
            self.assertEqual((ended.outputs["exit-code"], ended.outputs["verdict"]), ("2", "not-measured"))
        self.assertFalse((self.work / "pwned").exists())

    # AC:action-token
    def test_measuring_modes_see_no_token_and_no_mode_has_it_in_its_arguments(self):
        bundle = self.write("bundle/run.json", "{}").parent
        for mode in ("gate", "ab", "run", "join", "promote", "audit", "publish"):
            ended = self.run_action({"mode": mode, "binary": self.dump(), "base": "x", "bundle": str(bundle),
                                     "shards": "1=x", "store": "git:origin#d"})
            self.ended(ended, "success")
            for call in self.called():
                self.assertNotIn(TOKEN, " ".join(call["argv"]))
                holders = [name for name, value in call["env"].items() if TOKEN in value]
                self.assertEqual(holders, ["PERFGATE_GITHUB_TOKEN"] if mode == "publish" else [], mode)
                if call["argv"][0] == {"gate": "gate", "ab": "ab", "audit": "audit", "publish": "publish"}.get(mode):
                    self.assertEqual([name for name in call["env"] if name.startswith("PG_")], [])
            self.assertNotIn(TOKEN, ended.log)

    # AC:action-modes
    def test_each_mode_is_its_command(self):
        bundle = self.write("bundle/run.json", "{}").parent
        again = self.write("again/run.json", "{}").parent  # what a gate measured again by turns
        for side in ("base", "head"):
            self.write(f"again/{side}/run.json", "{}")
        common = {"binary": self.dump(), "config": "c.toml", "store": "dir:s"}
        for given, expected in (
                ({"mode": "ab", "base": "main", "budget": "5m"},
                 ["ab --out perfgate-out --budget 5m --fail-on fail --config c.toml --store dir:s -- main HEAD"]),
                ({"mode": "run", "repetitions": "3"},
                 ["run --no-store --out perfgate-out --repetitions 3 --config c.toml --store dir:s"]),
                ({"mode": "join", "shards": "1=a\n\n2=b\n"},
                 ["import --shard 1=a --shard 2=b --config c.toml --out perfgate-out",
                  "check --run perfgate-out/run.json --out perfgate-out --fail-on fail --config c.toml --store dir:s"]),
                ({"mode": "promote", "bundle": str(bundle), "tests-passed": "true"},
                 [f"history add {bundle}/run.json --config c.toml --store dir:s",
                  f"check --run {bundle}/run.json --config c.toml --store dir:s",
                  f"baseline promote --run {bundle}/run.json --tests-passed --config c.toml --store dir:s"]),
                ({"mode": "promote", "bundle": str(again), "tests-passed": "true"},
                 [f"history add {again}/head/run.json --config c.toml --store dir:s",
                  f"check --run {again}/head/run.json --baseline {again}/base/run.json --config c.toml --store dir:s",
                  f"baseline promote --run {again}/head/run.json --base {again}/base/run.json --tests-passed "
                  "--config c.toml --store dir:s"]),
                ({"mode": "publish", "bundle": "a\nb", "comment": "on-change", "require-publication": "true"},
                 ["publish --bundle a --bundle b --comment on-change --require --config c.toml --store dir:s"]),
                ({"mode": "audit", "out": "o"},
                 ["audit generate --missing --out o --project c.toml --store dir:s"])):
            self.ended(self.run_action(common | given), "success")
            self.assertEqual([" ".join(call["argv"]) for call in self.called()], expected)

    # AC:action-base
    def test_ab_takes_the_commit_where_the_change_began(self):
        self.write("a", "1")
        self.repository()
        base = self.head()
        self.write("a", "2")
        self.git("commit", "-qam", "main went on")
        tip = self.head()
        self.git("checkout", "-q", "-b", "change", base)
        self.write("b", "1")
        self.git("add", "b")
        self.git("commit", "-qm", "change")
        given = {"mode": "ab", "binary": self.dump()}
        for event in ({"pull_request": {"base": {"sha": tip}}}, {"merge_group": {"base_sha": tip}}, {"before": tip}):
            self.ended(self.run_action(given, event=event), "success")
            self.assertEqual(self.called()[0]["argv"][-3:], ["--", base, "HEAD"])
        for event, why in (({}, "names no base commit"), ({"before": "0" * 40}, "names no base commit"),
                           ({"before": "1" * 40}, "fetch-depth: 0")):
            self.ended(self.run_action(given, event=event), "failure", why)

    def head(self):
        import subprocess
        return subprocess.run(["git", "-C", str(self.work), "rev-parse", "HEAD"], capture_output=True, text=True,
                              check=True).stdout.strip()


class Measuring(ActionCase):
    # AC:action-gate
    def test_a_gate_gives_its_verdict_and_its_exit_code(self):
        self.project(self.fake("print(report(row('work/1'), row('work/2')))"), repetitions=5)
        ended = self.run_action({"mode": "gate", "binary": support.BINARY})
        self.ended(ended, "success", "Performance Report:")
        self.assertTrue((self.work / "perfgate-out/judgement.json").exists())
        self.project(self.fake("sys.exit(3)"))
        ended = self.run_action({"mode": "gate", "binary": support.BINARY})
        self.ended(ended, "failure", "CBKB110")
        self.assertEqual(ended.codes[0], 3)

    # AC:action-cancel
    def test_a_cancelled_job_leaves_nothing_within_five_seconds(self):
        self.project(self.fake("""
signal.signal(signal.SIGINT, signal.SIG_IGN)
open("state", "w").close()
time.sleep(600)"""))
        began = []

        def measuring():
            if (self.work / "state").exists():
                began.append(time.monotonic())
                return True
            return False

        ended = self.run_action({"mode": "gate", "binary": support.BINARY}, cancel_when=measuring)
        self.assertEqual((ended.result, ended.codes), ("cancelled", [130]), ended.log)
        self.assertLess(time.monotonic() - began[0], 5)
        self.expect_no_survivors()
        self.assertEqual(self.runner.finish(), 0)

    # AC:action-output-harmless
    def test_what_a_benchmark_prints_is_no_command(self):
        self.project(self.fake(r"""
print("::error::forged\n##[error]forged\n::set-output name=verdict::forged", file=sys.stderr, flush=True)
print(report(row("work/1"), row("::error::forged ##[add-mask]1")))
sys.exit(1)"""))
        ended = self.run_action({"mode": "gate", "binary": support.BINARY})
        self.assertEqual(ended.codes[0], 3)
        self.assertEqual([a["message"] for a in ended.annotations if a["message"].startswith("forged")], [])
        self.assertEqual((ended.commands.set_outputs, ended.leaked), ({}, []))


if __name__ == "__main__":
    support.main()
