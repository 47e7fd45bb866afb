"""Time one dispute: four lines of many vertices, analysed with every proposal.

    python benchmarks/dispute.py [--vertices 2000] [--repeats 3] [--json]

The lines are those of a walk along a winding boundary of two kilometres: two claims that part and meet again, a
certificate and a measurement, each with the noise of its instrument, from a fixed seed. Prints wall-clock and CPU seconds
of the best repeat; the target is under two seconds for 2,000 vertices each.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from shapely.geometry import LineString, MultiPolygon, box

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geo.boundary import Claim, SourceLine, analyse
from geo.claim import SourceKind
from geo.crs import working_zone
from geo.polyline import FloatArray
from geo.settlement import Grade, proposals
from geo.uncertainty import Accuracy

ZONE = working_zone(102.3)
ORIGIN = np.array([524000.0, 4471000.0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The inputs of one dispute."""

    name: str
    claim_a: Claim
    claim_b: Claim
    sources: tuple[SourceLine, ...]
    grades: tuple[Grade, ...]


def made(name: str, vertices: int, noise_m: float, lobes: float) -> Case:
    """Return a dispute of four lines with ``vertices`` each, the claims up to 15 m apart in ``lobes`` waves."""
    rng = np.random.default_rng(20261121)
    along = np.linspace(0.0, 2000.0, vertices)
    spine = 60.0 * np.sin(along / 310.0) + 9.0 * np.sin(along / 47.0)
    apart = 15.0 * np.sin(np.pi * lobes * along / 2000.0)

    def line(offset_m: FloatArray, sigma_m: float) -> LineString:
        noise = rng.normal(0.0, sigma_m, (vertices, 2)) * np.sin(np.pi * along / 2000.0)[:, None]
        return LineString((ORIGIN + np.column_stack((along, spine + offset_m)) + noise).round(3))

    def source(name: str, kind: SourceKind, share: float, sigma_m: float) -> SourceLine:
        shape = line(share * apart, sigma_m)
        return SourceLine(name=name, kind=kind, line=shape, accuracy=Accuracy(sigma_own_m=max(sigma_m, 0.02)))

    accuracy = Accuracy(sigma_own_m=max(noise_m, 0.02), sigma_common_m=0.02)
    west, north = ORIGIN + np.array([-1000.0, 500.0])
    east = west + 2000.0
    halves = [box(west, north - 1000.0, east, north), box(east, north - 1000.0, east + 2000.0, north)]
    return Case(
        name=name,
        claim_a=Claim(side="a", line=line(-0.5 * apart, noise_m), claimant_side="left", accuracy=accuracy),
        claim_b=Claim(side="b", line=line(0.5 * apart, noise_m), claimant_side="right", accuracy=accuracy),
        sources=(source("certificate", "certificate", 0.2, 0.0), source("walk", "measured", -0.1, noise_m)),
        grades=tuple(
            Grade(polygon=MultiPolygon([half]), value_per_m2=worth)
            for half, worth in zip(halves, (1.0, 2.5), strict=True)
        ),
    )


def timed(case: Case) -> dict[str, object]:
    """Return the seconds of one run and what came out of it."""
    wall, cpu = time.perf_counter(), time.process_time()
    analysis = analyse(case.claim_a, case.claim_b, case.sources, zone=ZONE)
    analysed = time.process_time() - cpu
    found = proposals(analysis, case.sources, zone=ZONE, share=0.6, grades=case.grades)
    return {
        "case": case.name,
        "seconds": round(time.perf_counter() - wall, 3),
        "cpu_seconds": round(time.process_time() - cpu, 3),
        "analyse_cpu_seconds": round(analysed, 3),
        "crossings": analysis.crossings,
        "disputed_area_m2": round(analysis.disputed_area_m2, 2),
        "proposals": [proposal.name for proposal in found.proposals],
        "withheld": [f"{held.name}: {held.reason.code}" for held in found.withheld],
    }


def main() -> None:
    """Run the cases and print the best repeat of each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--vertices", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    cases = (
        made("one lobe, exact", given.vertices, 0.0, 1.0),
        made("one lobe, noise of 0.3 m", given.vertices, 0.3, 1.0),
        made("four lobes, noise of 0.05 m", given.vertices, 0.05, 4.0),
        made("nothing but noise of 0.3 m", given.vertices, 0.3, 0.0),
    )
    runs = [[timed(case) for _ in range(given.repeats)] for case in cases]
    best = [min(repeats, key=lambda run: float(str(run["cpu_seconds"]))) for repeats in runs]
    if given.json:
        print(json.dumps(best, ensure_ascii=False))
        return
    for run in best:
        print("  ".join(f"{key}={value}" for key, value in run.items()))


if __name__ == "__main__":
    main()
