"""What tests of `perfgate publish` share: runs as files, events, the fake GitHub, comments as GitHub would render them."""

import html.parser
import json
import os
import pathlib
import random
import re
import subprocess
import sys

from support import SOURCE, Case

sys.path.insert(0, str(SOURCE / "tests/support"))
from fake_github import FakeGitHub, Fault  # noqa: E402, F401

HEAD, BASE = "1" * 40, "b" * 40
POLICY = "[performance_floors]\nregression_threshold = 0.05\n"
EXAMPLES = pathlib.Path(os.environ.get("PERFGATE_WEBHOOKS", SOURCE / "build/webhooks/api.github.com.json"))


def run(factor=1.0, names=("sort", "search", "decode"), suite="suite", identity="run-1", sha=HEAD, started="2026-11-20T12:00:00.000Z",
        instance="machine-1", seed=1, launches=8, **more):
    """A run.json of quiet benchmarks, `factor` times as slow as usual. A name may be (name, factor)."""
    chance = random.Random(seed)
    benchmarks = []
    for i, name in enumerate(names):
        name, slower = name if isinstance(name, tuple) else (name, factor)
        usual = 1e-6 * (1 + i % 7)
        values = [usual * slower * chance.uniform(0.999, 1.001) for _ in range(launches)]
        benchmarks.append({"suite": suite, "name": name, "id": "x", "samples": [
            {"metric": "time", "values": values, "launches": [1] * launches}]})
    return {"schema": "perfgate.run/1", "tool": "perfgate 0.1.0", "id": identity, "attempt": 1, "started": started,
            "duration_seconds": 1, "commit": {"sha": sha, "branch": "change", "dirty": False},
            "fingerprint": {"cpu_model": "Example CPU", "cores": 2, "arch": "x86_64", "instance": instance},
            "suites": [suite], "harnesses": ["google-benchmark"],
            "metrics": [{"name": "time", "unit": "s", "better": "lower", "exact": False}], "headlines": [],
            "launches": [], "benchmarks": benchmarks, "statistics": [], "notes": []} | more


