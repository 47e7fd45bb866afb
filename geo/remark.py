"""What has to be said about two claims besides their figures: one sentence each, in both languages."""

from __future__ import annotations

import math

import shapely

from geo.claim import DisputeSettings
from geo.errors import DisputeError, Problem
from geo.facing import Facing
from geo.lens import Lens
from geo.polyline import Ruler
from geo.span import Ground, Span

__all__ = ["remarks"]

MANY_CROSSINGS = 20
"""Beyond this many crossings the claims are said to cross many times."""


def remarks(
    cut: list[Span],
    found_lenses: list[Lens],
    facing: Facing,
    pieces: list[Ground],
    rulers: tuple[Ruler, Ruler],
    settings: DisputeSettings,
) -> list[Problem]:
    """Return the remarks on the lines and the ground between them."""
    found = []
    if not any(span.disputed for span in cut):
        found.append(_nothing_disputed(settings))
    if len(found_lenses) - 1 > MANY_CROSSINGS:
        found.append(_many_crossings(len(found_lenses) - 1))
    if any(each.folded for each in found_lenses):
        found.append(_folded(sum(each.folded for each in found_lenses)))
    if float(rulers[0].line.distance(rulers[1].line)) > settings.agreed_within_m:
        found.append(_never_meet(float(rulers[0].line.distance(rulers[1].line))))
    found += _beyond_the_line(facing, found_lenses, pieces)
    neither = _neither_claims(facing, pieces)
    return [*found, neither] if neither else found


def _beyond_the_line(facing: Facing, found_lenses: list[Lens], pieces: list[Ground]) -> list[Problem]:
    """Return notes on ground within the lines that a hole takes out, and on overlap that is not beside them."""
    if facing.plot_a is None or facing.plot_b is None:
        return []
    disputed_m2 = math.fsum(piece.shape.area for piece in pieces if piece.claimed)
    overlap_m2 = float(shapely.intersection(facing.plot_a, facing.plot_b).area)
    enclosed_m2 = math.fsum(max(each.signed_m2, 0.0) for each in found_lenses if each.shape is not None)
    holed = facing.plot_a.interiors or facing.plot_b.interiors
    found = []
    if pieces and overlap_m2 - disputed_m2 > max(1.0, 0.1 * disputed_m2):
        found.append(_overlap_elsewhere(overlap_m2 - disputed_m2))
    if pieces and holed and enclosed_m2 - disputed_m2 > 1.0:
        found.append(_hole_in_dispute(enclosed_m2 - disputed_m2))
    return found


def _overlap_elsewhere(area_m2: float) -> Problem:
    return DisputeError(
        "overlap_elsewhere",
        zh="两方主张在别处还重叠 {area_m2} 平方米，不在本界线上，未计入。",
        en="The claims overlap by another {area_m2} m² elsewhere, not along this boundary; it is left out.",
        area_m2=round(area_m2, 1),
    ).problem("请另立一案。", "Make another case for it.")


def _hole_in_dispute(area_m2: float) -> Problem:
    return DisputeError(
        "hole_in_dispute",
        zh="争议范围内有 {area_m2} 平方米的内环（一方并不主张），不计入争议面积。",
        en="Within the disputed ground lie holes of {area_m2} m² that one party does not claim; they do not count "
        "as disputed.",
        area_m2=round(area_m2, 1),
    ).problem("请在图上核对。", "Check on the map.")


def _nothing_disputed(settings: DisputeSettings) -> Problem:
    return DisputeError(
        "nothing_disputed",
        zh="两方主张处处相差不超过 {limit_m} 米：没有争议。",
        en="The claims lie within {limit_m} m of each other everywhere: nothing is in dispute.",
        limit_m=settings.agreed_within_m,
    ).problem("可直接签认共同界线。", "The common line can be signed as it is.")


def _many_crossings(count: int) -> Problem:
    return DisputeError(
        "claims_cross_often",
        zh="两方主张线互相交叉 {count} 次：多半是测量误差，而不是主张不同。",
        en="The claim lines cross {count} times: most likely measuring error, not different claims.",
        count=count,
    ).problem("请用更准的仪器共同测量一次。", "Measure once together with a better instrument.")


def _folded(count: int) -> Problem:
    return DisputeError(
        "claims_fold",
        zh="有 {count} 处主张线来回折叠，那里的方案沿一方的主张线走。",
        en="In {count} places a claim line folds back across the other; there proposals follow one claim's line.",
        count=count,
    ).problem("请核对折叠处的点。", "Check the points there.")


def _never_meet(distance_m: float) -> Problem:
    return DisputeError(
        "lines_do_not_meet",
        zh="两方主张线没有相接（最近处相距 {distance_m} 米）：两端用线段闭合后计算。",
        en="The claim lines never meet (nearest {distance_m} m): the ground is closed by segments at both ends.",
        distance_m=round(distance_m, 2),
    ).problem("请记录公共界点。", "Record the common points.")


def _neither_claims(facing: Facing, pieces: list[Ground]) -> Problem | None:
    """Return a note when, of two lines with known sides, some ground is claimed by neither."""
    if facing.plot_a is not None or facing.plot_b is not None or not facing.side_known:
        return None
    wanted = 1.0 if facing.a_side == "left" else -1.0
    area = math.fsum(piece.shape.area for piece in pieces if piece.signed_m2 * wanted < 0)
    if area <= 1.0:
        return None
    return DisputeError(
        "claimed_by_neither",
        zh="两线之间有 {area_m2} 平方米，按两方所在一侧看谁也没有主张；两条线的争议地按两线之间全部计算。",
        en="Of the ground between the lines {area_m2} m² is claimed by neither, seen from the sides they lie on; "
        "between two lines all of it counts as disputed.",
        area_m2=round(area, 1),
    ).problem("请核对两方所在的一侧。", "Check the sides the parties lie on.")
