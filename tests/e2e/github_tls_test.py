"""The GitHub client over TLS: whom it trusts, and through which proxy it goes. Real certificates, by openssl."""

import http.server
import json
import pathlib
import select
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest
import warnings

from github_faults_test import FakeGitHub, run
from support import main

CONFIG = """
[ca]
default_ca = us
[us]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[server]
subjectAltName = {names}
basicConstraints = CA:false
"""


class Certificates:
    """An authority, and what it signs."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "index.txt").touch()
        (folder / "serial").write_text("01\n")
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
                     "-subj", "/CN=authority", "-days", "2")
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "self.key", "-out", "self.pem",
                     "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2")
        self.sign("good", "IP:127.0.0.1")
        self.sign("other", "DNS:other.test")
        self.sign("expired", "IP:127.0.0.1", "-startdate", "200101000000Z", "-enddate", "210101000000Z")
        self.authority = str(folder / "ca.pem")

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def sign(self, name, names, *dates):
        (self.folder / "config").write_text(CONFIG.format(names=names))
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                     "-subj", f"/CN={name}")
        self.openssl("ca", "-batch", "-config", "config", "-extensions", "server", "-cert", "ca.pem", "-keyfile",
                     "ca.key", "-in", f"{name}.csr", "-out", f"{name}.pem", *(dates or ("-days", "2")))

    def context(self, name):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        return context


class Proxy:
    """Takes CONNECT; `refuse`: answers so instead."""

    def __init__(self, refuse=None):
        self.asked = asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_CONNECT(self):
                asked.append((self.path, dict(self.headers)))
                self.close_connection = True
                if refuse:
                    self.send_response(refuse)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                host, port = self.path.rsplit(":", 1)
                with socket.create_connection((host, int(port))) as far:
                    self.send_response(200)
                    self.end_headers()
                    pair = {self.connection: far, far: self.connection}
                    while True:
                        for one in select.select(list(pair), [], [], 10)[0]:
                            data = one.recv(65536)
                            if not data:
                                return
                            pair[one].sendall(data)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://me:pass-word@127.0.0.1:{self.server.server_port}"


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="perfgate-tls-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.certificates = Certificates(cls.folder)

    def publish(self, context, **environment):
        github = FakeGitHub(context=context)
        self.addCleanup(github.stop)
        self.token = github.token()
        github.add_pull(number=7, head_sha="1" * 40)
        out, err, code = run(github.url, self.token, {"clock": "fast", "request": 10000}, environment)
        self.assertEqual((code, err), (0, ""))
        self.assertNotIn(self.token, out)
        return github, json.loads(out)

    # AC:github-tls
    def test_a_server_that_the_authority_vouches_for_is_spoken_to(self):
        github, said = self.publish(self.certificates.context("good"), SSL_CERT_FILE=self.certificates.authority)
        self.assertEqual((said["comment"], said["check"]), ("created", "completed"), said)
        self.assertEqual(len(github.comments(7)), 1)

    # AC:github-tls
    def test_a_server_that_may_be_another_hears_nothing(self):
        trusted = {"SSL_CERT_FILE": self.certificates.authority}
        for name, environment in (("self", trusted), ("other", trusted), ("expired", trusted), ("good", {}),
                                  ("good", {"SSL_CERT_FILE": str(self.folder / "none.pem")})):
            with self.subTest(certificate=name, environment=environment):
                github, said = self.publish(self.certificates.context(name), **environment)
                self.assertEqual((said["comment"], said["check"]), ("untrusted", "untrusted"), said)
                self.assertEqual(github.requests, [])
                self.assertEqual(said["requests"], 2)  # not tried again
                self.assertIn("SSL_CERT_FILE", said["said"][0])

    # AC:github-tls
    def test_tls_before_1_2_is_not_spoken(self):
        def old(context):
            context.set_ciphers("ALL:@SECLEVEL=0")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = ssl.TLSVersion.TLSv1
                context.maximum_version = ssl.TLSVersion.TLSv1_1
            return context
        github, said = self.publish(old(self.certificates.context("good")), SSL_CERT_FILE=self.certificates.authority)
        self.assertIn(said["comment"], ("transient", "untrusted"), said)
        self.assertEqual(github.requests, [])
        # The server itself would.
        client = old(ssl.create_default_context(cafile=self.certificates.authority))
        address = ("127.0.0.1", int(github.url.rsplit(":", 1)[1]))
        with client.wrap_socket(socket.create_connection(address), server_hostname="127.0.0.1") as connection:
            self.assertEqual(connection.version(), "TLSv1.1")

    # AC:github-proxy
    def test_a_proxy_carries_what_it_cannot_read_and_its_password_stays_here(self):
        proxy = Proxy()
        github, said = self.publish(self.certificates.context("good"), SSL_CERT_FILE=self.certificates.authority,
                                    HTTPS_PROXY=proxy.url)
        self.assertEqual(said["comment"], "created", said)
        self.assertTrue(proxy.asked)
        for path, headers in proxy.asked:
            self.assertEqual(path, github.url.removeprefix("https://"))
            self.assertNotIn("Authorization", headers)
            self.assertIn("Proxy-Authorization", headers)
        for request in github.requests:
            self.assertNotIn("Proxy-Authorization", request.headers)
        proxy = Proxy()
        _, said = self.publish(self.certificates.context("good"), SSL_CERT_FILE=self.certificates.authority,
                               https_proxy=proxy.url, NO_PROXY="example.com,127.0.0.1")
        self.assertEqual((said["comment"], proxy.asked), ("created", []), said)

    # AC:github-proxy
    def test_a_proxy_that_refuses_is_told(self):
        proxy = Proxy(refuse=407)
        github, said = self.publish(self.certificates.context("good"), SSL_CERT_FILE=self.certificates.authority,
                                    HTTPS_PROXY=proxy.url)
        self.assertEqual((said["comment"], github.requests), ("transient", []), said)
        self.assertIn("407", said["said"][0])
        self.assertNotIn("pass-word", json.dumps(said))


if __name__ == "__main__":
    main()
