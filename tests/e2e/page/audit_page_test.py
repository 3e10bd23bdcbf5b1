"""An audit report in a real browser, and its envelope before another implementation of DSSE (securesystemslib)."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from playwright.sync_api import sync_playwright

BINARY, MAKER = os.environ["PERFGATE_BINARY"], os.environ["PERFGATE_AUDIT_MAKER"]
CHROMIUM = os.environ.get("PERFGATE_CHROMIUM", "/usr/bin/chromium")


class AuditPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="perfgate-audit-page-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        environment = {"PATH": os.environ["PATH"], "HOME": str(cls.folder)}
        run = lambda *command: subprocess.run([str(part) for part in command], check=True, capture_output=True,
                                              cwd=cls.folder, env=environment)
        run(MAKER, cls.folder / "repo", cls.folder / "store", 2, 90, 3, "2024-01-01T00:00:00Z")
        run("openssl", "genpkey", "-algorithm", "ed25519", "-out", "key.pem")
        run("openssl", "pkey", "-in", "key.pem", "-pubout", "-out", "key.pub")
        run(BINARY, "audit", "generate", "--store", cls.folder / "store", "--repo", cls.folder / "repo", "--period",
            "2024-01", "--key", "key.pem", "--out", "out")

    # AC:audit-page
    def test_the_page_opens_without_network_errors_or_scripts(self):
        page_path = self.folder / "out/audit-2024-01.html"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for scheme in ("light", "dark"):
                for width in (360, 1440):
                    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
                    said, asked = [], []
                    page.on("console", lambda message: said.append(message.text))
                    page.on("request", lambda request: asked.append(request.url))
                    page.goto(page_path.as_uri())
                    self.assertEqual([], said)
                    self.assertEqual([page_path.as_uri()], [url for url in asked if not url.startswith("data:")])
                    self.assertEqual(0, page.locator("script").count())
                    self.assertEqual(1, page.get_by_role("heading", name="Limits of this report").count())
                    # Wide tables scroll by themselves, the page does not.
                    self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), width)
                    self.assertNotEqual(page.evaluate("getComputedStyle(document.querySelector('h1')).color"),
                                        page.evaluate("getComputedStyle(document.body).backgroundColor"))
                    if folder := os.environ.get("PERFGATE_SHOTS"):
                        page.screenshot(path=f"{folder}/audit-{scheme}-{width}.png", full_page=True)
                    page.close()
            browser.close()

    # AC:audit-foreign-verifier
    def test_another_implementation_verifies_the_envelope(self):
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
        from securesystemslib.dsse import Envelope
        from securesystemslib.exceptions import VerificationError
        from securesystemslib.signer import SSlibKey
        text = json.loads((self.folder / "out/audit-2024-01.dsse.json").read_text())
        public = load_pem_public_key((self.folder / "key.pub").read_bytes())
        key = SSlibKey.from_crypto(public, keyid=text["signatures"][0]["keyid"])
        accepted = Envelope.from_dict(json.loads(json.dumps(text))).verify([key], 1)
        self.assertEqual(1, len(accepted))
        changed = json.loads(json.dumps(text))
        changed["payload"] = changed["payload"].replace("A", "B", 1)
        with self.assertRaises(VerificationError):
            Envelope.from_dict(changed).verify([key], 1)


if __name__ == "__main__":
    unittest.main()
