"""The GitHub client while the network fails: every fault of the fake GitHub, at every request of a publication.

What is published is a comment and a check run (github_driver.cpp). Whatever goes wrong: never a second comment, never a
success that is none, never beyond the budget, never a token where it does not belong. Each rule that the client keeps is
broken once on purpose, to show that these tests would notice. PERFGATE_FULL=1 runs all cases, else a sample.
"""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from fake_github import BOT, KINDS, FakeGitHub, Fault  # noqa: E402

from support import FULL, main  # noqa: E402

DRIVER = os.environ["PERFGATE_GITHUB_DRIVER"]
MARKER = "<!-- driver -->"
BODY = "a body"
BUDGET = 120_000  # ms
MEMORY = 64 << 10  # KiB

PASSES = {  # what is over when it is asked again
    "reset", "close", "reset-in-head", "close-in-head", "reset-in-body", "close-in-body", "long-length", "short-length",
    "cut-chunk", "no-last-chunk", "bad-chunk", "stall", "stall-in-head", "stall-in-body", "drip", "no-http", "http-0.9",
    "status-nonsense", "head-nul", "500", "502-html", "503", "503-retry-after", "504", "408", "200-html", "200-empty",
    "200-bad-json", "200-two-values", "200-twice-a-key", "200-deep-json", "200-not-utf8", "200-wrong-shape", "200-null",
    "204", "broken-gzip", "many-zips", "403-limit", "403-secondary", "403-retry-after", "429", "429-retry-after",
    "429-limit", "many-100s", "length-twice"}
PERMISSION = {"401", "401-echo", "403-permission", "403-sso", "403-other"}
ENDS = {"409": "conflict", "410": "gone", "422": "invalid", "400": "invalid", "304": "untrusted", "520": "transient",
        "gzip-bomb": "untrusted", "big-body": "untrusted", "endless-headers": "untrusted",
        "redirect-loop": "untrusted", "redirect-far": "untrusted", "redirect-http": "untrusted",
        "redirect-file": "untrusted", "redirect-user": "untrusted", "redirect-nowhere": "untrusted",
        "redirect-nonsense": "untrusted"}
# Whether the server did it is not known then: it is looked up, and found where it did.
UNKNOWN = {"520", "gzip-bomb", "big-body", "endless-headers", "redirect-loop", "redirect-far", "redirect-http",
           "redirect-file", "redirect-user", "redirect-nonsense"}
LINKS = {"link-far", "link-loop", "link-user", "link-nonsense"}
WAITS = {"503-retry-after": 7, "403-retry-after": 8, "429-retry-after": 9, "403-limit": 10, "429-limit": 11,
         "403-secondary": 60, "429": 60}  # seconds; the first five as the fault's value
SLOW = {"stall", "stall-in-head", "stall-in-body", "drip"}
VALUES = {kind: seconds for kind, seconds in WAITS.items() if kind not in ("403-secondary", "429")}

# The requests of a publication: name, method, and whether it is of the comment. Without a comment of ours, and with one
# on the second page.
NEW = [("list", "GET", True), ("create", "POST", True), ("list again", "GET", True),
       ("check", "POST", False), ("complete", "PATCH", False)]
OLD = [("list", "GET", True), ("page 2", "GET", True), ("update", "PATCH", True),
       ("check", "POST", False), ("complete", "PATCH", False)]


class Case:
    def __init__(self, kind, old, request, stage, times=1):
        self.kind, self.old, self.request, self.stage, self.times = kind, old, request, stage, times
        self.name, self.method, self.of_comment = (OLD if old else NEW)[request - 1]

    def __str__(self):
        return (f"{self.kind} {self.stage} {self.name} ({'old' if self.old else 'new'} comment, "
                f"{'once' if self.times == 1 else 'always'})")

    def expected(self):
        """The words that the driver may answer for what the fault hit; None: any."""
        done = {"created", "updated"} if self.of_comment else {"completed"}
        kind, write = self.kind, self.method != "GET"
        if kind in PASSES:
            return done if self.times == 1 else None
        if kind in PERMISSION:
            return {"permission"}
        if kind == "404":
            return {"permission"} if write else {"not-found"}
        if kind in LINKS:
            # Nobody looks for a Link in the answer to a write, but `[]` is no answer to one.
            return {"untrusted"} if not write else done if self.times == 1 else None
        word = {ENDS[kind]}
        return word | done if kind in UNKNOWN and self.method == "POST" else word


