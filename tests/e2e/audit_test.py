"""Audit reports: made from a real store and real repositories, verified, tampered with."""

import base64
import concurrent.futures
import copy
import datetime
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time
import unittest

import support

MAKER = os.environ["PERFGATE_AUDIT_MAKER"]
MANIPULATIONS = 10_000 if support.FULL else 240


def digest(prev, seq, body):
    return hashlib.sha256(f"{prev}\n{seq}\n".encode() + body).hexdigest()


class Line:
    """A record's line, taken apart."""

    def __init__(self, raw):
        at = raw.index(b',"body":') + 8
        head = json.loads(raw[:at].rstrip(b'"body":').rstrip(b",") + b"}")
        self.seq, self.prev, self.sha256 = head["seq"], head["prev"], head["sha256"]
        self.body = raw[at:-1]

    def raw(self):
        return b'{"seq":%d,"prev":"%s","sha256":"%s","body":%s}' % (
            self.seq, self.prev.encode(), self.sha256.encode(), self.body)


def chained(lines, start=1, prev="0" * 64):
    """The lines numbered and chained again, as an attacker would who knows how."""
    for seq, line in enumerate(lines, start):
        line.seq, line.prev = seq, prev
        line.sha256 = prev = digest(prev, seq, line.body)
    return lines


class AuditCase(support.Case):
    begin = "2024-01-01T00:00:00Z"

    def recent(self, months):
        """So many months that are over: what --missing makes reports of."""
        today = datetime.datetime.now(datetime.UTC)
        numbers = [today.year * 12 + today.month - 1 - back for back in range(months, 0, -1)]
        names = [f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers]
        self.begin = f"{names[0]}-01T00:00:00Z"
        return names

    def make(self, months=3, runs=45, benchmarks=2):
        self.repo = self.dir / "repo"
        self.store = self.work / "store"
        subprocess.run([MAKER, self.repo, self.store, str(months), str(runs), str(benchmarks), self.begin],
                       check=True, env=self.environment())

    def generate(self, *arguments, out="out", code=0, repo=None, **options):
        ended = self.perfgate("audit", "generate", "--store", self.store, "--repo", repo or self.repo, "--out", out,
                              *arguments, timeout=300, **options)
        self.assertEqual(ended.code, code, ended)
        return ended

    def verify(self, *arguments, out="out", code=0):
        ended = self.perfgate("audit", "verify", out, "--store", self.store, *arguments, timeout=300)
        self.assertEqual(ended.code, code, ended)
        return ended

    def head(self, ended):
        return re.search(r"^head ([0-9a-f]{64})$", ended.out, re.M).group(1)

    def files(self, folder):
        return {path.name: path.read_bytes() for path in sorted((self.work / folder).iterdir())}

    def records(self):
        return sorted((self.store / "records").iterdir())


