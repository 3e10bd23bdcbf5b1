"""`perfgate publish` on a fake GitHub: a bundle, and the comment, check, summary and outputs that come of it."""

import json
import os
import signal
import subprocess
import time

from publishing import BASE, EXAMPLES, HEAD, POLICY, Fault, Publishing, rendered, run
from support import BINARY, FULL, SOURCE, main


class Verdicts(Publishing):
    def setUp(self):
        super().setUp()
        self.serve()
        self.pull = self.github.add_pull(7, HEAD, base_sha=BASE)
        self.github.repository.files[(BASE, "thresholds.toml")] = POLICY.encode()

    # AC:publish-comment
    def test_pass_is_one_quiet_comment(self):
        self.history()
        self.bundle()
        ended = self.publish("--bundle", "out", "--store", "dir:history")
        self.expect(ended, 0, "comment: created")
        lines = self.comment().split("\n")
        self.assertRegex(lines[0], r"^<!-- perfgate:v1:[0-9a-f]{64} run=1 attempt=1 sha=1{40} -->$")
        self.assertRegex(lines[1], r"^\*\*`Performance Report: .* \[PASS\]`\*\*$")
        self.assertIn("3 unchanged", self.comment())
        self.assertIn("baseline of commit", self.comment())
        self.assertIn("history head", self.comment())
        check = self.check()
        self.assertEqual((check["status"], check["conclusion"], check["head_sha"]), ("completed", "success", HEAD))
        self.assertIn("[PASS]", check["output"]["title"])
        self.assertEqual(self.outputs(), self.outputs() | {
            "verdict": "pass", "exit-code": "0", "failures": "0", "warnings": "0", "comment-status": "created",
            "baseline-sha": BASE, "report-path": "perfgate-publish/judgement.json",
            "summary-path": "perfgate-publish/summary.md"})
        self.assertTrue(self.outputs()["comment-url"].startswith(self.github.html_url))
        self.assertIn("[PASS]", self.summary())
        self.assertNotIn("perfgate:v1", self.summary())
        self.expect_clean()

    # AC:publish-rows
    def test_fail_names_the_row_the_limit_and_what_to_do(self):
        self.history()
        self.bundle(names=[("sort", 1.3), ("search", 1.0), ("decode", 1.0)])
        ended = self.publish("--bundle", "out", "--store", "dir:history")
        self.expect(ended, 1)
        body = self.comment()
        row = next(line for line in body.split("\n") if "`suite/sort`" in line)
        for cell in ("FAIL", "5 % / 10 %", "30."):
            self.assertIn(cell, row)
        self.assertIn("**Next:** Reproduce it", body)
        self.assertIn(f"perfgate ab {BASE[:10]} {HEAD[:10]}", body)
        self.assertIn("1 failing, 2 unchanged", body)
        self.assertIn("::error title=perfgate FAIL%3A suite/sort::", ended.out)
        self.assertEqual(self.check()["conclusion"], "failure")
        self.assertEqual(self.outputs()["failures"], "1")
        self.expect_clean()

    # AC:publish-forged
    def test_a_forged_judgement_changes_nothing(self):
        self.history()
        self.bundle(factor=1.5)
        self.perfgate("check", "--run", "out/run.json", "--baseline", "out/run.json", "--out", "out")
        forged = self.json("out/judgement.json") | {"verdict": "pass", "exit_code": 0,
                                                    "summary": "Performance Report: all well [PASS]", "findings": []}
        self.put("out/judgement.json", forged)
        self.expect(self.publish("--bundle", "out", "--store", "dir:history"), 1)
        self.assertIn("[FAIL]`**", self.comment())
        self.assertIn("The bundle calls itself \\[PASS\\]", self.comment())
        self.assertNotIn("all well", self.comment())

    # AC:publish-base-policy
    def test_policy_and_template_are_the_base_branches(self):
        self.write("thresholds.toml", "[performance_floors]\nregression_threshold = 0.05\n")
        self.write("config/pr_template.md", "{{verdict}}\n\nOurs: {{results}}\n")
        self.repository()
        base = self.git_text("rev-parse", "HEAD")
        self.write("thresholds.toml", "[performance_floors]\nregression_threshold = 0.9\n")
        self.write("config/pr_template.md", "{{verdict}}\n\nForged\n")
        self.git("commit", "-qam", "weaken the gate")
        head = self.git_text("rev-parse", "HEAD")
        self.write("thresholds.toml", "[performance_floors]\nregression_threshold = 0.95\n")  # nor the work tree's
        self.github.add_pull(8, head, base_sha=base)
        self.history(sha=base)
        self.bundle(factor=1.3, sha=head)
        event = self.pull_event(8, head, base)
        self.expect(self.publish("--bundle", "out", "--store", "dir:history", event=event), 1)
        body = self.comment(8)
        self.assertIn("Ours: ", body)
        self.assertNotIn("Forged", body)
        self.assertIn("changes what it is judged by (thresholds.toml, config/pr\\_template.md)", body)
        self.assertFalse([one for one in self.github.requests if "contents" in one.path])

    # AC:publish-base-policy
    def test_without_a_clone_github_gives_the_policy_and_the_changed_files(self):
        self.pull["files"] += ["src/a.cpp", "thresholds.toml"]
        self.history()
        self.bundle(factor=1.3)
        self.expect(self.publish("--bundle", "out", "--store", "dir:history"), 1)
        self.assertIn("changes what it is judged by (thresholds.toml)", self.comment())

    # AC:publish-trusted-store
    def test_a_store_in_the_work_tree_is_not_trusted(self):
        self.history(store="dir:.perfgate")
        self.bundle()
        self.expect(self.publish("--bundle", "out"), 0)
        self.assertIn("No baseline was looked for", self.comment())

    # AC:publish-ab
    def test_both_sides_of_an_ab_are_judged_by_turns(self):
        self.pair(head=1.2)
        self.expect(self.publish("--bundle", "out"), 1)
        self.assertIn("by turns", self.comment())

    # AC:publish-switch
    def test_a_policy_may_switch_it_off(self):
        self.github.repository.files[(BASE, "thresholds.toml")] = b"[automation]\npr_comment_enabled = false\n"
        self.bundle(factor=2)
        self.expect(self.publish("--bundle", "out"), 0, "pr_comment_enabled = false")
        self.assertEqual(self.github.comments(7), [])


