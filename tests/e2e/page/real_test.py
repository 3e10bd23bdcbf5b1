"""Pages and sites that the real binary makes, in a real browser. PERFGATE_BINARY names the binary."""

import os
import pathlib
import re
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import demo
import injection
from browser import Browser, Slowness

BINARY = os.environ["PERFGATE_BINARY"]


class Real(Browser):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        root = pathlib.Path(cls.folder.name)
        project = demo.typical(BINARY, root / "typical", commits=40)
        project.perfgate("report", "judgement", "--judgement", "out/judgement.json", "--run", f"runs/{project.number:04d}.json",
                         "--format", "html", "--out", "fail")
        project.perfgate("report", "judgement", "--store", "dir:store", "--branch", "release-1.4", "--format", "html", "--out", "pass")
        project.perfgate("report", "judgement", "--run", "runs/0003.json", "--set", "store.url=dir:nothing", "--format", "html", "--out", "none")
        project.perfgate("report", "trend", "--store", "dir:store", "--format", "html", "--out", "trend")
        project.perfgate("report", "site", "--out", "site", "--title", "codec: performance")
        cls.project = project

    @classmethod
    def path(cls, name):
        return cls.project.folder / name

    PAGES = ("fail/judgement.html", "pass/judgement.html", "none/judgement.html", "trend/trend.html",
             "site/index.html", "site/branch/main/index.html", "site/branch/main/latest.html")

    # AC:real-page-quiet
    def test_every_page_opens_with_no_error_and_no_request(self):
        for name in self.PAGES:
            for scheme in ("light", "dark"):
                page = self.open(name, scheme=scheme)
                self.scroll_through(page)
                self.expect_quiet()

    # AC:real-page-used
    def test_a_reader_filters_opens_switches_and_prints(self):
        page = self.open("fail/judgement.html")
        total = page.locator(".row").count()
        self.assertGreater(total, 35)
        page.get_by_role("button", name=re.compile("^Fail")).click()
        failing = page.locator(".row").count()
        self.assertTrue(0 < failing < total)
        page.locator(".row summary").first.click()
        page.locator(".row[open] .distribution svg").first.wait_for()
        page.locator(".row[open] figure.history svg, .row[open] .history svg").first.wait_for()
        before = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.locator("#theme").click()
        self.assertNotEqual(before, page.evaluate("getComputedStyle(document.body).backgroundColor"))
        self.assertGreater(len(page.pdf()), 20_000)
        self.expect_quiet()

    # AC:site-walk
    def test_the_site_is_walked_from_the_index_to_a_benchmark(self):
        page = self.open("site/index.html")
        page.get_by_role("link", name="main", exact=True).first.click()
        self.assertIn("/branch/main/index.html", page.url)
        page.get_by_role("link", name="all benchmarks").click()
        page.locator(".row summary").first.click()
        page.locator(".row[open] .chart svg").first.wait_for()
        self.assertEqual(self.faults, [])

    # AC:site-axe
    def test_axe_finds_no_serious_fault(self):
        from axe_playwright_python.sync_playwright import Axe
        for name in self.PAGES:
            for width, scheme in ((360, "light"), (1440, "dark")):
                page = self.open(name, width=width, scheme=scheme, bypass_csp=True)
                response = Axe().run(page).response
                self.assertGreater(len(response["passes"]), 10, "axe looked")
                serious = [(v["id"], v["impact"], [n["html"][:160] for n in v["nodes"]][:3]) for v in response["violations"]
                           if v["impact"] in ("serious", "critical")]
                self.assertEqual(serious, [], f"{name} {width} {scheme}")

    def test_nothing_is_wider_than_the_window(self):
        for name in self.PAGES:
            for width in (360, 768, 1440):
                page = self.open(name, width=width)
                self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), width, f"{name} at {width}")

    # AC:site-by-keyboard
    def test_the_keyboard_alone_reaches_every_branch(self):
        page = self.open("site/index.html")
        reached = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("document.activeElement.getAttribute('href') || ''"))
        self.assertIn("#main", reached)
        self.assertGreaterEqual(len([href for href in reached if href.startswith("branch/")]), 3)

    # AC:real-page-hostile
    def test_no_name_runs_in_page_or_site(self):
        folder = pathlib.Path(self.folder.name) / "hostile"
        hostile = demo.Project(BINARY, folder, benchmarks=(1, 1))
        for i, factor in enumerate((1.0, 1.02, 1.5)):
            hostile.write(f"runs/{i}.json", injection.run(multiplier=factor, run_id=f"run-{i}", started=demo.moment(demo.START + i * demo.DAY)))
            hostile.judge(f"runs/{i}.json")
        hostile.perfgate("report", "judgement", "--run", "runs/0.json", "--run", "runs/2.json", "--format", "html", "--out", "reports")
        hostile.perfgate("report", "site", "--out", "site", "--title", "</title><img src=x onerror=window.hit=1>")
        project, type(self).project = self.project, hostile
        self.addCleanup(setattr, type(self), "project", project)
        pages = [str(p.relative_to(folder)) for p in [folder / "reports/judgement.html", *(folder / "site").rglob("*.html")]]
        self.assertGreaterEqual(len(pages), 4)
        names = [text for text in injection.payloads() if text.strip()]
        for name in pages:
            page = self.open(name)
            page.evaluate("document.querySelectorAll('details').forEach((row) => { row.open = true; })")
            self.scroll_through(page)
            page.wait_for_timeout(300)
            self.expect_quiet()
            self.assertFalse(page.evaluate("'hit' in window"), name)
            self.assertEqual(page.locator("img, iframe, object, embed, form, base, video, audio").count(), 0, name)
        page = self.open("reports/judgement.html")
        held = page.evaluate("JSON.parse(document.getElementById('data').textContent).entries.map((e) => e.name)")
        plain = [text for text in names if re.fullmatch(r"[\x20-\x7e]+", text) and not text.lstrip().startswith(("::", "##")) and "##[" not in text]
        self.assertGreater(len(plain), 200)
        self.assertEqual([text for text in plain if text not in held], [])

    # AC:report-commit-subject
    def test_no_commit_subject_runs_in_a_history(self):
        folder = pathlib.Path(self.folder.name) / "subjects"
        hostile = demo.Project(BINARY, folder, benchmarks=(1, 1))
        names = [hostile.write(f"runs/{i}.json", text) for i, text in enumerate(injection.history())]
        hostile.perfgate("history", "add", *names, "--quiet")
        hostile.perfgate("report", "trend", "--store", "dir:store", "--format", "html", "--out", "reports")
        project, type(self).project = self.project, hostile
        self.addCleanup(setattr, type(self), "project", project)
        page = self.open("reports/trend.html")
        page.locator(".row summary").first.click()
        page.locator(".row[open] .history .points summary").click()
        page.locator(".row[open] .history tbody tr").first.wait_for()
        told = page.locator(".row[open] .history tbody").text_content()
        plain = [text for text in injection.payloads() if re.fullmatch(r"[\x21-\x7e][\x20-\x7e]{0,77}[\x21-\x7e]", text)
                 and not text.lstrip().startswith(("::", "##")) and "##[" not in text]
        self.assertGreater(len(plain), 150)
        self.assertEqual([text for text in plain if text not in told], [])
        self.expect_quiet()
        self.assertFalse(page.evaluate("'hit' in window"))
        self.assertEqual(page.locator("img, iframe, object, embed, form, base, video, audio").count(), 0)

    # AC:real-page-large
    def test_500_benchmarks_of_2000_points_from_a_store(self):
        if os.environ.get("PERFGATE_FULL") != "1":
            self.skipTest("long")
        folder = pathlib.Path(self.folder.name) / "large"
        large = demo.Project(BINARY, folder, benchmarks=(400, 100), launches=3)
        lines = []
        for i in range(2000):
            name = large.run(factors={}, day=i)
            lines.append(name)
        large.perfgate("history", "add", *lines, "--quiet")
        large.judge(large.run(day=2000, factors={large.suites["codec"][7]: 1.4}))
        begin = time.perf_counter()
        done = large.perfgate("report", "judgement", "--store", "dir:store", "--format", "html", "--out", "reports", "--quiet")
        made = time.perf_counter() - begin
        page_file = folder / "reports/judgement.html"
        size = page_file.stat().st_size
        self.assertLessEqual(size, 10_000_000)
        project, type(self).project = self.project, large
        self.addCleanup(setattr, type(self), "project", project)
        slowness = Slowness()
        begin = time.perf_counter()
        page = self.open("reports/judgement.html")
        page.locator(".row").first.wait_for()
        shown = time.perf_counter() - begin
        slow = slowness.look()
        print(f"500 x 2000: {size / 1e6:.2f} MB, made in {made:.1f} s, shown after {shown:.2f} s; the machine is {slow:.1f} times slower than idle", file=sys.stderr)
        self.assertLess(shown, 2.0 * slow)
        self.expect_quiet()

    def test_screenshots(self):
        for name in self.PAGES:
            for width in (360, 1440):
                for scheme in ("light", "dark"):
                    page = self.open(name, width=width, scheme=scheme)
                    page.wait_for_timeout(200)
                    self.shot(page, f"{name.replace('/', '-').removesuffix('.html')}-{width}-{scheme}", full_page="judgement" not in name and "latest" not in name)


if __name__ == "__main__":
    unittest.main()