def all_cases():
    for kind in sorted(KINDS):
        for old in (False, True):
            for request, (_, method, _) in enumerate(OLD if old else NEW, 1):
                for stage in ("before", "after") if method != "GET" else ("after",):
                    yield Case(kind, old, request, stage)
        for request, stage in ((1, "after"), (2, "before"), (2, "after")):
            yield Case(kind, False, request, stage, times=1000)


class Result:
    def __init__(self, github, token, stdout, stderr, code):
        self.github, self.token, self.stdout, self.stderr, self.code = github, token, stdout, stderr, code
        try:
            self.said = json.loads(stdout)
        except ValueError:
            self.said = None


def run(url, token, options, environment=None):
    """(stdout, stderr, exit code)."""
    arguments = [DRIVER, url, f"body={BODY}"] + [f"{key}={value}" for key, value in options.items()]
    ended = subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
                           env={"PERFGATE_GITHUB_TOKEN": token, "PATH": os.environ["PATH"]} | (environment or {}))
    return ended.stdout, ended.stderr, ended.returncode


def publish(case=None, old=False, **options):
    github = FakeGitHub()
    try:
        token = github.token()
        github.add_pull(number=7, head_sha="1" * 40)
        if case:
            old = case.old
            github.plan(Fault(case.kind, request=case.request, stage=case.stage, times=case.times,
                              value=VALUES.get(case.kind)))
        for i in range(120 if old else 3):
            github.repository.add_comment(7, f"{'x ' * (i % 3)}comment {i}", "someone")
        github.repository.add_comment(7, f"{MARKER}\npasted by someone", "someone")
        if old:
            github.repository.add_comment(7, f"{MARKER}\nold", BOT)
        slow = case and case.kind in SLOW
        settings = {"clock": "fast", "request": 1000 if slow else 15000} | options
        return Result(github, token, *run(github.url, token, settings))
    finally:
        github.stop()


def troubles(case, result):
    """In what a publication broke a promise."""
    found, said, github = [], result.said, result.github
    if said is None or result.code != 0:
        return [f"it ended with {result.code} and said {result.stdout!r} {result.stderr!r}"]
    ours = [one for one in github.comments(7) if one["login"] == BOT and one["body"].startswith(MARKER)]
    right = [one for one in ours if one["body"].endswith(BODY)]
    checks = list(github.repository.checks.values())
    if len(ours) > 1:
        found.append(f"{len(ours)} comments")
    if said["comment"] in ("created", "updated") and len(right) != 1:
        found.append(f"it says {said['comment']}, and that is not there")
    if len(checks) > 1:
        found.append(f"{len(checks)} check runs")
    if said["check"] == "completed" and not any(one.get("conclusion") == "success" for one in checks):
        found.append("it says completed, and that is not there")
    if any(one["body"] != f"{MARKER}\npasted by someone" for one in github.comments(7)
           if one["login"] != BOT and one["body"].startswith(MARKER)):
        found.append("a foreign comment was changed")
    if said["elapsed"] > BUDGET + 5000:
        found.append(f"it took {said['elapsed']} ms")
    if said["requests"] > 24 or said["calls"] > 8:
        found.append(f"{said['requests']} requests, {said['calls']} calls")
    if said["memory"] > MEMORY:
        found.append(f"{said['memory']} KiB of memory")
    if result.token in result.stdout + result.stderr:
        found.append("it shows the token")
    if github.elsewhere.requests:
        found.append(f"it spoke to another server: {github.elsewhere.requests}")
    found += github.violations + github.own_faults
    if case is None:
        return found
    word = said["comment" if case.of_comment else "check"]
    if case.expected() is not None and word not in case.expected():
        found.append(f"it says {word} instead of {case.expected()}")
    hit = sum(1 for one in github.requests if one.fault)
    if hit == 0:
        found.append("the fault never came")
    asked = [(one.method, one.path) for one in github.requests if one.fault]
    if case.kind in PERMISSION and len(asked) != len(set(asked)):
        found.append(f"it asked {hit} times, where no permission was given")
    if case.kind in WAITS and case.times == 1 and said["waited"] < WAITS[case.kind] * 1000 - 1000:
        found.append(f"it waited {said['waited']} ms")  # the clocks are whole seconds
    return found