class Audit(AuditCase):
    # AC:audit-generate
    def test_a_month_is_reported_in_three_formats_and_verified(self):
        self.make()
        summary = self.work / "summary.md"
        made = self.generate("--period", "2024-02", env={"GITHUB_STEP_SUMMARY": str(summary)})
        head = self.head(made)
        self.assertIn(head, summary.read_text())
        names = set(self.files("out"))
        self.assertLessEqual({"audit-2024-02.html", "audit-2024-02.pdf", "audit-2024-02.json", "audit-2024-02.dsse.json"},
                             names)
        report = self.json("out/audit-2024-02.json")
        population = report["population"]
        self.assertEqual(population["commits"], population["judged"] + population["covered"] + population["gaps"])
        listed = subprocess.run(["git", "-C", self.repo, "log", "--first-parent", "--format=%H %cI", "main"], text=True,
                                check=True, capture_output=True, env=self.environment(TZ="UTC")).stdout.splitlines()
        inside = [line.split()[0] for line in listed
                  if datetime.datetime.fromisoformat(line.split()[1]).astimezone(datetime.UTC).strftime("%Y-%m") == "2024-02"]
        self.assertEqual(sorted(inside), sorted(m["sha"] for m in population["merges"] if m["state"] != "late"))
        for merge in population["merges"]:
            self.assertTrue(merge["judgement"] or merge["reason"], merge)
        page = self.read("out/audit-2024-02.html")
        self.assertNotIn("<script", page)
        self.assertIn("default-src 'none'", page)
        self.assertIn("Limits of this report", page)
        self.assertTrue((self.work / "out/audit-2024-02.pdf").read_bytes().startswith(b"%PDF"))
        told = self.verify("--expect-head", head, "--repo", self.repo)
        self.assertIn("verified", told.out)
        self.assertIn("the expected head is record", told.out)
        # Without a head it says what it could not prove.
        self.assertIn("--expect-head", self.verify().out)
        self.verify("--expect-head", "0" * 64, code=8)
        # The store is what it was for everybody else.
        self.assertEqual(self.perfgate("history", "verify", "--store", self.store).code, 0)

    # AC:audit-same-bytes
    def test_the_same_inputs_give_the_same_bytes_and_late_is_in_time(self):
        self.make()
        whole = self.dir / "whole"
        shutil.copytree(self.store, whole)
        for path in self.records():
            if path.name > "2024-02.jsonl":
                path.unlink()
        (self.store / "index.sqlite").unlink()
        self.generate("--period", "2024-02", out="in-time")
        shutil.rmtree(self.store)
        shutil.copytree(whole, self.store)
        self.generate("--period", "2024-03", out="late", env={"TZ": "Pacific/Kiritimati", "LC_ALL": "C"})
        self.generate("--period", "2024-02", out="late")
        late = self.files("late")
        for name, content in self.files("in-time").items():
            self.assertEqual(content, late[name], name)
        self.verify(out="late")
        # A report that is made again over the same files changes nothing.
        self.generate("--period", "2024-02", out="late")
        self.assertEqual(late, self.files("late"))

    # AC:audit-missing
    def test_a_gap_between_reports_is_named(self):
        names = self.recent(3)
        self.make()
        self.generate("--missing")
        self.assertEqual([f"audit-{name}.json" for name in names], [n for n in self.files("out") if re.fullmatch(r"audit-[0-9-]*\.json", n)])
        self.assertIn("no report is missing", self.generate("--missing").out)
        self.verify()
        for path in (self.work / "out").glob(f"audit-{names[1]}.*"):
            path.unlink()
        self.assertIn(f"{names[1]} is missing", self.verify(code=8).err)

    # AC:audit-openssl
    def test_openssl_verifies_the_signature(self):
        self.make(months=2, runs=20)
        key, public = self.dir / "key.pem", self.dir / "key.pub"
        run = lambda *command: subprocess.run(command, check=True, capture_output=True)
        run("openssl", "genpkey", "-algorithm", "ed25519", "-out", key)
        run("openssl", "pkey", "-in", key, "-pubout", "-out", public)
        self.generate("--period", "2024-01", "--key", key)
        envelope = self.json("out/audit-2024-01.dsse.json")
        payload = base64.b64decode(envelope["payload"])
        kind = envelope["payloadType"].encode()
        signed, signature = self.dir / "signed", self.dir / "signature"
        signed.write_bytes(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
        signature.write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
        run("openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", public, "-in", signed, "-sigfile", signature)
        statement = json.loads(payload)
        for subject in statement["subject"]:
            content = (self.work / "out" / subject["name"]).read_bytes()
            self.assertEqual(hashlib.sha256(content).hexdigest(), subject["digest"]["sha256"])
        self.assertIn("is signed with the key", self.verify("--key", public).out)
        self.assertIn("is signed with the key", self.verify("--key", key).out)
        other = self.dir / "other.pem"
        run("openssl", "genpkey", "-algorithm", "ed25519", "-out", other)
        self.assertIn("is not signed with", self.verify("--key", other, code=8).err)
        # The root is what the records' checksums give (RFC 9162).
        lines = [Line(raw) for path in self.records() for raw in path.read_bytes().splitlines()]
        figures = statement["predicate"]
        leaves = [hashlib.sha256(b"\0" + line.sha256.encode()).digest() for line in lines
                  if figures["first"] <= line.seq <= figures["last"]]
        self.assertEqual(len(leaves), figures["records"])

        def root(hashes):
            if len(hashes) == 1:
                return hashes[0]
            half = 1 << (len(hashes) - 1).bit_length() - 1
            return hashlib.sha256(b"\1" + root(hashes[:half]) + root(hashes[half:])).digest()
        self.assertEqual(root(leaves).hex(), figures["root"])

    # AC:audit-refuses
    def test_what_goes_wrong_is_said_with_its_reason(self):
        self.make(months=2, runs=20)
        self.assertIn("CBKB007", self.generate("--period", "2023-10", code=8).err)
        self.assertIn("is not over", self.generate("--period", "2199-10", code=8).err)
        self.assertIn("no population", self.generate(repo=self.home, code=8).err)
        self.assertIn("has no branch", self.generate("--branch", "nowhere", code=8).err)
        self.assertIn("audit report is html, pdf or json", self.generate("--format", "docx", code=2).err)
        self.assertIn("is no period", self.generate("--period", "2024-13", code=2).err)
        config = self.write("audit_config.yaml", "enterprise_audit:\n  compliance_standards: [SOX, HIPAA]\n")
        told = self.generate("--period", "2024-01", code=8).err
        self.assertIn("known are SOX, PCI-DSS, GDPR, ISO-27001", told)
        config.write_text("enterprise_audit:\n  enabled: false\n")
        self.assertIn("switched off", self.generate("--period", "2024-01").out)
        config.write_text("enterprise_audit:\n  enabled: true\n  enabld: true\n")
        self.assertIn("audit_config.yaml:3", self.generate("--period", "2024-01", code=2).err)
        config.unlink()
        self.write("thresholds.toml", "[automation]\naudit_generation_enabled = false\n")
        self.assertIn("switched off", self.generate("--period", "2024-01").out)
        (self.work / "thresholds.toml").unlink()
        self.write("file", "x")
        self.assertIn("CBKB007", self.generate("--period", "2024-01", out="file/below", code=8).err)
        bad_key = self.write("key.pem", "no key")
        self.assertIn("no key", self.generate("--period", "2024-01", "--key", bad_key, code=8).err)
        shallow = self.dir / "shallow"
        subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{self.repo}", shallow], check=True,
                       env=self.environment())
        self.assertIn("shallow", self.generate("--period", "2024-01", repo=shallow, code=8).err)
        self.assertIn("holds no audit report", self.verify(out=str(self.home), code=8).err)
        records = self.records()[0]
        records.write_bytes(records.read_bytes().replace(b"r-000003", b"r-000004", 1))
        told = self.generate("--period", "2024-01", code=8).err
        self.assertIn("CBKB007", told)
        empty = self.perfgate("audit", "generate", "--store", self.work / "none", "--repo", self.repo)
        self.assertEqual(empty.code, 8)
        self.assertIn("holds no record", empty.err)

    # AC:audit-slo-alerts
    def test_violations_are_a_file_and_a_notice(self):
        self.make(months=2, runs=60)
        made = self.generate("--period", "2024-01")
        alerts = sorted((self.work / "out").glob("*.slo-alerts.json"))
        self.assertTrue(alerts)
        self.assertIn("SLO alert", made.err)
        self.assertTrue(json.loads(alerts[0].read_text())["violations"])

    # AC:audit-pruned
    def test_retention_leaves_the_checkpoint(self):
        names = self.recent(3)
        self.make(months=3, runs=45)
        self.generate("--missing")
        pruned = self.perfgate("history", "prune", "--store", self.store, "--months", "1", "--why", "as agreed")
        self.assertEqual(pruned.code, 0, pruned)
        told = self.verify()
        self.assertIn("taken away by retention", told.out)
        self.assertIn("its checkpoint still stands", told.out)
        page = self.work / f"out/audit-{names[0]}.html"
        page.write_bytes(page.read_bytes().replace(b"judged", b"Judged", 1))
        self.verify(code=8)


    # AC:audit-erased
    def test_a_report_outlives_a_name_that_was_erased(self):
        self.make()
        head = self.head(self.generate("--period", "2024-02"))
        self.assertIn("maintainer", self.read("out/audit-2024-02.json"))
        chain = {path.name: path.read_bytes() for path in self.records()}
        for name, content in chain.items():
            self.assertNotIn(b"maintainer", content, name)
        erased = self.perfgate("history", "erase-person", "maintainer", "--store", self.store, "--why", "as asked for")
        self.assertEqual((erased.code, erased.err), (0, ""))
        self.assertRegex(erased.out, r"^erased \d+ names of this person")
        for path in self.store.rglob("*"):
            if path.is_file():
                self.assertNotIn(b"maintainer", path.read_bytes(), path)
        for path in self.records():
            self.assertTrue(path.read_bytes().startswith(chain.get(path.name, b"")), path)
        told = self.verify("--expect-head", head)
        self.assertIn("verified", told.out)
        self.assertRegex(told.out, r"\d+ names that the report of 2024-02 shows: the history had them erased")
        self.assertEqual(self.perfgate("history", "verify", "--store", self.store).code, 0)
        # A report that is made later shows what the history shows.
        self.generate("--period", "2024-03", out="later")
        later = self.read("later/audit-2024-03.json")
        self.assertIn("(erased)", later)
        self.assertNotIn("maintainer", later)
        self.verify(out="later")
        # A name that is changed is another file than the one that the checkpoint names.
        report = self.work / "out/audit-2024-02.json"
        report.write_text(self.read("out/audit-2024-02.json").replace("maintainer", "somebody", 1))
        self.assertIn("audit-2024-02.json: its SHA-256", self.verify(code=8).out)


