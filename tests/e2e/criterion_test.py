"""A real Criterion project, run by cargo bench through perfgate. Its crates come from the Rust registry."""

import os
import pathlib
import unittest

import support

PROJECT = support.SOURCE / "tests/e2e/harness/criterion"
NAMES = ["flat sampling/sort \"everything\" at once", "it's just a sum", "sort/unstable/256", "sort/unstable/1024",
         "sum/checksum"]


class Criterion(support.Case):
    # AC:criterion-project
    def test_a_real_project_is_measured_and_results_of_before_are_not_taken(self):
        # Kept between runs, so that only the first compiles.
        target = pathlib.Path(os.environ["PERFGATE_CARGO_TARGET"])
        target.mkdir(parents=True, exist_ok=True)
        link = self.work / "target"
        link.symlink_to(target)
        cargo = ["cargo", "bench", "--locked", "--manifest-path", str(PROJECT / "Cargo.toml")]
        env = {"CARGO_TARGET_DIR": str(target)}
        self.project("cargo", command=cargo, setup=[*cargo, "--no-run"], harness="criterion", env=env,
                     cwd=str(target), results="criterion", timeout="10 min", requires=["cargo"])
        user = {"HOME": os.environ.get("HOME", "/root")}  # where cargo keeps its registry
        user |= {name: os.environ[name] for name in ("CARGO_HOME", "RUSTUP_HOME") if name in os.environ}

        first = self.perfgate("run", "--out", "out-1", "--no-store", env=user, timeout=600)
        self.expect(first, 0, "wrote out-1/run.json")
        run = self.json("out-1/run.json")
        self.assertEqual(sorted(b["name"] for b in run["benchmarks"]), sorted(NAMES))
        self.assertEqual([n for n in run["notes"] if n["severity"] != "info"], [])
        by_name = {b["name"]: {s["metric"]: s["values"] for s in b["samples"]} for b in run["benchmarks"]}
        self.assertIn("throughput", by_name["sum/checksum"])
        self.assertIn("items", by_name["sort/unstable/256"])

        # Only one benchmark this time: what lies there of the others is of the run before.
        self.project("cargo", command=[*cargo, "--", "sum/checksum"], harness="criterion", env=env, cwd=str(target),
                     results="criterion")
        second = self.perfgate("run", "--out", "out-2", "--no-store", env=user, timeout=600)
        self.expect(second, 0)
        run = self.json("out-2/run.json")
        self.assertEqual([b["name"] for b in run["benchmarks"]], ["sum/checksum"])
        self.assertNotEqual({s["metric"]: s["values"] for s in run["benchmarks"][0]["samples"]},
                            by_name["sum/checksum"])
        self.assertTrue(any("of an earlier run were not read" in n["text"] for n in run["notes"]))

        # And none at all is nothing measured, however much lies there.
        self.project("cargo", command=[*cargo, "--", "no such benchmark"], harness="criterion", env=env,
                     cwd=str(target), results="criterion")
        third = self.perfgate("run", "--out", "out-3", "--no-store", env=user, timeout=600)
        self.expect(third, 3, "CBKB002", "wrote nothing new to `criterion`")


if __name__ == "__main__":
    support.main()
