"""Makes the pictures of docs/images: pages and sites that the real binary writes, as a browser shows them.

    python3 shots.py BINARY FOLDER [SCENE...]     needs Playwright and Pillow, as `./dev test --full` installs them
"""

import io
import os
import pathlib
import sys
import tempfile

from PIL import Image
from playwright.sync_api import sync_playwright

import demo

CHROMIUM = os.environ.get("PERFGATE_CHROMIUM", "/usr/bin/chromium")
HEIGHTS = {360: 780, 1440: 1000}
COLOURS = 256  # of a palette


class Made:
    """The reports, each made when it is first asked for."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, pathlib.Path(folder)
        self.projects = {}

    def project(self, name, make):
        if name not in self.projects:
            self.projects[name] = make(self.folder / name)
        return self.projects[name]

    def typical(self):
        return self.project("typical", lambda folder: demo.typical(self.binary, folder, commits=40))

    def large(self):
        def make(folder):
            project = demo.Project(self.binary, folder, benchmarks=(380, 120), launches=5)
            codec = project.suites["codec"]
            runs = [project.run(factors={codec[9]: 0.8} if i > 70 else {}) for i in range(120)]
            project.perfgate("history", "add", *runs, "--quiet")
            project.perfgate("baseline", "promote", "--run", runs[-2], "--tests-passed", "--quiet")
            slower = {name: 1 + 0.03 * k for k, name in enumerate(codec[40:52], 2)}
            for run in (runs[-1], project.run(factors=slower | {codec[9]: 0.8, codec[11]: 0.85, codec[12]: 0.7})):
                project.judge(run)
            return project
        return self.project("large", make)

    def page(self, project, kind, *arguments, out):
        project.perfgate("report", kind, *arguments, "--format", "html", "--out", out, "--quiet")
        return project.folder / out / f"{kind}.html"

    def failing(self):
        project = self.typical()
        return self.page(project, "judgement", "--judgement", "out/judgement.json", "--run", f"runs/{project.number:04d}.json", out="failing")

    def on_main(self):
        return self.page(self.typical(), "judgement", "--store", "dir:store", "--branch", "main", out="main")

    def passing(self):
        return self.page(self.typical(), "judgement", "--store", "dir:store", "--branch", "release-1.4", out="passing")

    def no_baseline(self):
        return self.page(self.typical(), "judgement", "--run", "runs/0003.json", "--set", "store.url=dir:nothing", out="none")

    def many(self):
        return self.page(self.large(), "judgement", "--store", "dir:store", out="many")

    def matrix(self):
        project = self.typical()
        runs = [part for name in demo.matrix_runs(project) for part in ("--run", name)]
        return self.page(project, "matrix", *runs, "--rows", "frontend", "--cols", "backend", "--value", "time", out="matrix")

    def site(self):
        project = self.typical()
        project.perfgate("report", "site", "--out", "site", "--title", "codec and engine", "--quiet")
        return project.folder / "site/index.html"


def opened(page):
    """The first row that fails, opened."""
    page.locator(".row.v-fail > summary").first.click()
    page.locator(".row[open] .chart svg").first.wait_for()
    page.evaluate("document.querySelector('.row[open]').scrollIntoView({block: 'start', behavior: 'instant'})")


def at_rows(page):
    page.evaluate("document.querySelector('#overview').scrollIntoView({block: 'start', behavior: 'instant'})")


SCENES = {"failing": (Made.failing, None), "benchmark": (Made.on_main, opened), "passing": (Made.passing, None),
          "no-baseline": (Made.no_baseline, None), "many": (Made.many, at_rows), "matrix": (Made.matrix, None),
          "site": (Made.site, None)}


def main():
    binary, folder = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="perfgate-shots-") as work, sync_playwright() as playwright:
        made = Made(binary, work)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name in sys.argv[3:] or SCENES:
            make, act = SCENES[name]
            path = make(made)
            for width, height in HEIGHTS.items():
                for scheme in ("light", "dark"):
                    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                    page.goto(path.as_uri())
                    if act:
                        act(page)
                    page.wait_for_timeout(300)
                    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                    page.close()
                    file = folder / f"{name}-{width}-{scheme}.png"
                    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
                    print(f"{file} {file.stat().st_size}")
        browser.close()


if __name__ == "__main__":
    main()
