"""Whole processes, measured from outside by `spent` (spent.cpp), in turns."""

import os
import statistics
import subprocess
import sys
from typing import NamedTuple


class Spent(NamedTuple):
    wall: float  # seconds
    cpu: float  # seconds, user and system, children included
    peak: int  # bytes resident


class Programs:
    """What a build directory holds."""

    def __init__(self, build: str) -> None:
        self.perfgate = os.path.join(build, "perfgate")
        self.bench = os.path.join(build, "tests", "bench", "perfgate_bench")
        self.peer = os.path.join(build, "tests", "bench", "simdjson_peer")
        self.spent = os.path.join(build, "tests", "bench", "spent")

    def run(self, command: list[str]) -> Spent:
        done = subprocess.run([self.spent, *command], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"exit {done.returncode}: {' '.join(command)}\n{done.stderr}")
        wall, user, system, peak = done.stderr.splitlines()[-1].split()[1:]
        return Spent(float(wall), float(user) + float(system), int(peak))

    def in_turns(self, commands: list[list[str]], rounds: int) -> list[list[Spent]]:
        """For each command its runs; one round more is run first, and not counted."""
        runs: list[list[Spent]] = [[] for _ in commands]
        for turn in range(rounds + 1):
            for command, its in zip(commands, runs):
                spent = self.run(command)
                if turn > 0:
                    its.append(spent)
        return runs


def median(values: list[float]) -> float:
    return statistics.median(values)


def spread(values: list[float], scale: float = 1, digits: int = 2) -> str:
    """`1.23 (1.10 to 1.50)`: the median, the least and the most."""
    shown = [f"{scale * value:.{digits}f}" for value in (median(values), min(values), max(values))]
    return f"{shown[0]} ({shown[1]} to {shown[2]})"


def ratios(ours: list[Spent], theirs: list[Spent], figure: str) -> list[float]:
    """Turn by turn, so that a machine that slows down for a while slows both."""
    return [getattr(a, figure) / max(getattr(b, figure), 1e-9) for a, b in zip(ours, theirs)]