class Tags(html.parser.HTMLParser):
    """The tags of HTML with what GitHub would act on: targets, sources, handlers."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self.comments, self.code = [], "", [], 0
        self.outside = ""  # the text that is not inside code: where GitHub looks for mentions
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, tuple(attributes)))
        self.code += tag in ("code", "pre")

    def handle_endtag(self, tag):
        self.code -= tag in ("code", "pre")

    def handle_data(self, data):
        self.text += data
        if not self.code:
            self.outside += data

    def handle_comment(self, data):
        self.comments.append(data)


def rendered(markdown):
    """As GitHub renders it, its filters of mentions aside."""
    return subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough", "-e",
                           "tagfilter"], input=markdown.encode(), capture_output=True, check=True).stdout.decode()


# What GitHub makes of text that is not code: mentions, references, emoji, commits, addresses.
ACTS = re.compile(r"(?<![\w])@[A-Za-z0-9]|(?<!\w)#\d|\bGH-\d|:[a-z0-9_+-]+:|https?://|\bwww\.\w|\b[0-9a-f]{7,40}\b", re.I)
OWN_TAGS = {"p", "strong", "code", "pre", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "sub", "br",
            "blockquote", "h4", "ul", "li"}


class Publishing(Case):
    def setUp(self):
        super().setUp()
        self.github = None

    def serve(self, **options):
        self.github = FakeGitHub(**options)
        self.addCleanup(self.github.stop)
        self.token = self.github.token()
        return self.github

    def put(self, path, document):
        self.write(path, json.dumps(document))

    def bundle(self, folder="out", **options):
        self.put(f"{folder}/run.json", run(**options))
        return folder

    def pair(self, folder="out", base=1.0, head=1.0, **options):
        """The bundle of an `ab`: by turns, as it says."""
        experiment = {"id": "x", "seed": 1, "order": "BHHB" * 4, "looks": [8], "builds": 1, "identical": False}
        names = [name[0] if isinstance(name, tuple) else name for name in options.get("names", ("sort", "search", "decode"))]
        self.put(f"{folder}/base/run.json", run(base, sha=BASE, identity="x-base", seed=2,
                                                experiment=experiment | {"side": "base"}, **options | {"names": names}))
        self.put(f"{folder}/head/run.json", run(head, identity="x-head",
                                                experiment=experiment | {"side": "head"}, **options))
        return folder

    def history(self, store="dir:history", sha=BASE, **options):
        """A trusted history whose baseline is a run of factor 1."""
        self.put("base/run.json", run(identity="base-1", sha=sha, seed=3, started="2026-11-20T11:50:00.000Z", **options))
        self.expect(self.perfgate("history", "add", "base/run.json", "--store", store), 0)
        self.expect(self.perfgate("baseline", "promote", "--run", "base/run.json", "--store", store, "--branch", "main",
                                  "--tests-passed"), 0)
        return store

    # ---- events

    def pull_event(self, number=7, head=HEAD, base=BASE, fork=False, state="open"):
        def side(sha, ref, repository, login):
            return {"sha": sha, "ref": ref, "repo": {"id": repository, "full_name": f"{login}/perf", "owner": {"login": login}}}
        repository = self.github.repository
        return {"action": "synchronize", "number": number, "repository": self.repository_json(),
                "pull_request": {"number": number, "state": state,
                                 "head": side(head, "change", 99 if fork else repository.id, "mallory" if fork else "octo"),
                                 "base": side(base, "main", repository.id, "octo")}}

    def run_event(self, head=HEAD, fork=True, event="pull_request", number=12, attempt=1):
        owner = "mallory" if fork else "octo"
        return {"action": "completed", "repository": self.repository_json(), "workflow_run": {
            "id": 99, "event": event, "path": ".github/workflows/perf.yml", "head_sha": head, "head_branch": "change",
            "head_repository": {"id": 99 if fork else self.github.repository.id, "owner": {"login": owner}},
            "run_number": number, "run_attempt": attempt, "conclusion": "success"}}

    def repository_json(self):
        repository = self.github.repository
        return {"id": repository.id, "full_name": f"{repository.owner}/{repository.name}", "default_branch": "main"}

    def publish(self, *arguments, event=None, name="pull_request", number=1, attempt=1, token=True, env=None, **options):
        """`perfgate publish` in a job."""
        job = self.job(event, name, number, attempt) | {"GITHUB_OUTPUT": str(self.dir / "output"),
                                                        "GITHUB_STEP_SUMMARY": str(self.dir / "summary")}
        if not token:
            del job["PERFGATE_GITHUB_TOKEN"]
        return self.perfgate("publish", *arguments, env=job | (env or {}), **options)

    def start_publishing(self, *arguments, number):
        """The same, and not waited for."""
        return self.start("publish", *arguments, env=self.job(number=number, file=f"event-{number}.json"))

    def job(self, event=None, name="pull_request", number=1, attempt=1, file="event.json"):
        """What the runner sets."""
        path = self.write(file, json.dumps(event if event is not None else self.pull_event()))
        return {"GITHUB_ACTIONS": "true", "GITHUB_API_URL": self.github.url, "GITHUB_EVENT_PATH": str(path),
                "GITHUB_REPOSITORY": f"{self.github.repository.owner}/{self.github.repository.name}",
                "GITHUB_EVENT_NAME": name, "GITHUB_RUN_NUMBER": str(number), "GITHUB_RUN_ATTEMPT": str(attempt),
                "GITHUB_RUN_ID": "99", "GITHUB_SHA": BASE, "PERFGATE_GITHUB_TOKEN": self.token,
                "GITHUB_WORKFLOW_REF": "octo/perf/.github/workflows/perf.yml@refs/heads/main"}

    def git_text(self, *arguments):
        return subprocess.run(["git", "-C", str(self.work), *arguments], check=True, capture_output=True,
                              text=True).stdout.strip()

    # ---- what came of it

    def outputs(self):
        """As the runner reads GITHUB_OUTPUT."""
        found, lines = {}, (self.dir / "output").read_text().split("\n")
        self.assertEqual(lines.pop(), "", "the file ends in a newline")
        at = 0
        while at < len(lines):
            name, delimiter = lines[at].split("<<")
            end = lines.index(delimiter, at + 1)
            found[name] = "\n".join(lines[at + 1:end])
            at = end + 1
        return found

    def summary(self):
        return (self.dir / "summary").read_text()

    def comment(self, issue=7):
        """The one comment of ours."""
        ours = [one for one in self.github.comments(issue) if one["login"].endswith("[bot]")]
        self.assertEqual(len(ours), 1, [one["body"][:200] for one in ours])
        return ours[0]["body"]

    def check(self):
        checks = list(self.github.repository.checks.values())
        self.assertEqual(len(checks), 1)
        return checks[0]

    def expect_clean(self):
        """Every request and answer was one of GitHub's."""
        self.assertEqual(self.github.violations, [])
        self.assertEqual(self.github.own_faults, [])

    def expect_harmless(self, markdown, where):
        """Rendered, it holds nothing but our own tags, and nothing in it acts."""
        page = rendered(markdown)
        tags = Tags(page)
        for tag, attributes in tags.tags:
            self.assertIn(tag, OWN_TAGS, f"{where}: {page[:3000]}")
            for name, _ in attributes:
                self.assertIn(name, ("align", "class"), f"{where}: {tag} {attributes}")
        for comment in tags.comments:
            self.assertTrue(comment.startswith(" perfgate:"), f"{where}: {comment[:200]}")
        ours = tags.outside
        found = ACTS.search(ours)
        self.assertIsNone(found, f"{where}: {ours[max(0, found.start() - 60):found.end() + 60]!r}" if found else "")
        return page