class Events(Publishing):
    """The payloads that GitHub documents, from npm's @octokit/webhooks-examples."""

    def example(self, event, fits=lambda payload: True):
        for known in json.loads(EXAMPLES.read_text()):
            if known["name"] == event:
                return next(payload for payload in known["examples"] if fits(payload))
        self.fail(f"no example of {event}")

    def serve_as(self, payload):
        owner, name = payload["repository"]["full_name"].split("/")
        self.serve(owner=owner, name=name)
        self.github.repository.id = payload["repository"]["id"]

    def publish_example(self, payload, event, base, **env):
        self.github.repository.files[(base, "thresholds.toml")] = POLICY.encode()
        self.pair(head=1.3)
        return self.publish("--bundle", "out", event=payload, name=event, env=env)

    # AC:publish-events
    def test_pull_request(self):
        payload = self.example("pull_request", lambda p: p["action"] == "synchronize" or p["action"] == "opened")
        self.serve_as(payload)
        pull = payload["pull_request"]
        self.github.add_pull(pull["number"], pull["head"]["sha"], pull["head"]["ref"], pull["base"]["ref"], pull["base"]["sha"])
        self.expect(self.publish_example(payload, "pull_request", pull["base"]["sha"]), 1, "created")
        page = self.expect_harmless(self.comment(pull["number"]), "the comment")
        self.assertIn("<table>", page)
        self.expect_clean()

    # AC:publish-events
    def test_push(self):
        payload = self.example("push", lambda p: p["after"].strip("0") and p["ref"].startswith("refs/heads/"))
        self.serve_as(payload)
        self.expect(self.publish_example(payload, "push", payload["after"]), 1, "belongs to no pull request")
        self.assertEqual(self.check()["head_sha"], payload["after"])

    # AC:publish-events
    def test_merge_group(self):
        payload = self.example("merge_group")
        self.serve_as(payload)
        group = payload["merge_group"]
        self.expect(self.publish_example(payload, "merge_group", group["base_sha"]), 1, "belongs to no pull request")
        self.assertEqual(self.check()["head_sha"], group["head_sha"])

    # AC:publish-events
    def test_workflow_run(self):
        payload = self.example("workflow_run", lambda p: p["action"] == "completed" or True)
        self.serve_as(payload)
        run = payload["workflow_run"]
        run["event"] = "pull_request"  # what the documented runs were started by is no pull request
        self.github.add_pull(7, run["head_sha"], run["head_branch"], "main", BASE, head_repo=run["head_repository"]["full_name"],
                             head_repo_id=run["head_repository"]["id"])
        ended = self.publish_example(payload, "workflow_run", BASE, GITHUB_SHA=BASE)
        self.expect(ended, 1, "created")
        self.assertIn(f"run={run['run_number']} attempt={run['run_attempt']}", self.comment())

    # AC:publish-events
    def test_schedule_and_dispatch(self):
        payload = self.example("workflow_dispatch")
        self.serve_as(payload)
        self.expect(self.publish_example(payload, "workflow_dispatch", HEAD, GITHUB_SHA=HEAD, GITHUB_REF_NAME="main"), 1)
        self.assertEqual(self.check()["head_sha"], HEAD)
        self.github.repository.checks.clear()
        nightly = {"schedule": "17 3 * * *", "repository": payload["repository"]}
        self.expect(self.publish_example(nightly, "schedule", HEAD, GITHUB_SHA=HEAD, GITHUB_REF_NAME="main"), 1)
        self.assertEqual(self.check()["head_sha"], HEAD)

    # AC:publish-events
    def test_every_documented_payload_is_read_or_refused_with_words(self):
        events = {"pull_request", "push", "merge_group", "workflow_run", "workflow_dispatch", "issues", "release"}
        for known in json.loads(EXAMPLES.read_text()):
            if known["name"] not in events:
                continue
            for payload in known["examples"] if FULL else known["examples"][:3]:
                self.write("event.json", json.dumps(payload))
                repository = payload["repository"]["full_name"]
                self.pair()
                ended = self.perfgate("publish", "--bundle", "out", "--dry-run", "--event", "event.json", env={
                    "GITHUB_EVENT_NAME": known["name"], "GITHUB_REPOSITORY": repository, "GITHUB_SHA": HEAD})
                self.assertEqual(ended.code, 2, str(ended))  # this clone has no such commit
                self.assertTrue("base branch" in ended.err or "nothing to publish on" in ended.err or
                                "leaves no commit" in ended.err, str(ended))

    # AC:publish-local
    def test_local(self):
        self.serve()
        self.pair(head=1.3)
        ended = self.perfgate("publish", "--bundle", "out")
        self.expect(ended, 1, "Performance Report:", "nothing was sent", "PERFGATE_GITHUB_TOKEN")
        self.assertEqual(self.github.requests, [])


