"""The page and the site as the real binary makes them: what a parser and a browser make of them."""

import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.dom.minidom

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "page"))

import demo  # noqa: E402
import injection  # noqa: E402
import support  # noqa: E402

CHROMIUM = os.environ.get("PERFGATE_CHROMIUM", "/usr/bin/chromium")


class Parsed(html.parser.HTMLParser):
    """Tags, and the texts of scripts, as a browser would see them."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts, self.data, self.inside = [], [], "", None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.inside = dict(attributes).get("id") if tag == "script" else self.inside
        for name, value in attributes:
            if name.startswith("on") or (value or "").lstrip().lower().startswith("javascript:"):
                raise AssertionError(f"<{tag} {name}={value!r}>")

    def handle_endtag(self, tag):
        self.inside = None if tag == "script" else self.inside

    def handle_data(self, data):
        if self.inside == "data":
            self.data += data
        else:
            self.texts.append(data)


def data_of(page):
    return json.loads(Parsed(page.read_text()).data)


class Smoke(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="perfgate-page-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.project = demo.Project(support.BINARY, cls.folder / "project", benchmarks=(8, 4))
        slow = cls.project.suites["codec"][3]
        for i in range(12):
            run = cls.project.run(factors={slow: 1.3} if i == 11 else {})
            cls.project.judge(run)
            if i == 0:
                cls.project.perfgate("baseline", "promote", "--run", run, "--tests-passed", "--quiet")
        cls.slow = slow
        cls.project.perfgate("report", "judgement", "--store", "dir:store", "--format", "html", "--out", "reports")
        cls.project.perfgate("report", "site", "--out", "site")
        cls.page = cls.project.folder / "reports/judgement.html"
        cls.site = cls.project.folder / "site"

    def dom(self, path):
        with tempfile.TemporaryDirectory() as profile:
            done = subprocess.run([CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                                   f"--user-data-dir={profile}", "--enable-logging=stderr", "--virtual-time-budget=3000",
                                   "--dump-dom", pathlib.Path(path).as_uri()], capture_output=True, text=True, timeout=120)
        console = [line for line in done.stderr.splitlines() if ":CONSOLE" in line]
        self.assertEqual(console, [], "what the browser says in its console")
        return done.stdout

    # AC:page-filled
    def test_the_page_holds_the_judgement_its_samples_and_its_history(self):
        data = data_of(self.page)
        self.assertEqual(data["schema"], "perfgate.page/1")
        self.assertEqual(len([e for e in data["entries"] if not e.get("headline")]), 12)
        row = next(e for e in data["entries"] if e["name"] == self.slow)
        self.assertAlmostEqual(row["change"], 0.3, delta=0.05)
        self.assertIn("history", row)
        self.assertEqual(len(data["runs"]["commit"]), 12)
        self.assertEqual(data["kind"], "judgement")

    # AC:page-smoke
    def test_a_browser_shows_it_without_a_word_in_its_console(self):
        dom = self.dom(self.page)
        self.assertEqual(len(re.findall(r'<details class="row[ "]', dom)), len(data_of(self.page)["entries"]))
        self.assertIn(self.slow.split("__")[-1], dom)
        self.assertNotIn('<p class="part">A part of this page could not', dom)
        self.assertIn("Branches", self.dom(self.site / "index.html"))

    # AC:site-feed-valid
    def test_the_feed_is_well_formed_and_its_links_lead_somewhere(self):
        feed = xml.dom.minidom.parse(str(self.site / "feed.xml")).documentElement
        self.assertEqual(feed.namespaceURI, "http://www.w3.org/2005/Atom")
        for entry in [feed, *feed.getElementsByTagName("entry")]:
            for name in ("id", "title", "updated"):
                self.assertEqual(len([n for n in entry.childNodes if n.nodeName == name]), 1, name)
            for node in entry.getElementsByTagName("updated"):
                self.assertRegex(node.firstChild.data, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            for link in entry.getElementsByTagName("link"):
                self.assertTrue((self.site / link.getAttribute("href")).is_file(), link.toxml())

    # AC:site-links
    def test_every_link_of_the_site_leads_to_a_file_of_it(self):
        pages = list(self.site.rglob("index.html"))
        self.assertGreaterEqual(len(pages), 2)
        for page in pages:
            for target in re.findall(r'href="([^"#][^"]*)"', page.read_text()):
                if not target.startswith("data:"):
                    self.assertTrue((page.parent / target).resolve().is_file(), f"{page}: {target}")
            self.assertNotRegex(page.read_text(), r"<script")

    # AC:page-same-bytes
    def test_two_exports_from_one_store_are_equal_byte_for_byte(self):
        self.project.perfgate("report", "judgement", "--store", "dir:store", "--format", "html", "--out", "again")
        self.assertEqual(self.page.read_bytes(), (self.project.folder / "again/judgement.html").read_bytes())
        self.project.perfgate("report", "site", "--out", "site-again")
        files = lambda folder: {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        self.assertEqual(files(self.site), files(self.project.folder / "site-again"))

    # AC:real-page-injection
    def test_hostile_names_are_texts_in_page_and_site(self):
        folder = self.folder / "hostile"
        folder.mkdir()
        hostile = demo.Project(support.BINARY, folder, benchmarks=(1, 1))
        for i, factor in enumerate((1.0, 1.0, 1.5)):
            hostile.write(f"runs/{i}.json", injection.run(multiplier=factor, run_id=f"run-{i}", started=demo.moment(demo.START + i * demo.DAY)))
        hostile.perfgate("report", "judgement", "--run", "runs/0.json", "--run", "runs/2.json", "--format", "html", "--out", "reports")
        page = hostile.folder / "reports/judgement.html"
        parsed, plain = Parsed(page.read_text()), Parsed(self.page.read_text())
        self.assertEqual(parsed.tags, plain.tags, "the markup is that of any other page")
        names = {entry.get("name") for entry in json.loads(parsed.data)["entries"]}
        self.assertGreaterEqual(len(names), 300)
        for i in range(3):
            hostile.judge(f"runs/{i}.json")
        hostile.perfgate("report", "site", "--out", "site", "--title", "</title><script>window.hit=1</script>")
        allowed = set(Parsed((self.site / "index.html").read_text()).tags) | set(Parsed((self.site / "branch/main/index.html").read_text()).tags)
        for page in (hostile.folder / "site").rglob("*.html"):
            tags = set(Parsed(page.read_text()).tags)
            self.assertEqual(tags - allowed - {"table", "thead", "tbody", "tr", "th", "td", "script", "noscript", "button", "nav", "ul"}, set(), page)
        xml.dom.minidom.parse(str(hostile.folder / "site/feed.xml"))


if __name__ == "__main__":
    unittest.main()
