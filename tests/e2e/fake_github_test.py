"""The fake GitHub itself: that it says what GitHub says, and notices what GitHub would not take."""

import base64
import http.client
import json
import pathlib
import subprocess
import sys
import unittest
import urllib.request

SUPPORT = pathlib.Path(__file__).resolve().parent.parent / "support"
sys.path.insert(0, str(SUPPORT))
from fake_github import FakeGitHub, Fault  # noqa: E402

from support import main  # noqa: E402

HEAD, BASE = "1" * 40, "b" * 40


class Fake(unittest.TestCase):
    def setUp(self):
        self.github = FakeGitHub()
        self.addCleanup(self.github.stop)
        self.token = self.github.token()
        self.github.add_pull(number=7, head_sha=HEAD, base_sha=BASE, files=["src/a.cpp"])
        self.repository = self.github.repository

    def ask(self, method, path, body=None, token=None, drop=(), **headers):
        """(status, JSON or None, headers)."""
        sent = {"Authorization": "Bearer " + (token or self.token), "User-Agent": "test", "X-GitHub-Api-Version": "2022-11-28",
                "Accept": "application/vnd.github+json", "Content-Type": "application/json"} | headers
        connection = http.client.HTTPConnection("127.0.0.1", int(self.github.url.rsplit(":", 1)[1]), timeout=20)
        connection.putrequest(method, path if path.startswith("/rate") else "/repos/octo/perf" + path,
                              skip_accept_encoding=True)
        content = json.dumps(body).encode() if body is not None else b""
        for name, value in sent.items():
            if name not in drop:
                connection.putheader(name, value)
        if content:
            connection.putheader("Content-Length", str(len(content)))
        connection.endheaders(content or None)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        kind = answer.headers.get("Content-Type", "")
        return answer.status, json.loads(text) if text and "json" in kind and "raw" not in kind else text, answer.headers

    # AC:fake-github
    def test_every_operation_answers_as_the_description_says(self):
        repository = self.repository
        repository.refs["refs/heads/main"] = BASE
        repository.files["", "thresholds.toml"] = b"x = 1\n"
        repository.runs[5] = {"head_sha": HEAD}
        repository.artifacts[3] = {"run": 5, "name": "perfgate", "zip": b"zip"}
        repository.releases["v1"] = ["perfgate.tar.gz"]
        comment = self.ask("POST", "/issues/7/comments", {"body": "hi"})[1]
        check = self.ask("POST", "/check-runs", {"name": "p", "head_sha": HEAD, "status": "in_progress"})[1]
        file = self.ask("GET", "/contents/thresholds.toml")[1]
        self.assertEqual(base64.b64decode(file["content"]), b"x = 1\n")
        commit = self.ask("POST", "/git/commits", {"message": "m", "tree": "c" * 40, "parents": [BASE]})[1]
        expected = [
            ("GET", "", None, 200), ("GET", "/rate_limit", None, 200),
            ("GET", "/issues/7/comments?per_page=100", None, 200),
            ("PATCH", f"/issues/comments/{comment['id']}", {"body": "other"}, 200),
            ("GET", f"/issues/comments/{comment['id']}", None, 200),
            ("DELETE", f"/issues/comments/{comment['id']}", None, 204),
            ("GET", f"/issues/comments/{comment['id']}", None, 404),
            ("PATCH", f"/check-runs/{check['id']}", {"conclusion": "success", "output": {"title": "t", "summary": "s"}}, 200),
            ("GET", f"/check-runs/{check['id']}", None, 200),
            ("GET", f"/commits/{HEAD}/check-runs?check_name=p", None, 200),
            ("POST", f"/statuses/{HEAD}", {"state": "success", "context": "perfgate"}, 201),
            ("GET", f"/commits/{HEAD}/status", None, 200), ("GET", f"/commits/{HEAD}/statuses", None, 200),
            ("GET", "/commits/main", None, 200), ("GET", f"/commits/{HEAD}/pulls", None, 200),
            ("GET", "/pulls?state=open&head=octo:change", None, 200), ("GET", "/pulls/7", None, 200),
            ("GET", "/pulls/8", None, 404), ("GET", "/pulls/7/files", None, 200), ("GET", "/pulls/7/reviews", None, 200),
            ("GET", "/git/ref/heads/main", None, 200),
            ("PATCH", "/git/refs/heads/main", {"sha": commit["sha"], "force": False}, 200),
            ("PATCH", "/git/refs/heads/main", {"sha": BASE, "force": False}, 422),  # no fast forward
            ("POST", "/git/refs", {"ref": "refs/heads/main", "sha": BASE}, 422),
            ("POST", "/git/refs", {"ref": "refs/heads/new", "sha": BASE}, 201),
            ("PUT", "/contents/thresholds.toml", {"message": "m", "content": "eQ==", "sha": file["sha"]}, 200),
            ("PUT", "/contents/thresholds.toml", {"message": "m", "content": "eg==", "sha": file["sha"]}, 409),
            ("PUT", "/contents/new.toml", {"message": "m", "content": "eQ=="}, 201),
            ("GET", "/actions/runs/5", None, 200), ("GET", "/actions/runs/5/artifacts", None, 200),
            ("GET", "/actions/artifacts/3/zip", None, 302), ("GET", "/releases/tags/v1", None, 200),
        ]
        for method, path, body, status in expected:
            with self.subTest(method=method, path=path, status=status):
                self.assertEqual(self.ask(method, path, body)[0], status)
        self.assertEqual(self.github.violations + self.github.own_faults, [])

    # AC:fake-github
    def test_what_github_would_not_take_is_noticed(self):
        long, many = "x" * 65537, [{"path": "a", "start_line": 1, "end_line": 1, "annotation_level": "notice",
                                    "message": "m"}] * 51
        check = {"name": "p", "head_sha": HEAD}
        refused = [
            ("POST", "/issues/7/comments", {"body": long}, 422), ("POST", "/issues/7/comments", {"body": " "}, 422),
            ("POST", "/check-runs", check | {"status": "completed"}, 422),
            ("POST", "/check-runs", check | {"output": {"title": "t", "summary": "é" * 40000}}, 422),
            ("POST", f"/statuses/{HEAD}", {"state": "success", "description": "x" * 141}, 422),
            ("GET", "/issues/99/comments", None, 404),
        ]
        for method, path, body, status in refused:
            with self.subTest(path=path, body=str(body)[:60]):
                self.assertEqual(self.ask(method, path, body)[0], status)
        self.assertEqual(self.github.violations, [])  # GitHub's description does not say so
        violations = [
            ("POST", "/issues/7/comments", {}, {}), ("POST", "/issues/7/comments", {"body": 1}, {}),
            ("POST", "/issues/7/comments", {"body": "x", "more": 1}, {}), ("POST", "/issues/7/comments", None, {}),
            ("GET", "/issues/7/comments?per_page=101", None, {}), ("GET", "/issues/7/comments?size=1", None, {}),
            ("GET", "/issues/x/comments", None, {}), ("GET", "/nothing", None, {}), ("PUT", "/pulls/7", None, {}),
            ("POST", "/check-runs", check | {"conclusion": "fine"}, {}),
            ("POST", "/check-runs", check | {"output": {"title": "t", "summary": "s", "annotations": many}}, {}),
            ("POST", f"/statuses/{HEAD}", {"state": "good"}, {}),
            ("GET", "/pulls/7", None, {"Accept": "text/html"}),
            ("POST", "/issues/7/comments", {"body": "x"}, {"Content-Type": "text/plain"}),
        ]
        for i, (method, path, body, headers) in enumerate(violations, 1):
            self.ask(method, path, body, **headers)
            seen = {text.split(":")[0] for text in self.github.violations}
            self.assertEqual(len(seen), i, f"{method} {path} {body}: {self.github.violations}")
        self.assertEqual(self.ask("GET", "/pulls/7", drop=("User-Agent",))[0], 403)
        self.assertEqual(self.ask("GET", "/pulls/7", **{"X-GitHub-Api-Version": "2000-01-01"})[0], 400)

    # AC:fake-github
    def test_tokens_and_their_permissions(self):
        fork = self.github.token(permissions={})
        self.assertEqual(self.ask("GET", "/pulls/7", token="wrong")[0], 401)
        self.assertEqual(self.ask("GET", "/pulls/7", token=fork)[0], 200)
        status, said, headers = self.ask("POST", "/issues/7/comments", {"body": "x"}, token=fork)
        self.assertEqual((status, said["message"]), (403, "Resource not accessible by integration"))
        self.assertEqual(headers["X-Accepted-GitHub-Permissions"], "pull_requests=write")
        self.assertEqual(self.ask("POST", "/issues/7/comments", {"body": "x"}, drop=("Authorization",))[0], 401)

    def test_pages_are_linked(self):
        for i in range(250):
            self.repository.add_comment(7, str(i), "someone")
        path, seen = "/issues/7/comments?per_page=100", []
        while path:
            _, items, headers = self.ask("GET", path)
            seen += [item["body"] for item in items]
            links = dict(reversed(part.split("; ")) for part in headers.get("Link", "").split(", ") if part)
            following = links.get('rel="next"')
            path = following.strip("<>").removeprefix(self.github.url + "/repos/octo/perf") if following else None
        self.assertEqual(seen, [str(i) for i in range(250)])

    def test_faults_come_when_they_are_planned(self):
        self.github.plan(Fault("502-html", request=2), Fault("401", method="POST", times=2))
        self.assertEqual([self.ask("GET", "/pulls/7")[0] for _ in range(3)], [200, 502, 200])
        self.assertEqual([self.ask("POST", "/issues/7/comments", {"body": "x"})[0] for _ in range(3)], [401, 401, 201])
        with self.assertRaises(ValueError):
            Fault("nonsense")

    def test_as_a_process(self):
        process = subprocess.Popen([sys.executable, "-B", "-m", "fake_github", "--prefix", "/api/v3"], cwd=SUPPORT,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        url = process.stdout.readline().strip()
        def control(what, body=None):
            data = json.dumps(body).encode() if body is not None else None
            where = url.removesuffix("/api/v3") + "/_fake/" + what
            with urllib.request.urlopen(urllib.request.Request(where, data), timeout=20) as answer:
                return json.load(answer)
        self.assertTrue(url.endswith("/api/v3"))
        token = control("token", {"permissions": {"checks": "write"}})["token"]
        control("pull", {"number": 3, "head_sha": HEAD})
        control("comment", {"issue": 3, "body": "hello", "login": "someone"})
        control("plan", {"kind": "410", "request": 2})
        request = urllib.request.Request(url + "/repos/octo/perf/issues/3/comments", headers={
            "Authorization": f"Bearer {token}", "Accept": "application/json", "X-GitHub-Api-Version": "2022-11-28"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            self.assertEqual(json.load(answer)[0]["body"], "hello")
        with self.assertRaises(urllib.error.HTTPError) as raised:
            urllib.request.urlopen(request, timeout=20)
        self.assertEqual(raised.exception.code, 410)
        raised.exception.close()
        state = control("state")
        self.assertEqual(len(state["requests"]), 2)
        self.assertEqual(state["violations"] + state["own_faults"], [])
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, 0)


if __name__ == "__main__":
    main()