class Forks(Publishing):
    def setUp(self):
        super().setUp()
        self.serve()
        self.github.repository.files[(BASE, "thresholds.toml")] = POLICY.encode()
        self.github.add_pull(7, HEAD, head_ref="change", base_sha=BASE, head_repo="mallory/perf", head_repo_id=99)

    def publish_run(self, *arguments, **event):
        self.pair(head=event.pop("factor", 1.0))
        return self.publish("--bundle", "out", *arguments, event=self.run_event(**event), name="workflow_run")

    # AC:publish-fork
    def test_the_pull_request_is_found_and_labelled(self):
        self.expect(self.publish_run(factor=1.3), 1, "created")
        self.assertIn("Measured by the pull request's code", self.comment())
        # This job is red, and listed with the default branch: what tells the pull request is the check run.
        check = self.check()
        self.assertEqual((check["conclusion"], check["head_sha"]), ("failure", HEAD))
        self.assertIn("[FAIL]", check["output"]["title"])
        self.assertLessEqual(len(self.github.requests), 12)
        self.expect_clean()

    # AC:publish-fork
    def test_what_does_not_match_exactly_is_left_alone(self):
        for what in ("another commit", "another repository", "two of them", "closed", "started by a push"):
            pulls = self.github.repository.pulls
            pulls.clear()
            self.github.repository.comments.clear()
            event = {}
            self.github.add_pull(7, "2" * 40 if what == "another commit" else HEAD, head_ref="change", base_sha=BASE,
                                 head_repo="mallory/perf", head_repo_id=98 if what == "another repository" else 99,
                                 state="closed" if what == "closed" else "open")
            if what == "two of them":
                self.github.add_pull(8, HEAD, head_ref="change", base_ref="next", base_sha=BASE, head_repo="mallory/perf",
                                     head_repo_id=99)
            if what == "started by a push":
                event["event"] = "push"
            ended = self.publish_run(**event)
            self.assertEqual(ended.code, 0, what + str(ended))
            self.assertEqual(self.github.repository.comments, {}, what)

    # AC:publish-base-tip
    def test_the_policy_is_that_of_the_tip_of_the_base(self):
        tip, lenient = "c" * 40, b"[performance_floors]\nregression_threshold = 0.9\n"
        repository = self.github.repository
        # What the pull request calls its base is as old as its last push, and this branch is not the default one.
        repository.pulls[7]["base_ref"] = "release/1"
        repository.refs["refs/heads/release/1"] = tip
        repository.files[(BASE, "thresholds.toml")] = lenient
        repository.files[(tip, "thresholds.toml")] = POLICY.encode()
        repository.files[("d" * 40, "thresholds.toml")] = lenient
        self.pair(head=1.3)
        ended = self.publish("--bundle", "out", event=self.run_event(), name="workflow_run", env={"GITHUB_SHA": "d" * 40})
        self.expect(ended, 1, "created")
        self.assertFalse([one.path for one in self.github.requests if BASE in str(one.query)])
        self.expect_clean()
        # Of the default branch it is the commit that this job was started with, and nobody needs to be asked.
        repository.pulls[7]["base_ref"] = "main"
        repository.files[(BASE, "thresholds.toml")], repository.files[("d" * 40, "thresholds.toml")] = lenient, POLICY.encode()
        self.github.requests.clear()
        ended = self.publish("--bundle", "out", event=self.run_event(number=13), name="workflow_run",
                             env={"GITHUB_SHA": "d" * 40})
        self.expect(ended, 1, "updated")
        self.assertFalse([one.path for one in self.github.requests if "git/ref" in one.path])
        # A branch whose tip cannot be read: what is told is judged by its last known commit, and it is said.
        repository.pulls[7]["base_ref"] = "release/1"
        self.github.plan(Fault("404", path="git/ref", times=1))
        self.expect(self.publish("--bundle", "out", event=self.run_event(number=14), name="workflow_run"), 0, "updated")

    # AC:publish-base-tip
    def test_the_baseline_is_the_one_behind_the_merge_base(self):
        self.write("thresholds.toml", POLICY)
        self.repository()
        parted = self.git_text("rev-parse", "HEAD")
        self.git("commit", "-q", "--allow-empty", "-m", "main goes on")
        tip = self.git_text("rev-parse", "HEAD")
        self.git("checkout", "-q", "-b", "change", parted)
        self.git("commit", "-q", "--allow-empty", "-m", "a change")
        head = self.git_text("rev-parse", "HEAD")
        self.git("checkout", "-q", "main")
        store = f"dir:{self.dir}/history"
        for sha, identity, started in ((parted, "old", "2026-11-20T11:40:00.000Z"), (tip, "new", "2026-11-20T11:50:00.000Z")):
            self.put("base/run.json", run(identity=identity, sha=sha, seed=3, started=started))
            self.expect(self.perfgate("history", "add", "base/run.json", "--store", store), 0)
            self.expect(self.perfgate("baseline", "promote", "--run", "base/run.json", "--store", store, "--branch", "main",
                                      "--tests-passed"), 0)
        self.github.repository.pulls.clear()
        self.github.add_pull(7, head, head_ref="change", base_sha=tip)
        self.bundle(sha=head)
        ended = self.publish("--bundle", "out", "--store", store, event=self.run_event(head=head, fork=False),
                             name="workflow_run", env={"GITHUB_SHA": tip})
        self.expect(ended, 0, "created")
        self.assertEqual(self.outputs()["baseline-sha"], parted)

    # AC:advice-reasons
    def test_a_baseline_that_is_too_far_back_is_not_said_to_be_of_another_host(self):
        self.write("thresholds.toml", POLICY + "[baseline]\nmax_distance = 1\n")
        self.repository()
        promoted = self.git_text("rev-parse", "HEAD")
        for message in ("one", "two"):
            self.git("commit", "-q", "--allow-empty", "-m", message)
        tip = self.git_text("rev-parse", "HEAD")
        self.git("commit", "-q", "--allow-empty", "-m", "a change")
        head = self.git_text("rev-parse", "HEAD")
        self.git("update-ref", "refs/heads/main", tip)
        self.git("checkout", "-q", "--detach", tip)
        store = self.history(f"dir:{self.dir}/history", promoted)
        self.github.repository.pulls.clear()
        self.github.add_pull(7, head, base_sha=tip)
        self.bundle(sha=head)
        ended = self.publish("--bundle", "out", "--store", store, event=self.pull_event(head=head, base=tip))
        self.expect(ended, 0, "created")
        step = next(line for line in self.comment().split("\n") if line.startswith("**Next:**"))
        self.assertIn("`max_distance` of `[baseline]`", step)
        self.assertIn("lies 2 commits before the merge base", self.comment())
        self.assertNotIn("--new-host-class", self.comment())

    # AC:publish-fork
    def test_a_read_only_token_changes_no_verdict(self):
        self.token = self.github.token(permissions={"contents": "read", "pull-requests": "read"}, text="ghs_readonly")
        for arguments, factor, code in (((), 1.0, 0), ((), 1.3, 1), (("--require",), 1.3, 6), (("--require",), 1.0, 6)):
            self.pair(head=factor)
            ended = self.publish("--bundle", "out", *arguments, event=self.pull_event(fork=True))
            self.expect(ended, code, "CBKB004", "pull-requests: write")
            self.assertEqual(self.outputs()["comment-status"], "failed")
            self.assertEqual(self.outputs()["exit-code"], "1" if factor > 1 else "0")

    # AC:publish-refuses
    def test_nothing_is_measured_where_the_token_can_write(self):
        for event in ("workflow_run", "pull_request_target"):
            for command in (("run", "--", "true"), ("gate",), ("ab", "main"), ("bisect", "a", "b"),
                            ("qualify",), ("import", "--here", "--harness", "google-benchmark", "x.json")):
                self.write("x.json", json.dumps({"context": {}, "benchmarks": [
                    {"name": "a", "run_type": "iteration", "iterations": 1, "real_time": 1, "cpu_time": 1, "time_unit": "ns"}]}))
                ended = self.perfgate(*command, env={"GITHUB_EVENT_NAME": event})
                self.expect(ended, 2, "has the rights of the repository", "perfgate publish --bundle DIR")


