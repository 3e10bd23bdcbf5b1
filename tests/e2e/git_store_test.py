"""The store in a git branch: real repositories, a server that asks for credentials, many writers at once."""

import base64
import http.server
import json
import os
import shutil
import subprocess
import threading

import support

USER = "x-access-token:secret-of-the-test"


class Backend(http.server.BaseHTTPRequestHandler):
    """git http-backend behind a password, on 127.0.0.1."""

    protocol_version = "HTTP/1.1"
    root = ""
    refused = 0
    served = 0

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self.answer(b"")

    def do_POST(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(body)

    def answer(self, body):
        wanted = "Basic " + base64.b64encode(USER.encode()).decode()
        # Twice the same header is what GitHub refuses.
        if self.headers.get_all("Authorization") != [wanted]:
            Backend.refused += 1
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="x"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        Backend.served += 1
        path, _, query = self.path.partition("?")
        environment = {"PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": self.root, "GIT_HTTP_EXPORT_ALL": "1",
                       "PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": self.command,
                       "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
                       "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                       "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""), "REMOTE_USER": "x"}
        out = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True).stdout
        head, _, content = out.partition(b"\r\n\r\n")
        status = 200
        headers = []
        for line in head.decode().split("\r\n"):
            name, _, value = line.partition(": ")
            if name == "Status":
                status = int(value.split()[0])
            elif name:
                headers.append((name, value))
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class GitStore(support.Case):
    def setUp(self):
        super().setUp()
        self.remote = self.dir / "remote.git"
        self.run_git("init", "-q", "--bare", self.remote)
        self.run_git("-C", self.remote, "config", "uploadpack.allowFilter", "true")
        self.project(self.fake("print(report(*[row('work/%d' % i) for i in range(3)]))"), repetitions=2,
                     more='[store]\nurl = "git:origin#perfgate-data"\n')
        self.write("thresholds.toml", "[promotion]\nmin_samples = 2\n[gate]\nmin_samples = 2\n")
        self.repository()
        self.git("remote", "add", "origin", str(self.remote))

    def run_git(self, *arguments):
        return subprocess.run(["git", *map(str, arguments)], check=True, capture_output=True, text=True,
                              env=self.environment()).stdout

    def files(self):
        return self.run_git("-C", self.remote, "ls-tree", "-r", "--name-only", "perfgate-data").split()

    def snapshot_of_git(self):
        listed = self.run_git("-C", self.work, "for-each-ref")
        return listed, (self.work / ".git/config").read_text()

    # AC:git-whole-line
    def test_runs_of_two_clones_meet_in_one_branch(self):
        before = self.snapshot_of_git()
        self.expect(self.perfgate("run", "--out", "out"), 0)
        self.assertEqual(len(self.files()), 1)
        self.expect(self.perfgate("baseline", "promote", "--run", "out/run.json", "--tests-passed"), 0)
        self.assertEqual(self.snapshot_of_git(), before)
        # Another machine: another clone, another cache.
        first, self.work = self.work, self.dir / "clone"
        self.run_git("clone", "-q", self.remote, self.work)
        for name in ("perfgate.toml", "thresholds.toml", "harness.py"):
            shutil.copy(first / name, self.work / name)
        self.home = self.dir / "home-2"
        self.home.mkdir()
        self.expect(self.perfgate("check", "--run", str(first / "out/run.json")), 0, "3 of 3")
        subject = self.run_git("-C", self.remote, "log", "-1", "--format=%an %s%n%B", "perfgate-data")
        self.assertTrue(subject.startswith("perfgate Add "), subject)

    def test_without_a_remote_nothing_is_measured(self):
        self.git("remote", "remove", "origin")
        ended = self.perfgate("gate", "--out", "out")
        self.expect(ended, 2, "CBKB102", "git:origin", "no remotes")
        self.assertFalse((self.work / "out/run.json").exists())

    # AC:git-http-credentials
    def test_the_credentials_of_the_checkout_are_used_and_shown_nowhere(self):
        self.run_git("-C", self.remote, "config", "http.receivepack", "true")
        Backend.root = str(self.dir)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backend)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = f"http://127.0.0.1:{server.server_port}/"
        self.git("remote", "set-url", "origin", place + "remote.git")

        ended = self.perfgate("run", "--out", "out")
        self.expect(ended, 9, "CBKB105", "refuses these credentials", "contents: write")
        # As actions/checkout leaves it; then as users have it. It must not be sent twice.
        header = "Authorization: Basic " + base64.b64encode(USER.encode()).decode()
        key = f"http.{place}.extraheader"
        for number, where in enumerate(("--local", f"--file={self.home / '.gitconfig'}")):
            self.git("config", where, key, header)
            ended = self.perfgate("run", "--out", f"out-{number}")
            self.expect(ended, 0)
            self.assertEqual(len(self.files()), number + 1)
            self.git("config", where, "--unset", key)
        self.assertGreater(Backend.served, 0)
        secret = USER.split(":")[1].encode()
        coded = base64.b64encode(USER.encode())
        for path in self.dir.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                self.assertNotIn(secret, content, path)
                self.assertNotIn(coded, content, path)
        self.assertNotIn(secret, ended.raw_err + ended.raw_out)

    def test_inside_a_pre_push_hook_the_store_is_the_branch(self):
        hook = self.work / ".git/hooks/pre-push"
        hook.write_text(f'#!/bin/sh\nexec "{support.BINARY}" run --out out\n')
        hook.chmod(0o755)
        self.git("push", "-q", "origin", "main")
        self.assertTrue(json.loads(self.read("out/run.json"))["id"])
        self.assertEqual(len(self.files()), 1)


if __name__ == "__main__":
    support.main()