def examine(cases, **options):
    """What is wrong in which case. Several at once: most of the time is spent waiting."""
    def one(case):
        wrong = troubles(case, publish(case, **options))
        return [f"{case}: {text}" for text in wrong]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return [text for texts in pool.map(one, cases) for text in texts]


class Faults(unittest.TestCase):
    maxDiff = None

    # AC:github-calls
    def test_nothing_goes_wrong(self):
        for old in (False, True):
            result = publish(old=old)
            self.assertEqual(troubles(None, result), [])
            self.assertEqual(result.said["comment"], "updated" if old else "created")
            self.assertEqual(result.said["check"], "completed")
            self.assertLessEqual(result.said["calls"], 8)
            self.assertEqual(result.said["log"], [])

    # AC:github-faults
    def test_every_fault_at_every_request(self):
        cases = list(all_cases())
        self.assertGreaterEqual(len(cases), 600)
        if not FULL:
            cases = [case for i, case in enumerate(cases) if i % 17 == 0]
        began = time.monotonic()
        wrong = examine(cases)
        print(f"{len(cases)} cases in {time.monotonic() - began:.0f} s", file=sys.stderr)
        self.assertEqual(wrong, [])

    # AC:github-broken-clients
    def test_a_client_that_breaks_a_rule_is_noticed(self):
        broken = {
            "blind-post": [Case("reset", False, 2, "after"), Case("502-html", False, 2, "after"),
                           Case("reset", False, 4, "after")],
            "follow-links": [Case("link-far", False, 1, "after")],
            "endless-pages": [Case("link-loop", False, 1, "after", times=1000)],
            "ignore-limits": [Case("403-retry-after", False, 1, "after"), Case("429-limit", False, 2, "before")],
            "retry-permission": [Case("401", False, 1, "after", times=1000),
                                 Case("403-permission", False, 2, "before", times=1000)],
            "accept-truncated": [Case("long-length", True, 2, "after"), Case("cut-chunk", False, 2, "before")],
            "accept-html": [Case("200-html", True, 2, "after"), Case("200-html", False, 2, "before")],
            "leak-authorization": [Case("redirect-far", False, 1, "after")],
            "believe-anyone": [Case("redirect-far", True, 1, "after")],
            "unscrubbed": [Case("401-echo", False, 1, "after")],
            "unlimited-body": [Case("gzip-bomb", False, 1, "after")],
        }
        for rule, cases in broken.items():
            for case in cases:
                with self.subTest(rule=rule, case=str(case)):
                    self.assertEqual(troubles(case, publish(case)), [], "the client that keeps the rules")
                    self.assertNotEqual(troubles(case, publish(case, **{"break": rule})), [])

    # AC:github-budget
    def test_a_client_without_a_limit_of_time_is_noticed(self):
        for rule, late in (("", False), ("patient", True)):
            github = FakeGitHub()
            token = github.token()
            github.add_pull(number=7, head_sha="1" * 40)
            github.plan(Fault("stall", request=1, times=1000, value=9))
            out, _, _ = run(github.url, token, {"budget": 2000, "request": 1000, "break": rule})
            github.stop()
            self.assertEqual(json.loads(out)["elapsed"] > 7000, late, out)


