"""docs/guide.md: every command in it is run here, in its order, in the sample project that it describes."""

import re
import os
import subprocess
import time

import support

PAGE = (support.SOURCE / "docs/guide.md").read_text()
BLOCK = re.compile(r"^(?:<!-- (?P<mark>.+?) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S)


class Guide(support.Case):
    # AC:guide-runs
    def test_every_command_runs_and_ends_as_the_guide_says(self):
        commands = self.perfgate("help", "--all").out
        ran = 0
        for block in BLOCK.finditer(PAGE):
            mark, text = block.group("mark") or "", block.group("text")
            if mark.startswith("file: "):
                self.write(mark[len("file: "):], text)
            elif block.group("language") == "sh":
                self.assertTrue(mark, f"neither run nor said why not: {text}")
                if mark.startswith("not run: "):
                    continue
                found = re.fullmatch(r"run(?: exit=(\d+))?(?: needs=(\w+))?(: in a folder of its own)?", mark)
                self.assertTrue(found, mark)
                if found.group(2) and f"\n  {found.group(2)} " not in commands:
                    continue
                where = self.work
                if found.group(3):
                    where = self.dir / "own"
                    where.mkdir()
                self.run_block(text, int(found.group(1) or 0), where)
                ran += 1
        self.assertGreater(ran, 12)

    def run_block(self, text, code, where):
        path = os.path.dirname(support.BINARY) + ":" + os.environ["PATH"]
        env = self.environment(PATH=path, GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@b", GIT_COMMITTER_NAME="a",
                               GIT_COMMITTER_EMAIL="a@b", GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null")
        for line in text.replace("\\\n", " ").strip().split("\n"):
            until = time.monotonic() + 120
            # What others do on this machine can make a measurement differ: then it is repeated, as its advice says.
            tries = 5 if re.match(r"perfgate (gate|ab) ", line) else 1
            while True:
                done = subprocess.run(["bash", "-euo", "pipefail", "-c", line], cwd=where, env=env, timeout=300,
                                      stdin=subprocess.DEVNULL, capture_output=True, text=True)
                busy = support.BUSY in done.stderr
                tries -= not busy
                if not busy and (done.returncode == code or tries <= 0) or time.monotonic() > until:
                    break
                time.sleep(0.2 if busy else 3)
            self.assertEqual(done.returncode, code, f"{line}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")

    # AC:guide-codes
    def test_every_code_has_its_line_and_no_other(self):
        listed = re.findall(r"^\| (CBKB\d{3}) \|", PAGE, re.M)
        known = re.findall(r"^(CBKB\d{3}) ", self.perfgate("explain").out, re.M)
        self.assertEqual(listed, known)

    def test_its_links_lead_somewhere(self):
        for target in re.findall(r"\]\(([^)]+)\)", PAGE):
            if target.startswith("https://"):
                continue
            path, _, section = target.partition("#")
            file = support.SOURCE / "docs" / (path or "guide.md")
            self.assertTrue(file.exists(), target)
            if section:
                headings = re.findall(r"^## (.+)$", file.read_text(), re.M)
                self.assertIn(section, {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings})


if __name__ == "__main__":
    support.main()
