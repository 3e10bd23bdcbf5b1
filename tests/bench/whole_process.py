#!/usr/bin/env python3
"""What perfgate costs as a whole process: to start, for a small run, and while it watches a suite.

usage: whole_process.py BUILD_DIR [ROUNDS]

Fails where watching a suite that sleeps takes 0.1 % of CPU time or more, or 32 MiB of memory or more.
"""

import os
import subprocess
import sys
import tempfile
import time

from whole import Programs, median, ratios, spread

MOST_CPU_PERCENT = 0.1
MOST_MIB = 32
SLEEP = 5

# A suite that sleeps. Before and after, it notes what its parent has spent by the kernel's account,
# in nanoseconds, all threads; its last act is to note the time.
SUITE = """
cat /proc/$PPID/task/*/schedstat >before
sleep {sleep}
echo '{{"context": {{}}, "benchmarks": [{{"name": "sleep", "real_time": 1, "time_unit": "s"}}]}}' >"$1"
cat /proc/$PPID/task/*/schedstat >after
exec date +%s%N >ended
"""


def start(programs: Programs, directory: str, rounds: int) -> None:
    small = os.path.join(directory, "small.json")
    maker = os.path.join(os.path.dirname(__file__), "..", "support", "make_google_benchmark_json.py")
    with open(small, "wb") as file:
        subprocess.run([sys.executable, maker, "300", "10"], stdout=file, check=True)
    out = os.path.join(directory, "out")
    imported = [programs.perfgate, "import", small, "--harness", "google-benchmark", "--quiet",
                "--out", out]
    check = [programs.perfgate, "check", "--run", os.path.join(out, "run.json"), "--out", out,
             "--baseline", os.path.join(out, "run.json")]
    version = [programs.perfgate, "--version"]
    ours, nothing, git, small_import, small_check = programs.in_turns(
        [version, ["/bin/true"], ["git", "--version"], imported, check], rounds * 3)
    print(f"start, {rounds * 3} turns:")
    for name, runs in (("perfgate --version", ours), ("/bin/true", nothing),
                       ("git --version", git), ("import, 30 x 10", small_import),
                       ("check, 30 x 10", small_check)):
        print(f"  {name:<19} {spread([run.wall for run in runs], 1e3)} ms wall, "
              f"peak {median([run.peak for run in runs]) / 2**20:.1f} MiB")
    print(f"  ratio               {spread(ratios(ours, git, 'wall'))} to git, "
          f"{spread(ratios(ours, nothing, 'wall'))} to /bin/true")


def on_cpu(path: str) -> int:
    with open(path, encoding="ascii") as file:
        return sum(int(line.split()[0]) for line in file)


def watch(programs: Programs, directory: str, rounds: int) -> bool:
    script = os.path.join(directory, "suite.sh")
    with open(script, "w", encoding="ascii") as file:
        file.write(SUITE.format(sleep=SLEEP))
    os.chdir(directory)
    shares, ends, written, peaks, walls = [], [], [], [], []
    for _ in range(rounds):
        spent = programs.run([programs.perfgate, "run", "--no-store", "--quiet", "--harness",
                              "google-benchmark", "--out", "watched", "--",
                              "/bin/sh", script, "{out}"])
        end = time.time_ns()
        with open("ended", encoding="ascii") as file:
            ended = int(file.read())
        shares.append((on_cpu("after") - on_cpu("before")) / (SLEEP * 1e9))
        ends.append((end - ended) / 1e6)
        written.append((os.stat("watched/run.json").st_mtime_ns - ended) / 1e6)
        peaks.append(spent.peak / 2**20)
        walls.append(spent.wall)
    print(f"perfgate run of a suite that sleeps {SLEEP} s, {rounds} runs:")
    print(f"  own CPU while it watches      {spread(shares, 100, 4)} % (less than "
          f"{MOST_CPU_PERCENT} %)")
    print(f"  suite's end to run.json       {spread(written)} ms")
    print(f"  suite's end to perfgate's     {spread(ends)} ms")
    print(f"  whole run                     {spread(walls, 1, 3)} s wall")
    print(f"  peak                          {spread(peaks, 1, 1)} MiB (less than {MOST_MIB} MiB)")
    return median(shares) * 100 < MOST_CPU_PERCENT and max(peaks) < MOST_MIB


def main() -> None:
    programs = Programs(os.path.abspath(sys.argv[1]))
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    with tempfile.TemporaryDirectory() as directory:
        start(programs, directory, rounds)
        kept = watch(programs, directory, max(1, rounds // 2))
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
