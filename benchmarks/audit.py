"""Overlaps of a made township: ours against geopandas.overlay, in seconds of a processor.

    python benchmarks/audit.py [PLOTS] [--json]

Makes about PLOTS plots (default 20,000) that share wiggly sides, pushes one in twenty aside by some metres,
finds the overlapping pairs both ways, checks that they are the same, and prints the ratio.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import numpy.typing as npt
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geo import audit

SIZE_M = 100.0
FloatArray = npt.NDArray[np.float64]


def make_plots(count: int, seed: int = 0, pushed: float = 0.05) -> npt.NDArray[Any]:
    """Return about ``count`` plots of 16 points each that tile a square, some pushed over their neighbours."""
    rng = np.random.default_rng(seed)
    side = max(1, round(math.sqrt(count)))
    steps = np.arange(side + 1) * SIZE_M
    nodes = np.stack(np.meshgrid(steps, steps, indexing="ij"), axis=-1)
    nodes = nodes + rng.uniform(-20, 20, nodes.shape)
    across, along = _wiggly(nodes[:-1], nodes[1:], rng), _wiggly(nodes[:, :-1], nodes[:, 1:], rng)
    sides = (
        nodes[:-1, :-1, None],
        across[:, :-1],
        nodes[1:, :-1, None],
        along[1:],
        nodes[1:, 1:, None],
        across[:, 1:, ::-1],
        nodes[:-1, 1:, None],
        along[:-1, :, ::-1],
    )
    rings = np.concatenate(sides, axis=2).reshape(side * side, -1, 2)
    moved = rng.random(len(rings)) < pushed
    rings[moved] += rng.uniform(-3, 3, (int(moved.sum()), 1, 2))
    return np.asarray(shapely.polygons(rings.round(3)), dtype=object)


def _wiggly(start: FloatArray, end: FloatArray, rng: np.random.Generator) -> FloatArray:
    share = np.array([0.25, 0.5, 0.75])[:, None]
    points = start[..., None, :] + share * (end - start)[..., None, :]
    return np.asarray(points + rng.uniform(-4, 4, points.shape), dtype=np.float64)


def ours(plots: npt.NDArray[Any]) -> dict[tuple[int, int], float]:
    """Return area by pair, found by `geo.audit`."""
    found = audit.find_overlaps(plots, [str(number) for number in range(len(plots))])
    return {(int(overlap.a), int(overlap.b)): overlap.area_m2 for overlap in found}


def theirs(plots: npt.NDArray[Any]) -> dict[tuple[int, int], float]:
    """Return area by pair, found by geopandas.overlay."""
    frame = geopandas.GeoDataFrame({"number": np.arange(len(plots))}, geometry=plots)
    pairs = geopandas.overlay(frame, frame, how="intersection", keep_geom_type=True)
    pairs = pairs[(pairs["number_1"] < pairs["number_2"]) & (pairs.area > audit.LEAST_AREA_M2)]
    return {
        (int(a), int(b)): float(area)
        for a, b, area in zip(pairs["number_1"], pairs["number_2"], pairs.area, strict=True)
    }


def main() -> int:
    """Run both and print the comparison; exit 1 when the pairs differ."""
    parser = argparse.ArgumentParser(description="Overlaps: ours against geopandas.overlay.")
    parser.add_argument("plots", nargs="?", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    plots = make_plots(arguments.plots)
    found, seconds = [], []
    for method in (ours, theirs):
        started = time.process_time()
        found.append(method(plots))
        seconds.append(time.process_time() - started)
    same = found[0].keys() == found[1].keys() and all(
        math.isclose(area, found[1][pair], rel_tol=1e-6, abs_tol=1e-6) for pair, area in found[0].items()
    )
    result = {
        "plots": len(plots),
        "overlaps": len(found[0]),
        "overlap_area_m2": round(sum(found[0].values()), 3),
        "same_pairs": same,
        "seconds": round(seconds[0], 2),
        "geopandas_seconds": round(seconds[1], 2),
        "ratio": round(seconds[1] / seconds[0], 1),
    }
    print(
        json.dumps(result)
        if arguments.json
        else "\n".join(f"{key}: {value}" for key, value in result.items())
    )
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