class Stickiness(Publishing):
    def setUp(self):
        super().setUp()
        self.serve()
        self.github.repository.files[(BASE, "thresholds.toml")] = POLICY.encode()
        self.pull = self.github.add_pull(7, HEAD, base_sha=BASE)

    def push(self, number, head=HEAD, factor=1.0, *arguments, **options):
        self.pull["head_sha"] = head
        self.pair(head=factor)
        return self.publish("--bundle", "out", *arguments, event=self.pull_event(head=head), number=number, **options)

    # AC:publish-sticky
    def test_pushes_go_into_one_comment_that_keeps_its_history(self):
        self.expect(self.push(1), 0, "created")
        self.expect(self.push(2, "2" * 40, 1.3), 1, "updated")
        self.expect(self.push(3, "3" * 40), 0, "updated")
        body = self.comment()
        self.assertIn("Earlier pushes (2)", body)
        self.assertIn("run=3 attempt=1 sha=" + "3" * 40, body)
        self.assertLess(body.index("`2222222222`"), body.index("`1111111111`"))
        self.expect(self.push(3, "3" * 40), 0, "unchanged")

    # AC:publish-stale
    def test_an_older_run_overwrites_nothing(self):
        self.expect(self.push(5, "2" * 40, 1.3), 1, "created")
        before = self.comment()
        self.expect(self.push(4, "3" * 40), 0, "unchanged")
        self.assertEqual(self.comment(), before)
        # Of the same commit too: an attempt before.
        self.expect(self.push(5, "2" * 40, 1.0, attempt=0), 0)
        self.assertIn("[FAIL]", self.comment())

    # AC:publish-stale
    def test_a_pull_request_that_moved_on_is_left_to_its_newer_run(self):
        self.pull["head_sha"] = "9" * 40
        self.pair()
        self.expect(self.publish("--bundle", "out"), 0, "comment: stale")
        self.assertEqual(self.github.comments(7), [])
        self.assertEqual(self.check()["status"], "completed")

    # AC:publish-foreign
    def test_a_foreign_comment_with_our_marker_is_never_touched(self):
        self.expect(self.push(1), 0)
        forged = self.comment().replace("[PASS]", "[PASS] (forged)").replace("run=1 ", "run=900 ")
        self.github.repository.comments.clear()
        theirs = self.github.repository.add_comment(7, forged, "mallory")
        self.expect(self.push(2, factor=1.3), 1, "created")
        self.assertEqual(theirs["body"], forged)
        self.assertIn("[FAIL]", self.comment())

    # AC:publish-foreign
    def test_a_comment_that_was_edited_is_read_as_hostile(self):
        self.expect(self.push(1), 0)
        comment = self.github.comments(7)[0]
        body = comment["body"]
        hostile = json.dumps({"sections": [{"name": "<img src=x onerror=alert(1)>@octocat", "run": 1, "attempt": 1, "sha": HEAD,
                                            "verdict": 6, "summary": "a`b @octocat --> <script>", "why": "@octocat #1",
                                            "rows": [[6] + ["|<b>@octocat"] * 9], "facts": ["http://evil.example"]}],
                              "past": [{"run": 1, "attempt": 1, "sha": "zz", "verdict": 99, "summary": "[x](http://evil.example)"}] * 500})
        comment["body"] = body[:body.index("<!-- perfgate:state ")] + "<!-- perfgate:state " + hostile.replace(">", "\\u003e") + " -->"
        self.expect(self.push(2, "2" * 40), 0)
        self.assertIn("Earlier pushes (20)", self.comment())
        self.expect_harmless(self.comment(), "the comment")
        self.assertLessEqual(len(self.comment()), 60000)

    # AC:publish-modes
    def test_modes(self):
        self.expect(self.push(1, HEAD, 1.0, "--comment", "on-regression"), 0, "unchanged")
        self.assertEqual(self.github.comments(7), [])
        self.expect(self.push(2, "2" * 40, 1.3, "--comment", "on-regression"), 1, "created")
        self.expect(self.push(3, "3" * 40, 1.0, "--comment", "on-regression"), 0, "updated")
        self.expect(self.push(4, "4" * 40, 1.0, "--comment", "on-change"), 0, "unchanged")
        self.assertIn("run=3 ", self.comment())
        self.expect(self.push(5, "5" * 40, 1.3, "--comment", "on-change"), 1, "updated")
        self.expect(self.push(6, "6" * 40, 1.0, "--comment", "off"), 0, "comment: off")
        self.assertIn("run=5 ", self.comment())

    # AC:publish-sections
    def test_legs_share_one_comment_by_sections(self):
        for leg, factor in (("linux-arm64", 1.3), ("linux-x64", 1.0)):
            self.pair(f"all/{leg}", head=factor)
        self.expect(self.publish("--bundle", "all", number=1), 1, "created")
        body = self.comment()
        self.assertIn("1 of 2 sections (linux-arm64) [FAIL]", body)
        self.assertLess(body.index("#### `linux-arm64`"), body.index("#### `linux-x64`"))
        # A leg that publishes itself, later.
        self.pair("one", head=1.3)
        self.expect(self.publish("--bundle", "one", "--leg", "windows", number=1), 1, "updated")
        self.assertIn("2 of 3 sections", self.comment())
        self.expect_harmless(self.comment(), "the comment")

    # AC:publish-status
    def test_a_commit_status_instead_of_a_check_run(self):
        self.expect(self.push(1, HEAD, 1.3, "--check", "status"), 1)
        status = self.github.repository.statuses[-1]
        self.assertEqual((status["state"], status["context"]), ("failure", "perfgate"))
        self.assertEqual(self.github.repository.checks, {})
        self.expect_clean()

    # AC:publish-race
    def test_publishers_at_once_leave_one_comment_with_the_newest_verdict(self):
        self.github.delay = 0.02
        count = 32
        runs = []
        self.pair("slow", head=1.3)
        self.pair("well", head=1.0)
        for number in range(1, count + 1):
            # Only the newest passes: an older verdict would show.
            bundle = "well" if number == count else "slow"
            runs.append(self.start_publishing("--bundle", bundle, "--check", "none", "--out", f"out-{number}", number=number))
        for process in runs:
            out, err = process.communicate(timeout=120)
            self.assertIn(process.returncode, (0, 1), err.decode())
        body = self.comment()
        self.assertIn(f"run={count} ", body.split("\n")[0])
        self.assertIn("[PASS]", body.split("\n")[1])
        self.expect_clean()

    # AC:publish-kill
    def test_a_publisher_that_was_killed_at_any_request_is_made_good_by_the_next(self):
        self.github.delay = 0.1
        self.pair("slow", head=1.3)
        self.pair("well", head=1.0)
        killed, requests = 0, range(1, 12) if FULL else (5, 9, 11)  # creating check run and comment, completing
        for after in requests:
            self.github.repository.comments.clear()
            self.github.requests.clear()
            process = self.start_publishing("--bundle", "slow", "--out", "out-slow", number=2 * after)
            until = time.monotonic() + 60
            while len(self.github.requests) < after and process.poll() is None and time.monotonic() < until:
                time.sleep(0.005)
            process.kill()
            process.communicate()
            killed += process.returncode == -signal.SIGKILL
            self.expect(self.publish("--bundle", "well", number=2 * after + 1), 0)
            self.assertIn(f"run={2 * after + 1} ", self.comment().split("\n")[0])
            self.assertIn("[PASS]", self.comment().split("\n")[1])
            self.assertEqual(self.outputs()["verdict"], "pass")
            newest = max(self.github.repository.checks.items())[1]
            self.assertEqual((newest["status"], newest["conclusion"]), ("completed", "success"))
        self.assertGreaterEqual(killed, len(requests) - 1)
        self.expect_clean()