class Histories(AuditCase):
    """Merges, squashes and rebases, as git makes them."""

    def git(self, *arguments, date="2024-02-10T10:00:00+00:00", committer="Merger"):
        return subprocess.run(
            ["git", "-C", self.repo, "-c", "user.name=Dev", "-c", "user.email=d@example.org", "-c", "core.hooksPath=",
             *arguments], check=True, capture_output=True, text=True,
            env=self.environment(GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date, GIT_COMMITTER_NAME=committer,
                                 GIT_COMMITTER_EMAIL="m@example.org")).stdout.strip()

    # AC:audit-git-histories
    def test_merge_squash_and_rebase_give_the_population_that_git_lists(self):
        self.make(months=3, runs=30)
        shutil.rmtree(self.repo)
        self.repo.mkdir()
        self.git("init", "-q", "-b", "main")
        commit = lambda message, date: self.git("commit", "-q", "--allow-empty", "-m", message, date=date)
        commit("begin", "2024-01-05T10:00:00+00:00")
        self.git("switch", "-q", "-c", "one")
        commit("work", "2024-02-01T10:00:00+00:00")
        self.git("switch", "-q", "main")
        self.git("merge", "-q", "--no-ff", "-m", "Merge pull request #7 from x/one\n\nReviewed-by: Rita <r@example.org>",
                 "one", date="2024-02-02T10:00:00+00:00")
        # Squashed: one commit, whose author is another than its committer. 1 March there is February here.
        commit("Squashed change (#8)\n\nApproved-by: Al <a@example.org>", "2024-03-01T05:00:00+14:00")
        # Rebased: as many commits as it had.
        for number in range(3):
            commit(f"Rebased {number}", f"2024-02-29T23:5{number}:00+00:00")
        # A committer whose clock went back counts where the clock says.
        commit("Late by its clock", "2024-01-31T23:00:00+00:00")
        commit("March", "2024-03-01T00:00:00+00:00")
        self.generate("--period", "2024-02", "--format", "json")
        merges = self.json("out/audit-2024-02.json")["population"]["merges"]
        self.assertEqual([m["subject"] for m in merges if m["state"] != "late"],
                         ["Merge pull request #7 from x/one", "Squashed change (#8)", "Rebased 0", "Rebased 1", "Rebased 2"])
        self.assertEqual([m["pull_request"] for m in merges], [7, 8, 0, 0, 0])
        self.assertEqual([m["approver"] for m in merges], ["Rita", "Al", "", "", ""])
        self.assertEqual({m["merger"] for m in merges}, {"Merger"})
        self.assertTrue(merges[0]["head"])
        self.assertEqual({m["state"] for m in merges}, {"gap"})
        self.verify("--repo", self.repo)
        # A branch that was rewritten lists others.
        self.git("reset", "-q", "--hard", "HEAD~4")
        self.assertIn("/population", self.verify("--repo", self.repo, code=8).err)

    # AC:audit-hostile-names
    def test_hostile_names_stay_text(self):
        self.make(months=2, runs=10)
        payload = '<img src=x onerror=alert(1)>"\'&{{body}}\u202e::error::x'
        self.git("commit", "-q", "--allow-empty", "--author", 'B "q" & b <x@example.org>', "-m", payload,
                 date="2024-01-20T10:00:00+00:00")
        self.git("tag", "-m", payload, "v<script>1")
        self.generate("--period", "2024-01")
        page = self.read("out/audit-2024-01.html")
        self.assertNotIn("<img", page)
        self.assertNotIn("<script", page)
        self.assertNotIn("\u202e", page)
        self.assertNotIn("x@example.org", page)
        self.verify()