class Manners(unittest.TestCase):
    # AC:github-writes-apart
    def test_a_second_lies_between_two_writes(self):
        result = publish(clock="real")
        self.assertEqual(troubles(None, result), [])
        writes = [one.at for one in result.github.requests if one.method != "GET"]
        self.assertEqual(len(writes), 3)
        for first, second in zip(writes, writes[1:]):
            self.assertGreaterEqual(second - first, 0.99)

    # AC:github-token-hidden
    def test_the_token_is_in_no_argument_environment_or_core(self):
        github = FakeGitHub(delay=0.5)
        token = github.token()
        github.add_pull(number=7, head_sha="1" * 40)
        process = subprocess.Popen([DRIVER, github.url, "body=x"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   env={"PERFGATE_GITHUB_TOKEN": token, "SENTINEL": "is seen"})
        until = time.monotonic() + 30
        while not github.requests and time.monotonic() < until:
            time.sleep(0.01)
        place = pathlib.Path(f"/proc/{process.pid}")
        environment, limits = (place / "environ").read_bytes(), (place / "limits").read_text()
        arguments = (place / "cmdline").read_bytes()
        out, _ = process.communicate(timeout=60)
        github.stop()
        self.assertIn(b"is seen", environment)
        for text in (environment, arguments, out):
            self.assertNotIn(token.encode(), text)
        self.assertRegex(limits, r"Max core file size +0 ")
        self.assertIn(b'"comment":"created"', out)

    # AC:github-wrong-token
    def test_a_token_that_may_not_is_told_once_with_the_line_that_is_missing(self):
        for permissions, word, line in (({}, "permission", "permissions: pull-requests: write"),
                                        ({"pull-requests": "write"}, "created", "permissions: checks: write")):
            github = FakeGitHub()
            token = github.token(permissions)
            github.add_pull(number=7, head_sha="1" * 40)
            out, _, _ = run(github.url, token, {"clock": "fast"})
            github.stop()
            said = json.loads(out)
            self.assertEqual((said["comment"], said["check"]), (word, "permission"))
            self.assertTrue(any("CBKB004" in text and line in text for text in said["said"]), said)
            self.assertLessEqual(len(github.requests), 5)
        github = FakeGitHub()
        out, _, _ = run(github.url, "ghs_unknown_to_github_1234567890", {"clock": "fast"})
        github.stop()
        self.assertEqual(json.loads(out)["comment"], "permission")
        self.assertEqual(len(github.requests), 2)

    # AC:github-unreachable
    def test_a_github_that_is_not_there_is_tried_five_times(self):
        for url in ("https://127.0.0.1:1", "https://github.invalid"):
            began = time.monotonic()
            out, _, code = run(url, "t" * 40, {"clock": "fast", "request": 2000})
            said = json.loads(out)
            self.assertEqual((code, said["comment"], said["check"]), (0, "transient", "transient"), out)
            self.assertIn("CBKB117", said["said"][0])
            self.assertLessEqual(said["requests"], 10)
            self.assertLess(time.monotonic() - began, 60)

    # AC:github-address
    def test_an_address_that_is_no_githubs_is_refused(self):
        for url in ("http://example.com", "ftp://127.0.0.1/", "https://user:secret@example.com", "nonsense", "",
                    "https://example.com/?a=b", "http://127.0.0.1.example.com"):
            out, err, code = run(url, "t" * 40, {})
            self.assertEqual((code, out), (2, ""), url)
            self.assertIn("CBKB102: ", err)
            self.assertIn("GITHUB_API_URL", err)
            self.assertNotIn("secret", err)

    def test_an_enterprise_server_has_a_path_of_its_own(self):
        github = FakeGitHub(prefix="/api/v3")
        token = github.token()
        github.add_pull(number=7, head_sha="1" * 40)
        out, _, _ = run(github.url, token, {"clock": "fast"})
        github.stop()
        self.assertEqual(json.loads(out)["comment"], "created")
        self.assertEqual(github.violations + github.own_faults, [])


if __name__ == "__main__":
    main()