class Sizes(Publishing):
    def setUp(self):
        super().setUp()
        self.serve()
        self.github.repository.files[(BASE, "thresholds.toml")] = POLICY.encode()
        self.github.add_pull(7, HEAD, base_sha=BASE)

    def expect_whole(self, markdown):
        page = rendered(markdown)
        self.assertEqual(markdown.count("<details>"), markdown.count("</details>"))
        self.assertEqual(page.count("<details>"), page.count("</details>"))
        cells = {line.count("|") for line in markdown.split("\n") if line.startswith("| ") and "FAIL" in line}
        self.assertEqual(len(cells), 1, "every row is whole")

    # AC:publish-speed
    def test_500_benchmarks_within_five_seconds_and_eight_calls(self):
        self.write("thresholds.toml", POLICY)
        self.repository()
        base = self.git_text("rev-parse", "HEAD")
        self.github.add_pull(8, HEAD, base_sha=base)
        self.pair(names=[(f"benchmark/{i}", 1.3 if i < 40 else 1.0) for i in range(500)])
        self.github.delay = 0.3
        ended = self.publish("--bundle", "out", event=self.pull_event(8, base=base))
        self.expect(ended, 1, "created")
        self.assertLessEqual(len(self.github.requests), 8, self.github.requests)
        # A machine that others use too takes longer; what it waits for is told by the requests.
        first, last = self.github.requests[0].at, self.github.requests[-1].at
        self.assertLess(last - first, 5)
        self.expect_whole(self.comment(8))

    # AC:publish-budget
    def test_10000_benchmarks_post(self):
        names = [(f"some/benchmark/with/a/name/of/usual/length/{i:05}", 1.3) for i in range(10_000)]
        self.pair(names=names, launches=6)
        ended = self.publish("--bundle", "out", timeout=120)
        self.expect(ended, 1, "created")
        body = self.comment()
        self.assertLessEqual(len(body.encode()), 60_000)
        self.assertLessEqual(len(self.summary().encode()), 900_000)
        self.assertLessEqual(len(self.check()["output"]["summary"].encode()), 65_535)
        self.assertIn("[FAIL]", body.split("\n")[1])
        for text in (body, self.summary(), self.check()["output"]["summary"]):
            self.assertIn("more rows are not shown", text)
            self.expect_whole(text)
        self.assertEqual(ended.out.count("::error"), 10)
        self.assertIn("more: the job summary has them all", ended.out)