class Scale(AuditCase):
    # AC:audit-scale
    def test_36_months_of_runs_within_10_s_and_64_mib(self):
        names = self.recent(36)
        self.make(months=36, runs=20_000 if support.FULL else 1_000, benchmarks=50)
        for arguments in (["--period", names[20]], ["--missing"]):
            begin = time.monotonic()
            process = self.start("audit", "generate", "--store", self.store, "--repo", self.repo, "--out", "out", *arguments,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            seconds = time.monotonic() - begin
            print(f"{arguments}: {seconds:.1f} s, {usage.ru_maxrss / 1024:.0f} MiB", file=sys.stderr)
            self.assertEqual(process.returncode, 0)
            # Of a machine that others use too: what it took of it.
            self.assertLess(min(seconds, usage.ru_utime + usage.ru_stime), 10)
            self.assertLess(usage.ru_maxrss / 1024, 64)
        self.verify()


class Tampering(AuditCase):
    """Random manipulations of store and report."""

    def setUp(self):
        super().setUp()
        self.random = random.Random(20260101)
        self.prepare("html,pdf,json")

    def prepare(self, formats):
        for folder in ("repo", "work/store", "work/out", "good-store", "good-out"):
            shutil.rmtree(self.dir / folder, ignore_errors=True)
        self.make(months=1, runs=12)
        made = self.generate("--period", "2024-01", "--format", formats)
        self.expected = self.head(made)
        self.verify("--expect-head", self.expected)
        self.good_store, self.good_out = self.dir / "good-store", self.dir / "good-out"
        shutil.copytree(self.store, self.good_store)
        shutil.copytree(self.work / "out", self.good_out)

    def restore(self):
        for good, bad in ((self.good_store, self.store), (self.good_out, self.work / "out")):
            shutil.rmtree(bad)
            shutil.copytree(good, bad)

    def lines(self):
        return [(path, path.read_bytes().splitlines()) for path in self.records()]

    def put(self, path, lines, index=True):
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        if index and self.random.random() < 0.5:
            (self.store / "index.sqlite").unlink(missing_ok=True)

    def rechain(self, change):
        """Changes bodies, and chains everything again, the checkpoint's record too."""
        files = self.lines()
        all_lines = [Line(raw) for _, lines in files for raw in lines]
        change(all_lines)
        chained(all_lines)
        at = 0
        for path, lines in files:
            count = len(lines)
            self.put(path, [line.raw() for line in all_lines[at:at + count]])
            at += count

    def some_digit(self, text, pattern=rb"[0-9]"):
        places = [m.start() for m in re.finditer(pattern, text)]
        at = self.random.choice(places)
        return text[:at] + str((int(text[at:at + 1]) + self.random.randint(1, 9)) % 10).encode() + text[at + 1:]

    # ---- Each changes something, and says what

    def bit_flip(self):
        path, lines = self.random.choice(self.lines())
        content = bytearray(path.read_bytes())
        at = self.random.randrange(len(content))
        content[at] ^= 1 << self.random.randrange(8)
        path.write_bytes(bytes(content))

    def drop(self):
        path, lines = self.random.choice(self.lines())
        del lines[self.random.randrange(len(lines))]
        self.put(path, lines)

    def swap(self):
        path, lines = max(self.lines(), key=lambda entry: len(entry[1]))
        a, b = self.random.sample(range(len(lines)), 2)
        lines[a], lines[b] = lines[b], lines[a]
        self.put(path, lines)

    def insert(self):
        path, lines = self.random.choice(self.lines())
        at = self.random.randrange(len(lines))
        lines.insert(at, self.random.choice(lines))
        self.put(path, lines)

    def truncate(self):
        path = self.records()[-1]
        content = path.read_bytes()
        path.write_bytes(content[:self.random.randrange(len(content))])
        if self.random.random() < 0.5:
            (self.store / "index.sqlite").unlink(missing_ok=True)

    def change_and_rechain(self):
        def change(lines):
            line = self.random.choice(lines)
            line.body = self.some_digit(line.body)
        self.rechain(change)

    def replay(self):
        """An older record in the place of a newer one."""
        def change(lines):
            old, new = sorted(self.random.sample(range(len(lines)), 2))
            lines[new].body = lines[old].body
        self.rechain(change)

    def drop_and_rechain(self):
        path, lines = max(self.lines(), key=lambda entry: len(entry[1]))
        del lines[self.random.randrange(len(lines))]
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        self.rechain(lambda all_lines: None)

    def name_changed(self):
        path = self.store / "people.jsonl"
        content = bytearray(path.read_bytes())
        content[self.random.randrange(len(content))] ^= 1 << self.random.randrange(8)
        path.write_bytes(bytes(content))

    def name_gone(self):
        path = self.store / "people.jsonl"
        lines = path.read_bytes().splitlines(True)
        del lines[self.random.randrange(len(lines))]
        path.write_bytes(b"".join(lines))

    def report_figure(self):
        path = self.work / "out" / self.random.choice(["audit-2024-01.html", "audit-2024-01.json", "audit-2024-01.dsse.json"])
        path.write_bytes(self.some_digit(path.read_bytes()))

    def report_bit(self):
        path = self.random.choice(sorted((self.work / "out").iterdir()))
        content = bytearray(path.read_bytes())
        content[self.random.randrange(len(content))] ^= 1 << self.random.randrange(8)
        path.write_bytes(bytes(content))

    def report_gone(self):
        self.random.choice(sorted((self.work / "out").iterdir())).unlink()

    def report_and_checkpoint(self):
        """A changed report whose checkpoint was made again and chained again."""
        name = self.random.choice([name for name in self.files("out") if name.count(".") == 1])
        path = self.work / "out" / name
        content = path.read_bytes()
        path.write_bytes(self.some_digit(content) if not name.endswith("pdf") else content + b"\n%x")
        self.forge_checkpoint(name)

    def forge_checkpoint(self, name):
        path = self.work / "out" / name
        envelope_path = self.work / "out/audit-2024-01.dsse.json"
        envelope = json.loads(envelope_path.read_text())
        statement = json.loads(base64.b64decode(envelope["payload"]))
        for subject in statement["subject"]:
            if subject["name"] == name:
                subject["digest"]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        envelope["payload"] = base64.b64encode(json.dumps(statement, separators=(",", ":")).encode()).decode()
        text = json.dumps(envelope, separators=(",", ":"))
        envelope_path.write_text(text + "\n")

        def change(lines):
            for line in lines:
                body = json.loads(line.body)
                if body["kind"] == "checkpoint":
                    body["value"]["envelope"] = text
                    line.body = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
        self.rechain(change)

    def no_change(self):
        return all(path.read_bytes() == (self.good_store / "records" / path.name).read_bytes() for path in self.records()) \
            and (self.store / "people.jsonl").read_bytes() == (self.good_store / "people.jsonl").read_bytes() \
            and len(self.records()) == len(list((self.good_store / "records").iterdir())) \
            and self.files("out") == {p.name: p.read_bytes() for p in sorted(self.good_out.iterdir())}

    WAYS = ["bit_flip", "drop", "swap", "insert", "truncate", "change_and_rechain", "replay", "drop_and_rechain",
            "name_changed", "name_gone", "report_figure", "report_bit", "report_gone", "report_and_checkpoint"]

    def world(self, number):
        """The same in a folder of its own, to be tampered with beside others."""
        other = copy.copy(self)
        other.dir = self.dir / f"world-{number}"
        other.work = other.dir / "work"
        other.work.mkdir(parents=True)
        other.random = random.Random(20260101 + number)
        return other

    def tamper(self, formats, count):
        """What was missed with the head, and how often nothing could be detected without it."""
        missed, open_without = [], 0
        self.prepare(formats)
        for number in range(count):
            way = self.WAYS[number % len(self.WAYS)]
            getattr(self, way)()
            if self.no_change():
                self.restore()
                continue
            ended = self.perfgate("audit", "verify", "out", "--store", self.store, "--expect-head", self.expected)
            if ended.code != 8 or "CBKB007" not in ended.err:
                missed.append((number, way, str(ended)))
            if number % 10 == 0:
                without = self.perfgate("audit", "verify", "out", "--store", self.store)
                self.assertIn(without.code, (0, 8), without)
                if without.code == 0:
                    open_without += 1
                    self.assertIn("that the history as a whole was not rewritten", without.out)
            self.restore()
        return missed, open_without

    # AC:audit-tampering
    def test_every_manipulation_is_detected_with_the_head(self):
        count = len(os.sched_getaffinity(0))
        worlds = [self.world(number) for number in range(count)]
        missed, open_without = [], 0
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            # A PDF takes as long as all the rest: a tenth has one.
            for formats, share in (("html,json", 9), ("html,pdf,json", 1)):
                each = -(-MANIPULATIONS * share // 10 // count)
                for one in pool.map(lambda world: world.tamper(formats, each), worlds):
                    missed += one[0]
                    open_without += one[1]
        self.assertEqual([], missed[:3], f"{len(missed)} of {MANIPULATIONS} were not detected")
        print(f"{MANIPULATIONS} manipulations, all detected with the head; of every tenth, without it, "
              f"{open_without} could not be and were said to be open")

    # AC:audit-changed-sample
    def test_a_changed_figure_is_named_with_its_samples_although_all_was_chained_again(self):
        def change(lines):
            for line in lines:
                body = json.loads(line.body)
                if body["kind"] != "judgement":
                    continue
                for finding in body["value"]["findings"]:
                    if finding.get("limit") and finding["headline"] == "":
                        finding["limit"]["value"] *= 0.5
                        finding["limit"]["margin"] *= 2
                line.body = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
                return
        self.rechain(change)
        # The report is made again from the changed store: nothing is wrong with it but the samples.
        shutil.rmtree(self.work / "out")
        self.generate("--period", "2024-01")
        told = self.verify(code=8)
        self.assertIn("the judgement says", told.out)
        self.assertIn("samples:", told.out)

    # AC:audit-changed-report
    def test_a_changed_report_is_named_with_the_figure(self):
        path = self.work / "out/audit-2024-01.json"
        report = json.loads(path.read_text())
        limit = next(i for i, one in enumerate(report["limits"]) if "/" in one["subject"])
        path.write_text(path.read_text().replace(json.dumps(report["limits"][limit]["worst"]), "1e-09", 1))
        told = self.verify(code=8)
        self.assertRegex(told.out, rf"/limits/{limit}/worst: the report says 1e-09, and it is .*samples")
        self.restore()
        page = self.work / "out/audit-2024-01.html"
        page.write_text(page.read_text().replace("changes: ", "changes:  1", 1))
        self.assertRegex(self.verify(code=8).out, r"audit-2024-01.html.*line \d+: the report says `.*changes:")


if __name__ == "__main__":
    unittest.main()
