"""Reports of the real binary, held to parsers of their formats, with names that try to be more than text."""

import csv
import html.parser
import io
import json
import os
import re
import subprocess
import xml.etree.ElementTree

import injection
import support

FORMATS = "text,md,json,csv"
PARSERS = support.SOURCE / "build" / "page" / "bin" / "python"  # made by `./dev test --full`
SARIF_SCHEMA = support.SOURCE / "build" / "node" / "package" / "lib" / "schemas" / "sarif-2.1.0-rtm.5.json"


class Tags(html.parser.HTMLParser):
    """Which elements there are, with their attributes, and how many cells each row of a table has."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.tables, self.text = set(), [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append(0)
        elif tag in ("td", "th"):
            self.tables[-1][-1] += 1

    def handle_data(self, data):
        self.text.append(data)


class ReportTest(support.Case):
    def setUp(self):
        super().setUp()
        for number in range(10):  # a history on main, the last two as files too
            text = injection.run(1.4 if number == 9 else 1, f"run-{number}", f"2026-01-{number + 1:02}T00:00:00.000Z",
                                 branch="main")
            self.write(f"runs/{number}/run.json", text)
        self.write("base/run.json", injection.run(1, "base"))
        self.write("head/run.json", injection.run(1.4, "head", "2026-02-01T00:00:00.000Z"))
        self.write("thresholds.toml", '[[rule]]\nbenchmark = "*"\nceiling = "300 ns"\n')
        self.two = ["--run", "base/run.json", "--run", "head/run.json"]

    def report(self, kind, *arguments):
        ended = self.perfgate("report", kind, *arguments)
        self.assertEqual(ended.code, 0, ended)
        return ended

    def everything(self, out):
        """Every kind in every format that it has, below `out`."""
        ended = self.perfgate("history", "add", *(f"runs/{n}/run.json" for n in range(10)))
        self.assertEqual(ended.code, 0, ended)
        verdicts = FORMATS + ",junit,sarif,badge,prometheus"
        self.report("judgement", *self.two, "--format", verdicts, "--out", out)
        self.report("comparison", *self.two, "--format", verdicts, "--out", out)
        self.report("slo", *self.two, "--format", verdicts, "--out", out)
        self.report("hypothesis", *self.two, "--hypothesis", "within=5%", "--format", verdicts, "--out", out)
        for kind in ("results", "evolution", "statistics", "trend"):
            self.report(kind, "--format", FORMATS + ",prometheus", "--out", out)
        self.report("matrix", "--rows", "backend", "--cols", "rows", "--value", "time", "--format",
                    FORMATS + ",prometheus", "--out", out)
        return {path.name: path for path in sorted((self.work / out).iterdir())}

    # AC:report-parsers
    def test_no_name_breaks_a_format(self):
        files = self.everything("out")
        self.assertGreater(len(files), 50)
        for name, path in files.items():
            with self.subTest(file=name):
                if name.endswith(".md"):
                    self.check_markdown(path)
                elif name.endswith(".csv"):
                    self.check_csv(path)
                elif name.endswith(".xml"):
                    self.check_junit(path)
                elif name.endswith(".svg"):
                    self.check_badge(path)
                elif name.endswith(".sarif"):
                    self.check_sarif(path)
                elif name.endswith(".prom"):
                    self.check_prometheus(path)
                elif name.endswith(".json"):
                    self.check_json(path)
                else:
                    self.check_text(path)
        if support.FULL:
            self.check_with_foreign_parsers(files)

    # AC:report-commit-subject
    def test_no_commit_subject_breaks_a_format(self):
        texts = injection.payloads()
        names = [str(self.write(f"h/{i}.json", text).relative_to(self.work)) for i, text in enumerate(injection.history())]
        ended = self.perfgate("history", "add", "--quiet", *names)
        self.assertEqual(ended.code, 0, ended)
        # A tag at each commit marks it in the trend, beside its subject.
        self.repository()
        judged = []
        for i in (0, 250):
            self.report("results", "--store", "dir:.perfgate", "--head", f"run-{i}", "--format", FORMATS, "--out", f"r{i}")
            judged += [self.work / f"r{i}" / f"results.{suffix}" for suffix in ("txt", "md", "json")]
        self.report("trend", "--format", FORMATS, "--out", "trend")
        self.assertEqual([run["subject"] for run in self.json("trend/trend.json")["runs"] if "subject" in run],
                         [text for text in texts if text])
        files = judged + sorted((self.work / "trend").iterdir())
        for i in range(0, len(texts), 3):  # a judgement's subtitle and facts
            self.write("one/run.json", injection.history()[i] if i < 3 else (self.work / names[i]).read_text())
            ended = self.perfgate("report", "judgement", "--run", "one/run.json", "--format", "md,json", "--out", f"one/{i}")
            self.assertEqual(ended.code, 0, ended)
            files += [self.work / f"one/{i}/judgement.md", self.work / f"one/{i}/judgement.json"]
        for path in files:
            with self.subTest(file=str(path)):
                {".md": self.check_markdown, ".csv": self.check_csv, ".json": self.check_json, ".txt": self.check_text}[path.suffix](path)

    # AC:report-deterministic
    def test_neither_the_order_of_adding_nor_the_number_of_processors_shows(self):
        def made(store, order, **options):
            for number in order:
                ended = self.perfgate("history", "add", "--store", store, f"runs/{number}/run.json", "--quiet", **options)
                self.assertEqual(ended.code, 0, ended)
            out = store.removeprefix("dir:") + "-out"
            for kind in ("trend", "evolution", "statistics", "results"):
                ended = self.perfgate("report", kind, "--store", store, "--format", FORMATS + ",html,pdf,prometheus" if kind == "trend"
                                      else FORMATS + ",html", "--out", out, **options)
                self.assertEqual(ended.code, 0, ended)
            ended = self.perfgate("report", "site", "--store", store, "--out", out + "/site", "--quiet", **options)
            self.assertEqual(ended.code, 0, ended)
            # site.json numbers what pages were made from as the store does.
            return {name: data for name, data in self.snapshot(out).items() if name != "site/site.json"}
        first = made("dir:a", range(10))
        second = made("dir:b", [*range(9, 0, -2), *range(0, 10, 2)], preexec_fn=lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}))
        self.assertEqual(first.keys(), second.keys())
        self.assertIn("site/index.html", first)
        for name in first:
            self.assertEqual(first[name], second[name], name)

    # AC:report-deterministic
    def test_made_twice_they_are_the_same(self):
        first = {name: path.read_bytes() for name, path in self.everything("first").items()}
        second = {name: path.read_bytes() for name, path in self.everything("second").items()}
        self.assertEqual(first.keys(), second.keys())
        for name in first:
            self.assertEqual(first[name], second[name], name)

    def check_markdown(self, path):
        page = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough",
                               "-e", "tasklist", path], capture_output=True, check=True).stdout.decode()
        tags = Tags()
        tags.feed(page)
        allowed = {"h1", "h2", "p", "table", "thead", "tbody", "tr", "th", "td", "strong", "ul", "li", "pre", "code",
                   "blockquote", "br"}
        self.assertLessEqual(tags.tags, allowed)
        self.assertLessEqual({(tag, name) for tag, name, _ in tags.attributes},
                             {("th", "align"), ("td", "align"), ("pre", "lang"), ("code", "class")})
        for rows in tags.tables:
            self.assertEqual(len(set(rows)), 1, "a row has other cells than its table")
        self.assertNotRegex("".join(tags.text), r"(?m)^::")

    def check_text(self, path):
        self.assertNotRegex(path.read_text(), "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
        self.assertNotRegex(path.read_text(), r"(?m)^\s*::")

    def check_csv(self, path):
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline=""), strict=True))
        self.assertGreater(len(rows), 1)
        self.assertEqual(len({len(row) for row in rows}), 1)
        for row in rows:
            for cell in row:
                if cell and cell[0] in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20":
                    self.assertRegex(cell, r"\A-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?\Z")

    def check_junit(self, path):
        suites = xml.etree.ElementTree.parse(path).getroot()
        self.assertEqual(suites.tag, "testsuites")
        cases = list(suites.iter("testcase"))
        self.assertEqual(int(suites.get("tests")), len(cases))
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            self.assertEqual(int(suites.get(count)), sum(1 for _ in suites.iter(tag)))
        self.assertLessEqual({element.tag for element in suites.iter()},
                             {"testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"})

    def check_badge(self, path):
        image = xml.etree.ElementTree.parse(path).getroot()
        names = {element.tag.split("}")[1] for element in image.iter()}
        self.assertLessEqual(names, {"svg", "title", "clipPath", "rect", "g", "text"})

    def check_sarif(self, path):
        log = json.loads(path.read_text())
        self.assertEqual(log["version"], "2.1.0")
        for run in log["runs"]:
            rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
            self.assertEqual(len(rules), len(set(rules)))
            for result in run["results"]:
                self.assertEqual(rules[result["ruleIndex"]], result["ruleId"])
                self.assertIn(result["level"], ("error", "warning", "note"))
                self.assertTrue(result["message"]["text"])
                self.assertNotRegex(result["message"]["text"], r"(?<!\\)\[")  # a link in a message

    def check_prometheus(self, path):
        label = r'[a-z]+="(?:[^"\\\n]|\\["\\n])*"'
        sample = re.compile(r"([a-z_]+[a-z0-9_]*)(\{%s(?:,%s)*\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?)" % (label, label))
        families, seen, current = set(), set(), None
        text = path.read_text()
        self.assertTrue(text.endswith("\n"))
        for line in text[:-1].split("\n"):
            if line.startswith("# HELP "):
                current = line.split(" ")[2]
                self.assertNotIn(current, families)
                families.add(current)
            elif line.startswith("# TYPE "):
                self.assertEqual(line, f"# TYPE {current} gauge")
            else:
                found = sample.fullmatch(line)
                self.assertTrue(found, line)
                self.assertEqual(found[1], current)
                self.assertNotIn((found[1], found[2]), seen)
                seen.add((found[1], found[2]))

    def check_json(self, path):
        document = json.loads(path.read_text())
        kind = document["schema"].split("/")[0].removeprefix("perfgate.")
        ended = self.perfgate("validate", kind, str(path))
        self.assertEqual(ended.code, 0, ended)

    def check_with_foreign_parsers(self, files):
        """What others read these formats with: jsonschema with SARIF's own schema, Prometheus' own client."""
        self.assertTrue(PARSERS.exists() and SARIF_SCHEMA.exists(), "./dev test --full installs them")
        program = (
            "import json, sys, jsonschema\n"
            "from prometheus_client.parser import text_string_to_metric_families as families\n"
            "schema = json.load(open(sys.argv[1]))\n"
            "for path in sys.argv[2:]:\n"
            "    text = open(path).read()\n"
            "    if path.endswith('.sarif'):\n"
            "        jsonschema.validate(json.loads(text), schema)\n"
            "    else:\n"
            "        assert sum(len(family.samples) for family in families(text)) > 0\n")
        paths = [str(path) for name, path in files.items() if name.endswith((".sarif", ".prom"))]
        self.assertGreater(len(paths), 8)
        subprocess.run([PARSERS, "-c", program, SARIF_SCHEMA, *paths], check=True)


class PagesTest(support.Case):
    # AC:report-help
    def test_help_tells_a_stranger_what_to_do(self):
        ended = self.perfgate("help", "report")
        self.assertEqual(ended.code, 0)
        for kind in ("judgement", "comparison", "evolution", "statistics", "results", "matrix", "trend", "slo",
                     "hypothesis"):
            self.assertRegex(ended.out, rf"(?m)^  {kind}\s")
            told = self.perfgate("help", "report", kind)
            self.assertEqual(told.code, 0, told)
            self.assertIn("Example", told.out)
            self.assertIn(f"perfgate report {kind}", told.out)


if __name__ == "__main__":
    support.main()
