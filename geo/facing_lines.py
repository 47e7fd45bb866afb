"""Two boundary lines as claims: directed alike, cleared of small loops, overhangs cut off."""

from __future__ import annotations

import numpy as np

from geo.claim import Claim, DisputeSettings, LineSide
from geo.errors import DisputeError, Problem
from geo.facing import Facing, Pair, apart, loops_cut, side_assumed
from geo.polyline import (
    FloatArray,
    Ruler,
    coordinates,
    directed_like,
    signed_area_m2,
    without_loops,
    without_repeats,
)

__all__ = ["claim_line", "face_lines"]

OVERHANG_RATIO = 3.0
"""An end this many times farther beyond the other line's end than beside it is an overhang, not a claim."""


def face_lines(claim_a: Claim, claim_b: Claim, settings: DisputeSettings) -> Facing:
    """Return the facing lines of two claims that are lines, B directed like A."""
    (line_a, noted_a), (line_b, noted_b) = claim_line(claim_a, settings), claim_line(claim_b, settings)
    ruler_a = Ruler(line_a)
    turned = directed_like(line_b, ruler_a)
    _refuse_far_lines(ruler_a, Ruler(turned))
    ruler_b = Ruler(turned)
    start = _line_end(ruler_a, ruler_b, settings.agreed_within_m)
    end = _from_behind(
        _line_end(Ruler(line_a[::-1]), Ruler(turned[::-1]), settings.agreed_within_m), ruler_a, ruler_b
    )
    problems = [*noted_a, *noted_b, *_overhangs(start, end, ruler_a, ruler_b, settings)]
    sides = (claim_a.claimant_side, _turned_side(claim_b.claimant_side, turned is not line_b))
    a_side, known = _a_side(sides, line_a, turned)
    if not known:
        problems.append(side_assumed())
    return Facing(
        line_a=line_a,
        line_b=turned,
        start=start,
        end=end,
        a_side=a_side,
        side_known=known,
        plot_a=None,
        plot_b=None,
        problems=tuple(problems),
    )


def claim_line(claim: Claim, settings: DisputeSettings) -> tuple[FloatArray, list[Problem]]:
    """Return a claim's line without small loops, and what was done to it."""
    assert claim.line is not None
    coords = without_repeats(coordinates(claim.line))
    if len(coords) < 2 or not np.isfinite(coords).all():
        raise DisputeError(
            "claim_line_too_short",
            zh="{party}方的主张线没有两个不同的点：请重画或重新导入。",
            en="The claim line of {party} has no two different points: draw it or import it again.",
            where=claim.label,
            party=claim.party,
        )
    if np.hypot(*(coords[0] - coords[-1])) <= settings.agreed_within_m:
        raise DisputeError(
            "claim_line_closed",
            zh="{party}方的主张线首尾相接：请作为地块面提交，或只画有争议的一段。",
            en="The claim line of {party} closes upon itself: give it as a plot, or draw only the part in dispute.",
            where=claim.label,
            party=claim.party,
        )
    clean, loops, large = without_loops(coords, settings.largest_loop_m2)
    if large is not None:
        raise DisputeError(
            "claim_crosses_itself",
            zh="{party}方的主张线在东 {easting_m} 北 {northing_m} 处自相交叉：请改正点的次序。",
            en="The claim line of {party} crosses itself at E {easting_m} N {northing_m}: put its points in order.",
            where=claim.label,
            party=claim.party,
            easting_m=round(float(large[0]), 3),
            northing_m=round(float(large[1]), 3),
        )
    return clean, [loops_cut(claim, loops, settings.largest_loop_m2)] if loops else []


def _refuse_far_lines(ruler_a: Ruler, ruler_b: Ruler) -> None:
    apart_m = float(ruler_a.line.distance(ruler_b.line))
    if apart_m > max(ruler_a.length_m, ruler_b.length_m):
        raise apart(apart_m)


def _line_end(ruler_a: Ruler, ruler_b: Ruler, tolerance_m: float) -> Pair:
    """Return where the two lines begin beside each other.

    (1) The first of the two beginnings that lies on the other line is agreed; what the other line has
    before it is overhang. (2) Without agreement a beginning far beyond the other's is cut back to beside it.
    (3) Else both begin at their own first points.
    """
    (on_a,), _, (off_a,) = ruler_a.nearest(ruler_b.coords[:1])
    (on_b,), _, (off_b,) = ruler_b.nearest(ruler_a.coords[:1])
    found = []
    if off_a <= tolerance_m and on_a <= ruler_a.length_m / 2:
        found.append(Pair(a_m=float(on_a), b_m=0.0, agreed=True))
    if off_b <= tolerance_m and on_b <= ruler_b.length_m / 2:
        found.append(Pair(a_m=0.0, b_m=float(on_b), agreed=True))
    if found:
        return min(found, key=lambda pair: pair.a_m + pair.b_m)
    if on_a > OVERHANG_RATIO * off_a and on_b <= tolerance_m and on_a < 0.95 * ruler_a.length_m:
        return Pair(a_m=float(on_a), b_m=0.0, agreed=False)
    if on_b > OVERHANG_RATIO * off_b and on_a <= tolerance_m and on_b < 0.95 * ruler_b.length_m:
        return Pair(a_m=0.0, b_m=float(on_b), agreed=False)
    return Pair(a_m=0.0, b_m=0.0, agreed=False)


def _from_behind(pair: Pair, ruler_a: Ruler, ruler_b: Ruler) -> Pair:
    return Pair(a_m=ruler_a.length_m - pair.a_m, b_m=ruler_b.length_m - pair.b_m, agreed=pair.agreed)


def _overhangs(
    start: Pair, end: Pair, ruler_a: Ruler, ruler_b: Ruler, settings: DisputeSettings
) -> list[Problem]:
    found = []
    for party, before, after in (
        ("A", start.a_m, ruler_a.length_m - end.a_m),
        ("B", start.b_m, ruler_b.length_m - end.b_m),
    ):
        if before + after > settings.shortest_agreed_m:
            found.append(
                DisputeError(
                    "line_overhangs",
                    zh="{party}方的线比另一方的长 {overhang_m} 米，多出部分没有对照，不计入。",
                    en="The line of {party} runs {overhang_m} m beyond the other line; that part has no "
                    "counterpart and is left out.",
                    party=party,
                    overhang_m=round(before + after, 1),
                ).problem("如有争议，请补画另一方的线。", "If it is disputed, complete the other line.")
            )
    return found


def _turned_side(side: LineSide | None, turned: bool) -> LineSide | None:
    if side is None or not turned:
        return side
    return "right" if side == "left" else "left"


def _a_side(
    sides: tuple[LineSide | None, LineSide | None], line_a: FloatArray, line_b: FloatArray
) -> tuple[LineSide, bool]:
    """Return A's side and whether it is known; unknown, A claims towards B: A's line lies on B's side."""
    of_a, of_b = sides
    if of_a is not None and of_a == of_b:
        raise DisputeError(
            "claimants_on_one_side",
            zh="两方填写的位置在界线同一侧（{side}）：请改正其中一方。",
            en="Both claimants are said to lie on the same side of the boundary ({side}): correct one of them.",
            side=of_a,
        )
    if of_a is not None:
        return of_a, True
    if of_b is not None:
        return ("right" if of_b == "left" else "left"), True
    b_is_left = signed_area_m2(np.vstack((line_a, line_b[::-1]))) >= 0
    return ("left" if b_is_left else "right"), False
