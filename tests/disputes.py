"""Small disputes that can be checked by hand, and generated ones, for the tests of the analysis and the proposals."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import Phase, assume
from hypothesis import strategies as st
from shapely.affinity import translate
from shapely.geometry import LineString, Polygon, box
from shapely.geometry.base import BaseGeometry

from geo.boundary import Analysis, Claim, SourceLine, analyse
from geo.claim import SourceKind
from geo.crs import working_zone
from geo.errors import DisputeError
from geo.uncertainty import Accuracy

ZONE = working_zone(102.3)
EAST, NORTH = 500_000.0, 4_400_000.0
"""On the central meridian, where plane areas exceed areas of record by less than 1e-5 of their size."""

RTK = Accuracy(sigma_own_m=0.05, sigma_common_m=0.03)
PHONE = Accuracy(sigma_own_m=3.0)


def place(shape: BaseGeometry) -> Any:
    """Return a shape drawn near the origin, put into the zone."""
    return translate(shape, EAST, NORTH)


def line(*points: tuple[float, float]) -> LineString:
    return place(LineString(points))


def plot_claim(side: str, shape: BaseGeometry, **given: Any) -> Claim:
    return Claim(side=side, polygon=place(shape), **given)  # type: ignore[arg-type]


def line_claim(side: str, *points: tuple[float, float], **given: Any) -> Claim:
    return Claim(side=side, line=line(*points), **given)  # type: ignore[arg-type]


def source(
    kind: SourceKind, *points: tuple[float, float], name: str = "", sigma_m: float | None = None
) -> SourceLine:
    accuracy = None if sigma_m is None else Accuracy(sigma_own_m=sigma_m)
    return SourceLine(name=name or kind, kind=kind, line=line(*points), accuracy=accuracy)


def local(point: Any) -> tuple[float, float]:
    """Return an end point or a coordinate as it was drawn."""
    easting, northing = (point.easting_m, point.northing_m) if hasattr(point, "easting_m") else point
    return round(easting - EAST, 3), round(northing - NORTH, 3)


BRIEF = (Phase.explicit, Phase.reuse, Phase.generate)
"""Failing examples are not shrunk: each run is a whole dispute, and shrinking takes minutes."""

LEFT = box(0, 0, 60, 100)
RIGHT = box(50, 0, 100, 100)
"""Two rectangles that overlap by 10 m along 100 m: 1,000 m²."""

BUMP_A = ((0, 0), (412, 0))
BUMP_B = ((0, 0), (96, 0), (100, 10), (200, 10), (240, 0), (412, 0))
"""B's line leaves A's from 96 m to 240 m: 20 + 1,000 + 200 = 1,220 m²."""


def analysed(claims: tuple[Claim, Claim], sources: Any = ()) -> Analysis:
    """Analyse generated claims; plots that are invalid, or that do not meet, are no example."""
    assume(all(claim.polygon is None or claim.polygon.is_valid for claim in claims))
    try:
        return analyse(*claims, sources, zone=ZONE)
    except DisputeError as error:
        assume(error.code not in ("claims_apart", "claims_touch_in_point"))
        raise


def codes(analysis: Analysis) -> set[str]:
    return {problem.code for problem in analysis.problems}


def _metres(most: float) -> st.SearchStrategy[float]:
    return st.integers(-round(most * 1000), round(most * 1000)).map(lambda value: value / 1000)


@st.composite
def neighbours(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Two versions of one winding boundary running north, 400 m long, to the millimetre.

    They share most of it up to noise of millimetres, centimetres or a metre, and differ by steps of up to 8 m.
    """
    count = draw(st.integers(4, 14))
    north = np.linspace(0.0, 400.0, count)
    base = np.array(draw(st.lists(_metres(15), min_size=count, max_size=count)))
    noise_m = draw(st.sampled_from([0.0, 0.002, 0.05, 1.0]))
    sides = []
    for _ in range(2):
        east = base.copy()
        for _ in range(draw(st.integers(0, 2))):
            first, last = sorted(draw(st.tuples(st.integers(0, count), st.integers(0, count))))
            east[first:last] += draw(_metres(8))
        east += np.array(draw(st.lists(_metres(1), min_size=count, max_size=count))) * noise_m
        sides.append(np.column_stack((east, north)).round(3))
    return sides[0], sides[1]


def as_lines(pair: tuple[np.ndarray, np.ndarray], **given: Any) -> tuple[Claim, Claim]:
    first, second = (place(LineString(coords)) for coords in pair)
    return Claim(side="a", line=first, claimant_side="left", **given), Claim(
        side="b", line=second, claimant_side="right", **given
    )


def as_plots(pair: tuple[np.ndarray, np.ndarray], **given: Any) -> tuple[Claim, Claim]:
    west = Polygon([*pair[0], (-200.0, 400.0), (-200.0, 0.0)])
    east = Polygon([*pair[1], (200.0, 400.0), (200.0, 0.0)])
    return plot_claim("a", west, **given), plot_claim("b", east, **given)
