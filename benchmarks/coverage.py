"""Coverage of duty: how right it is on walks with known truth, and how fast on a province's year.

    python benchmarks/coverage.py [--townships N] [--fixes N] [--seed N] [--json]

Accuracy: made townships (`walks.make`), fixes every 5 to 60 s, Gauss-Markov noise of 10 m, a parallel 30 m beside every
other line that nobody walked; with and without signal gaps. Speed: about a million fixes on 10,000 km of walks against
3,000 km of lines, and one new day folded in.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import walks
from geo import interval
from geo.covered import CoverSettings, Pass, Targets, coverage_of, passes_of
from geo.walk import Walk

INTERVALS_S = (5.0, 15.0, 30.0, 60.0)
LEAST_RUN_M = 300.0


def as_walk(fixes: walks.FloatArray, times: walks.FloatArray) -> Walk:
    """Return a walk without breaks."""
    return Walk(fixes=fixes, time_s=times, part=np.zeros(len(times), dtype=np.int64))


def accuracy(
    seeds: range, every_s: float, settings: CoverSettings | None = None, **given: Any
) -> dict[str, float]:
    """Return the shares, in per cent, of decided metres that are right, of metres undecided, of parallels credited."""
    metres = dict.fromkeys(("all", "unknown", "right", "parallel", "credited"), 0.0)
    for seed in seeds:
        made = walks.make(seed, every_s, **given)
        targets = Targets(list(made.lines.values()), settings)
        passes = [
            found
            for fixes, times in zip(made.fixes, made.times, strict=True)
            for found in passes_of(as_walk(fixes, times), targets)
        ]
        for name, found in zip(made.lines, coverage_of(targets, passes), strict=True):
            truth = [
                pair
                for pair in made.truth[name]
                if pair[1] - pair[0] >= min(LEAST_RUN_M, 0.95 * found.length_m)
            ]
            wrong = interval.total(interval.minus(found.covered, truth))
            wrong += interval.total(truth) - interval.total(interval.minus(truth, found.missing))
            metres["all"] += found.length_m
            metres["unknown"] += found.unknown_m
            metres["right"] += found.length_m - found.unknown_m - wrong
            if name in made.parallel:
                metres["parallel"] += found.length_m
                metres["credited"] += found.covered_m
    return {
        "decided_right": round(100 * metres["right"] / (metres["all"] - metres["unknown"]), 2),
        "cannot_tell": round(100 * metres["unknown"] / metres["all"], 2),
        "parallel_credited": round(100 * metres["credited"] / max(metres["parallel"], 1.0), 2),
    }


def speed(fix_count: int, seed: int = 0) -> dict[str, float]:
    """Return seconds for all walks of a year, and for one new day of nine people."""
    rng = np.random.default_rng(seed)
    lines = [
        walks.wandering_line(rng, 7_500, np.array([500_000, 4_180_000]) + rng.uniform(0, 60_000, 2))
        for _ in range(400)
    ]
    made = []
    while sum(len(walk.fixes) for walk in made) < fix_count:
        line = lines[rng.integers(len(lines))]
        fixes, times = walks.record(rng, line, 8.0)
        made.append(as_walk(fixes, times + 86_400.0 * len(made)))
    started = time.perf_counter()
    targets = Targets(lines)
    passes: list[Pass] = []
    for walk in made:
        passes += passes_of(walk, targets)
    coverage_of(targets, passes)
    whole_s = time.perf_counter() - started
    started = time.perf_counter()
    for walk in made[:9]:
        passes += passes_of(walk, targets)
    coverage_of(targets, passes)
    return {
        "fixes": sum(len(walk.fixes) for walk in made),
        "track_km": round(sum(float(walk.steps_m.sum()) for walk in made) / 1000),
        "line_km": round(float(targets.length_m.sum()) / 1000),
        "seconds": round(whole_s, 2),
        "new_day_seconds": round(time.perf_counter() - started, 3),
    }


def main() -> int:
    """Run both and print the figures."""
    parser = argparse.ArgumentParser(description="Coverage of duty: right and fast?")
    parser.add_argument("--townships", type=int, default=12)
    parser.add_argument("--fixes", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    seeds = range(given.seed, given.seed + given.townships)
    rows: list[dict[str, Any]] = []
    for every_s in INTERVALS_S:
        for label, case in (
            ("both lines asked for", {}),
            ("only the parallel", {"hidden": True}),
            ("3 gaps", {"gaps": 3}),
        ):
            rows.append({"every_s": every_s, "case": label} | accuracy(seeds, every_s, **case))
    result = {"accuracy": rows, "speed": speed(given.fixes, given.seed)}
    if given.json:
        print(json.dumps(result))
        return 0
    for row in rows:
        print(" ".join(f"{key}={value}" for key, value in row.items()))
    print(" ".join(f"{key}={value}" for key, value in result["speed"].items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