class Hostile(Publishing):
    def setUp(self):
        super().setUp()
        self.serve()
        self.github.repository.files[(BASE, "thresholds.toml")] = POLICY.encode()
        self.github.add_pull(7, HEAD, base_sha=BASE)

    # AC:publish-injection
    def test_no_name_acts(self):
        payloads = [json.loads(line) for line in (SOURCE / "tests/data/injection/payloads.jsonl").read_text().splitlines()]
        self.assertGreater(len(payloads), 300)
        own = ["@octocat", "@octo/team", "#123", "GH-123", "octo/perf#1", "http://evil.example", "www.evil.example", ":smile:",
               "x\\|y", "\\", "a`b", "`", "``", "| a | b |", "</details>", "<!-- perfgate:v1:" + "0" * 64 + " run=9 attempt=1 sha= -->",
               "-->", "[x](http://evil.example)", "![x](http://evil.example)", "a@b.example", "deadbeef", "{{verdict}}", "$x$",
               "::error::x", "##[error]x", "1. x", "- x", "# x", "> x", "```", "~~~", "&lt;b&gt;", "\u202eabc", "x" * 5000]
        texts = [text for text in dict.fromkeys(payloads + own) if text and "\0" not in text]
        for start in range(0, len(texts), 60):
            some = texts[start:start + 60]
            head = [(text, 1.3) for text in some]
            for side, names in (("base", [(text, 1.0) for text in some]), ("head", head)):
                document = run(names=names, sha=some[0][:60], identity=some[-1][:60], suite="suite")
                document["notes"] = [{"severity": "error", "suite": "suite", "benchmark": some[0], "text": some[1][:400] or "x"}]
                document["commit"]["branch"] = some[2][:200]
                self.put(f"out/{side}/run.json", document)
            for path in ("output", "summary"):
                (self.dir / path).unlink(missing_ok=True)
            self.github.repository.comments.clear()
            self.github.repository.checks.clear()
            ended = self.publish("--bundle", "out")
            self.assertIn(ended.code, (1, 3), str(ended))
            self.expect_harmless(self.comment(), f"comment {start}")
            self.expect_harmless(self.summary(), f"summary {start}")
            self.expect_harmless(self.check()["output"]["summary"], f"check {start}")
            self.expect_commands_are_ours(ended)
            self.assertEqual(set(self.outputs()), {"verdict", "exit-code", "report-path", "summary-path", "baseline-sha",
                                                   "failures", "warnings", "comment-url", "comment-status"})
            marker = self.comment().split("\n")[0]
            self.assertEqual(self.comment().count("<!-- perfgate:v1:"), 1, marker)

    def expect_commands_are_ours(self, ended):
        """As the runner reads stdout and stderr: a command at a line's start, `##[` anywhere."""
        commands = 0
        for line in (ended.out + ended.err).replace("\r", "\n").split("\n"):
            self.assertNotIn("##[", line)
            if line.lstrip().startswith("::"):
                self.assertRegex(line, r"^::(error|warning|notice)( [a-z]+=[^\n]*)?::")
                self.assertLessEqual(len(line), 5000)
                commands += 1
        self.assertLessEqual(commands, 30)

    # AC:publish-bundle
    def test_what_is_no_bundle_is_never_green(self):
        def link(): (self.work / "out/run.json").symlink_to("/etc/passwd")
        def pipe(): os.mkfifo(self.work / "out/run.json")
        def folder_link():
            self.pair("elsewhere")
            (self.work / "out/base").symlink_to(self.work / "elsewhere/base")
            (self.work / "out/head").symlink_to(self.work / "elsewhere/head")
        def extra():
            self.bundle()
            self.write("out/evil.sh", "true")
        def deep(): self.write("out/run.json", "[" * 5000 + "]" * 5000)
        def twice(): self.write("out/run.json", json.dumps(run()).replace('"id": "run-1"', '"id": "run-1", "id": "run-2"', 1))
        def torn(): self.write("out/run.json", json.dumps(run())[:-40])
        def newer(): self.put("out/run.json", run() | {"schema": "perfgate.run/9"})
        def infinite(): self.write("out/run.json", json.dumps(run()).replace("1e-06", "1e999"))
        def huge(): self.write("out/run.json", b"[" + b"0," * (40 << 20) + b"0]")
        def commas(): self.write("out/run.json", b"[" + b"0," * (25 << 20) + b"0]")
        def nothing(): self.put("out/perf.json", {})
        def many(): [self.write(f"out/{i}", "x") for i in range(200)]
        expected = {link: "it is a link", pipe: "no regular file", folder_link: "it is a link", extra: "does not belong",
                    deep: "deeper", twice: "twice", torn: "JSON", newer: "perfgate.run/9", infinite: "run.json",
                    huge: "bytes", commas: "values", nothing: "no run.json", many: "entries"}
        for make, words in expected.items():
            self.perfgate("version")
            subprocess.run(["rm", "-rf", str(self.work / "out")], check=True)
            (self.work / "out").mkdir()
            make()
            self.github.repository.comments.clear()
            ended = self.publish("--bundle", "out")
            self.assertEqual(ended.code, 3, f"{make.__name__}: {ended}")
            self.assertIn(words, ended.err, make.__name__)
            if make is not many:
                self.assertIn("[NOT MEASURED]", self.comment(), make.__name__)

    # AC:publish-bad-input
    def test_bad_input_is_named_with_what_to_do(self):
        self.bundle()
        for arguments, env, code, words in (
                ((), {}, 2, "--bundle"),
                (("--bundle", "nowhere"), {}, 9, "nowhere"),
                (("--bundle", "out", "--event", "nowhere.json"), {}, 9, "nowhere.json"),
                (("--bundle", "out"), {"GITHUB_REPOSITORY": "octo/other"}, 2, "GITHUB_REPOSITORY is octo/other"),
                (("--bundle", "out"), {"GITHUB_EVENT_NAME": "release"}, 2, "nothing to publish on `release`"),
                (("--bundle", "out"), {"GITHUB_API_URL": ""}, 2, "GITHUB_API_URL"),
                (("--bundle", "out", "--template", "no.md"), {}, 2, "no.md"),
                (("--bundle", "out", "--policy", "../x.toml"), {}, 2, "below the repository's top"),
                (("--bundle", "out", "--comment", "sometimes"), {}, 2, "sometimes")):
            ended = self.publish(*arguments, env=env)
            self.expect(ended, code, words)
        self.github.repository.files[(BASE, "config/pr_template.md")] = b"{{verdict}}\n{{verdikt}}\n"
        self.expect(self.publish("--bundle", "out"), 2, "config/pr_template.md:2", "verdikt")

    # AC:publish-token
    def test_the_token_is_nowhere(self):
        self.token = self.github.token(text="ghs_" + "Sentinel0123456789" * 2)
        self.pair(head=1.3)
        self.write("thresholds.toml", POLICY)
        self.repository()
        job = self.publish("--bundle", "out")
        self.expect(job, 1)
        self.assertNotIn(self.token, job.out + job.err)
        # No child gets it: neither as an argument nor in its environment.
        trace = self.dir / "trace"
        self.start_under(["strace", "-f", "-v", "-s", "100000", "-e", "trace=execve", "-o", str(trace)])
        lines = trace.read_text().splitlines()
        children = [line for line in lines[1:] if "execve(" in line]
        self.assertTrue([line for line in children if "cat-file" in line], lines[:3])
        for line in children:
            self.assertNotIn(self.token, line)
        trace.unlink()
        for path in self.dir.rglob("*"):
            if path.is_file():
                self.assertNotIn(self.token.encode(), path.read_bytes(), path)

    def start_under(self, tool):
        """The same publication under a tool that looks on."""
        env = self.environment(
            GITHUB_API_URL=self.github.url, GITHUB_EVENT_PATH=str(self.work / "event.json"), GITHUB_REPOSITORY="octo/perf",
            GITHUB_EVENT_NAME="pull_request", GITHUB_RUN_NUMBER="2", PERFGATE_GITHUB_TOKEN=self.token)
        done = subprocess.run([*tool, BINARY, "publish", "--bundle", "out"], cwd=self.work, env=env, capture_output=True,
                              timeout=120, check=False)
        self.assertEqual(done.returncode, 1, done.stderr.decode())

    # AC:publish-dry-run
    def test_a_dry_run_asks_and_sends_nothing(self):
        self.write("thresholds.toml", POLICY)
        self.repository()
        base = self.git_text("rev-parse", "HEAD")
        self.pair(head=1.3)
        ended = self.publish("--bundle", "out", "--dry-run", event=self.pull_event(base=base))
        self.expect(ended, 1, "POST /repos/octo/perf/issues/7/comments", "POST /repos/octo/perf/check-runs", "[FAIL]")
        self.assertEqual(self.github.requests, [])
        self.assertFalse((self.dir / "output").exists())

    # AC:publish-offline
    def test_the_job_that_measures_tells_its_runner_without_a_token(self):
        self.pair(head=1.3)
        self.expect(self.perfgate("check", "--run", "out/head/run.json", "--baseline", "out/base/run.json", "--out", "out"), 1)
        ended = self.publish("--bundle", "out", "--offline", token=False)
        self.expect(ended, 1, "::error title=perfgate FAIL")
        self.assertEqual(self.github.requests, [])
        self.assertEqual(self.outputs()["verdict"], "fail")
        self.assertIn("[FAIL]", self.summary())

    # AC:publish-check-ends
    def test_a_check_run_is_completed_whatever_else_fails(self):
        self.pair()
        self.github.plan(Fault("502-html", path="issues", times=100))
        ended = self.publish("--bundle", "out", timeout=200)
        self.assertEqual(ended.code, 0, str(ended))
        self.assertEqual(self.outputs()["comment-status"], "failed")
        self.assertEqual(self.check()["status"], "completed")

    # AC:publish-check-ends
    def test_a_check_run_is_completed_when_a_signal_ends_the_job(self):
        self.pair(head=1.3)
        self.github.plan(Fault("stall", path="issues/7/comments", times=10))
        event = self.write("event.json", json.dumps(self.pull_event()))
        process = self.start("publish", "--bundle", "out", env={
            "GITHUB_API_URL": self.github.url, "GITHUB_EVENT_PATH": str(event), "GITHUB_REPOSITORY": "octo/perf",
            "GITHUB_EVENT_NAME": "pull_request", "GITHUB_RUN_NUMBER": "1", "PERFGATE_GITHUB_TOKEN": self.token})
        until = time.monotonic() + 60
        while not [one for one in self.github.requests if "comments" in one.path] and time.monotonic() < until:
            time.sleep(0.05)
        begin = time.monotonic()
        process.send_signal(signal.SIGTERM)
        err = process.communicate(timeout=30)[1].decode()
        self.assertEqual(process.returncode, 128 + signal.SIGTERM, err)
        self.assertLess(time.monotonic() - begin, 15)
        self.assertEqual((self.check()["status"], self.check()["conclusion"]), ("completed", "failure"), err)


if __name__ == "__main__":
    main()
