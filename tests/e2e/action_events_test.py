"""From the action to what GitHub would hold, one event after the other: measured by the action in one job, published
by the action in another, on the fake GitHub (support/fake_github), each job a clone of its own."""

import shutil
import subprocess

import support
from action_test import ActionCase

from fake_github import FakeGitHub  # action_test has put support/ on the path
from mini_runner import Runner

REPOSITORY = "octo/perf"
POLICY = "[performance_floors]\nregression_threshold = 0.05\nregression_fail_threshold = 0.10\n"
WORK = """
factor = float(open("factor").read())
print(report(*[row(f"work/{i}", 1000.0 * factor) for i in (1, 2, 3)]))
"""
STORE = "git:origin#perfgate-data"


class Events(ActionCase):
    def setUp(self):
        super().setUp()
        self.github = FakeGitHub(*REPOSITORY.split("/"))
        self.addCleanup(self.github.stop)
        self.fake(WORK)
        self.project("./harness.py", repetitions=6)
        self.write("thresholds.toml", POLICY)
        self.write("factor", "1.0")
        self.write(".gitignore", "perfgate-out/\nperfgate-out-summary/\nperfgate-publish/\n.perfgate/\n")
        self.repository()
        self.base = self.head()
        self.remote = self.dir / "remote.git"
        subprocess.run(["git", "clone", "-q", "--bare", str(self.work), str(self.remote)], check=True)
        self.git("remote", "add", "origin", str(self.remote))
        self.github.repository.refs["refs/heads/main"] = self.base

    def head(self):
        return subprocess.run(["git", "-C", str(self.work), "rev-parse", "HEAD"], capture_output=True, text=True,
                              check=True).stdout.strip()

    def change(self, factor, branch="change", **files):
        self.git("checkout", "-q", "-B", branch)
        self.write("factor", factor)
        for name, text in files.items():
            self.write(name.replace("__", "."), text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", f"factor {factor}")
        self.git("push", "-q", "origin", branch)
        return self.head()

    def job(self, sha, event_name, event, given, token="", **github):
        """A job of its own: a fresh clone at the commit."""
        place = self.dir / f"job-{len(list(self.dir.glob('job-*')))}"
        subprocess.run(["git", "clone", "-q", str(self.remote), str(place)], check=True)
        subprocess.run(["git", "-C", str(place), "checkout", "-q", "--detach", sha], check=True)
        identity = {"GIT_AUTHOR_NAME": "bot", "GIT_AUTHOR_EMAIL": "b@c", "GIT_COMMITTER_NAME": "bot",
                    "GIT_COMMITTER_EMAIL": "b@c"}
        runner = Runner(place, self.environment(**identity), event=event, github={
            "repository": REPOSITORY, "api_url": self.github.url, "event_name": event_name, "sha": sha,
            "token": token, "workflow_ref": f"{REPOSITORY}/.github/workflows/perfgate.yml@refs/heads/main",
            "actor": "octocat"} | github)
        self.addCleanup(shutil.rmtree, runner.temp, ignore_errors=True)
        ended = runner.run(self.action, {"binary": support.BINARY} | given)
        self.assertEqual(runner.finish(), 0, "processes outlived the step")
        return place, ended

    def measured(self, sha, event_name, event, given, result, **github):
        while True:
            place, ended = self.job(sha, event_name, event, given, **github)
            if support.BUSY not in ended.log:
                break
        self.assertEqual(ended.result, result, ended.log)
        return place / "perfgate-out", ended

    def repo(self, number=1, name=REPOSITORY):
        return {"id": number, "full_name": name, "default_branch": "main", "owner": {"login": name.split("/")[0]}}

    def pull(self, sha, fork=None):
        if fork:
            self.github.add_pull(7, sha, "change", base_sha=self.base, head_repo=fork, head_repo_id=99)
        else:
            self.github.add_pull(7, sha, "change", base_sha=self.base)
        head = self.repo(99, fork) if fork else self.repo()
        return {"number": 7, "repository": self.repo(), "action": "synchronize", "pull_request": {
            "number": 7, "state": "open", "title": "t", "user": {"login": "octocat"},
            "head": {"sha": sha, "ref": "change", "repo": head},
            "base": {"sha": self.base, "ref": "main", "repo": self.repo()}}}

    def clean(self):
        self.assertEqual((self.github.violations, self.github.own_faults), ([], []))

    # AC:action-events
    def test_a_pull_request_of_the_repository(self):
        sha = self.change("1.5")
        event = self.pull(sha)
        bundle, measured = self.measured(sha, "pull_request", event, {"mode": "ab", "budget": "20s"}, "failure")
        self.assertEqual((measured.codes[0], measured.outputs["verdict"], measured.outputs["exit-code"]),
                         (1, "fail", "1"), measured.log)
        self.assertEqual(measured.outputs["baseline-sha"], self.base)
        self.assertEqual(measured.outputs["failures"], "3")
        self.assertIn("Performance Report:", measured.summaries[0])
        self.assertEqual(len([a for a in measured.annotations if a["level"] == "error" and "work/" in a.get("title", "")]), 3)
        self.assertEqual(measured.outputs["comment-url"], "")

        token = self.github.token(permissions={"pull-requests": "write", "checks": "write", "contents": "read"})
        _, told = self.job(self.base, "pull_request", event,
                           {"mode": "publish", "bundle": str(bundle), "github-token": token})
        self.assertEqual((told.result, told.outputs["exit-code"], told.outputs["verdict"]), ("failure", "1", "fail"),
                         told.log)
        self.assertEqual(told.outputs["comment-status"], "created", told.log)
        (comment,) = self.github.comments(7)
        self.assertIn("Performance Report:", comment["body"])
        self.assertIn("[FAIL]", comment["body"])
        self.assertIn(str(comment["id"]), told.outputs["comment-url"])
        (check,) = self.github.repository.checks.values()
        self.assertEqual((check["status"], check["conclusion"], check["head_sha"]), ("completed", "failure", sha))
        self.assertNotIn(token, told.log + comment["body"])
        self.clean()

        # The next push is mended: the same comment says so.
        sha = self.change("1.0", more="x")
        event = self.pull(sha)
        bundle, measured = self.measured(sha, "pull_request", event, {"mode": "ab", "budget": "20s"}, "success")
        _, told = self.job(self.base, "pull_request", event, {"mode": "publish", "bundle": str(bundle),
                                                             "github-token": token}, run_number="2")
        self.assertEqual((told.result, told.outputs["comment-status"]), ("success", "updated"), told.log)
        (comment,) = self.github.comments(7)
        self.assertIn("[PASS]", comment["body"].split("\n")[1])
        self.clean()

    # AC:action-events
    def test_a_fork_is_measured_without_a_token_and_published_by_the_second_workflow(self):
        lax = POLICY.replace("0.05", "0.9").replace("0.10", "0.95")
        sha = self.change("1.5", thresholds__toml=lax)
        event = self.pull(sha, fork="someone/perf")
        bundle, measured = self.measured(sha, "pull_request", event, {"mode": "ab", "budget": "20s"}, "success")
        self.assertEqual(measured.outputs["exit-code"], "0")  # by its own policy
        after = {"action": "completed", "repository": self.repo(), "workflow_run": {
            "id": 5, "event": "pull_request", "path": ".github/workflows/perfgate.yml", "head_sha": sha,
            "head_branch": "change", "head_repository": self.repo(99, "someone/perf"), "run_number": 1,
            "run_attempt": 1, "conclusion": "success", "pull_requests": []}}
        token = self.github.token(permissions={"pull-requests": "write", "checks": "write", "contents": "read",
                                               "actions": "read"})
        _, told = self.job(self.base, "workflow_run", after,
                           {"mode": "publish", "bundle": str(bundle), "store": STORE, "github-token": token})
        self.assertEqual(told.outputs["comment-status"], "created", told.log)
        (comment,) = self.github.comments(7)
        self.assertIn("[FAIL]", comment["body"])  # by that of the base branch
        self.assertIn("thresholds.toml", comment["body"])
        self.assertIn("fork", comment["body"].lower())
        self.clean()
        # And nothing is measured with such a token, whatever the workflow says.
        _, refused = self.job(self.base, "workflow_run", after, {"mode": "gate"})
        self.assertEqual((refused.result, refused.outputs["exit-code"]), ("failure", "2"))
        self.assertIn("nothing is measured here", refused.log)

    # AC:action-events
    def test_a_push_is_kept_and_promoted_and_what_is_slower_is_kept_and_not_promoted(self):
        event = {"before": "0" * 40, "after": self.base, "ref": "refs/heads/main", "pusher": {"name": "o"},
                 "repository": self.repo()}
        given = {"mode": "gate", "store": STORE, "arguments": "--no-store"}
        bundle, measured = self.measured(self.base, "push", event, given, "success", ref_name="main")
        promote = {"mode": "promote", "bundle": str(bundle), "store": STORE, "tests-passed": "true"}
        _, done = self.job(self.base, "push", event, promote, ref_name="main")
        self.assertEqual((done.result, done.outputs["exit-code"]), ("success", "0"), done.log)
        self.assertIn("is now the baseline of `main`", done.log)

        self.git("checkout", "-q", "main")
        self.write("factor", "1.5")
        self.git("commit", "-qam", "slower")
        self.git("push", "-q", "origin", "main")
        sha = self.head()
        event |= {"before": self.base, "after": sha}
        bundle, measured = self.measured(sha, "push", event, given, "failure", ref_name="main")
        self.assertEqual((measured.outputs["verdict"], measured.outputs["baseline-sha"]), ("fail", self.base), measured.log)
        _, done = self.job(sha, "push", event, promote | {"bundle": str(bundle)}, ref_name="main")
        self.assertEqual((done.result, done.outputs["exit-code"]), ("failure", "7"), done.log)
        listed = self.perfgate("history", "query", "--store", f"git:{self.remote}#perfgate-data", "--format", "csv")
        self.assertEqual(len({line.split(",")[0] for line in listed.out.split("\n")[1:] if line}), 2, listed.out)

    # AC:action-events
    def test_a_merge_group_and_a_schedule(self):
        sha = self.change("1.5")
        event = {"action": "checks_requested", "repository": self.repo(), "merge_group": {
            "head_sha": sha, "head_ref": "refs/heads/gh-readonly-queue/main/pr-7", "base_sha": self.base,
            "base_ref": "refs/heads/main"}}
        _, measured = self.measured(sha, "merge_group", event, {"mode": "ab", "budget": "20s"}, "failure")
        self.assertEqual((measured.outputs["verdict"], measured.outputs["baseline-sha"]), ("fail", self.base))
        event = {"schedule": "37 2 * * *", "repository": self.repo()}
        _, measured = self.measured(self.base, "schedule", event, {"mode": "gate", "arguments": "--no-store"}, "success",
                                    ref_name="main")
        self.assertEqual(measured.outputs["exit-code"], "0")

    # AC:action-events
    def test_a_token_that_may_not_write_changes_no_verdict(self):
        sha = self.change("1.0", more="x")
        event = self.pull(sha, fork="someone/perf")
        bundle, _ = self.measured(sha, "pull_request", event, {"mode": "ab", "budget": "20s"}, "success")
        token = self.github.token(permissions={"pull-requests": "read", "contents": "read"})
        given = {"mode": "publish", "bundle": str(bundle), "github-token": token}
        _, told = self.job(self.base, "pull_request", event, given)
        self.assertEqual((told.result, told.outputs["exit-code"]), ("success", "0"), told.log)
        self.assertIn("CBKB004", told.log)
        self.assertIn("pull-requests: write", told.log)
        _, told = self.job(self.base, "pull_request", event, given | {"require-publication": "true"})
        self.assertEqual((told.result, told.codes), ("failure", [6]), told.log)
        self.assertEqual(self.github.comments(7), [])


if __name__ == "__main__":
    support.main()
