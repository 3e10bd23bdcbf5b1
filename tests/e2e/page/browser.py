"""A browser that tests look at pages with: Debian's chromium, driven by Playwright.

PERFGATE_CHROMIUM names another browser. PERFGATE_SHOTS names a folder for screenshots, which are then kept.
"""

import http.server
import os
import pathlib
import tempfile
import time
import unittest

from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("PERFGATE_CHROMIUM", "/usr/bin/chromium")
SHOTS = os.environ.get("PERFGATE_SHOTS")
WIDTHS = (360, 768, 1440)


def work(rounds=3_000_000):
    """Seconds that this machine, as loaded as it is, needs for a fixed piece of work (0.1 s on an idle one)."""
    begin, total = time.perf_counter(), 0
    for i in range(rounds):
        total += i
    return time.perf_counter() - begin


class Slowness:
    """By how much this machine is slower than an idle one, as it was at the slowest moment asked for: others load it."""

    def __init__(self):
        self.factor = 1.0
        self.look()

    def look(self):
        self.factor = max(self.factor, work() / 0.15)
        return self.factor


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Browser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="perfgate-page-")
        cls.playwright = sync_playwright().start()
        cls.browser = cls.playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.playwright.stop()
        cls.folder.cleanup()

    @classmethod
    def path(cls, name):
        """The page of a name."""
        raise NotImplementedError

    def open(self, name, width=1440, scheme="light", fragment="", **options):
        """The page as a double click opens it; what goes wrong in it fails the test that asked for it."""
        context = self.browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
        self.addCleanup(context.close)
        page = context.new_page()
        self.faults, self.requests, self.dialogs = [], [], []
        page.on("console", lambda message: self.faults.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        self.url = self.path(name).as_uri() + fragment
        page.goto(self.url)
        return page

    def expect_quiet(self):
        self.assertEqual(self.faults, [], "console or script errors")
        self.assertEqual([u for u in self.requests if not u.startswith((self.url.split("#")[0], "data:"))], [], "requests")
        self.assertEqual(self.dialogs, [])

    def scroll_through(self, page):
        """Shows every part once, so that every chart is drawn."""
        height = page.evaluate("document.documentElement.scrollHeight")
        for y in range(0, min(height, 30_000), 700):
            page.evaluate(f"window.scrollTo({{top: {y}, behavior: 'instant'}})")
            page.wait_for_timeout(15)

    def until(self, page, condition):
        """Waits for a condition; Playwright's own waiting needs eval, which the page's policy forbids."""
        end = time.monotonic() + 15
        while not page.evaluate(f"!!({condition})"):
            self.assertLess(time.monotonic(), end, condition)
            time.sleep(0.03)

    def shot(self, page, name, **options):
        if SHOTS:
            page.screenshot(path=pathlib.Path(SHOTS) / f"{name}.png", **options)
