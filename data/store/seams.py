"""Seamlessness of the agreed state: what a change may not break, and what a check finds."""

from __future__ import annotations

from collections.abc import Mapping

import shapely
from shapely.geometry.base import BaseGeometry

from data.store.records import Surface
from geo.audit import Coverage, audit_coverage
from geo.errors import GeometryError, StoreError

__all__ = ["GROUND_TOLERANCE_M2", "refuse_broken_seams"]

GROUND_TOLERANCE_M2 = 0.01
"""Total area is kept to this much when plots change together."""

_SLIVER_M2 = 1e-4
"""What rounding in differences of shapes may leave; a gap found by the audit itself is 1e-6 m² and more."""


def refuse_broken_seams(
    before: Mapping[int, Surface], changed: Mapping[int, Surface], names: Mapping[int, str]
) -> None:
    """Refuse plots changed together that would open a gap, overlap more than before, or lose ground.

    Faults that were there before, away from the change or untouched by it, are no reason to refuse.

    Parameters
    ----------
    before : mapping of int to Surface
        Agreed shapes of the changed plots and everything around them.
    changed : mapping of int to Surface
        Their new shapes.
    names : mapping of int to str
        How to call a plot in a sentence.

    Raises
    ------
    GeometryError
        ``plot_shape_invalid``.
    StoreError
        ``coverage_broken`` with ``overlap_area_m2``, ``gap_area_m2``, ``lost_area_m2``, ``gained_area_m2``
        and ``plots``.
    """
    for number, shape in changed.items():
        _refuse_invalid(shape, names.get(number, str(number)))
    old, new = _audit(before), _audit({**before, **changed})
    old_gaps = shapely.union_all([gap.geom for gap in old.gaps])
    overlap = _new_overlap_m2(old, new)
    gap = float(sum(_beyond(gap.geom, old_gaps) for gap in new.gaps))
    ground_before = shapely.union_all([before[number] for number in changed if number in before])
    ground_after = shapely.union_all(list(changed.values()))
    lost = float(shapely.difference(ground_before, ground_after).area)
    gained = float(shapely.difference(shapely.difference(ground_after, ground_before), old_gaps).area)
    if overlap > 0 or gap > 0 or max(lost, gained) > GROUND_TOLERANCE_M2:
        _refuse(overlap, gap, lost, gained, [names.get(number, str(number)) for number in changed])


def _audit(shapes: Mapping[int, Surface]) -> Coverage:
    return audit_coverage(list(shapes.values()), [str(number) for number in shapes])


def _new_overlap_m2(old: Coverage, new: Coverage) -> float:
    known = {frozenset((pair.a, pair.b)): pair.area_m2 for pair in old.overlaps}
    grown = (pair.area_m2 - known.get(frozenset((pair.a, pair.b)), 0.0) for pair in new.overlaps)
    return float(sum(more for more in grown if more > _SLIVER_M2))


def _beyond(gap: BaseGeometry, old_gaps: BaseGeometry) -> float:
    area = float(shapely.difference(gap, old_gaps).area)
    return area if area > _SLIVER_M2 else 0.0


def _refuse_invalid(shape: Surface, name: str) -> None:
    if shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_empty and shape.is_valid:
        return
    raise GeometryError(
        "plot_shape_invalid",
        zh="宗地 {name} 的新图形不成立（{reason}）：请重新生成约定界线。",
        en="The new shape of plot {name} is not valid ({reason}): draw the agreed line again.",
        where=name,
        name=name,
        reason=shapely.is_valid_reason(shape),
    )


def _refuse(overlap: float, gap: float, lost: float, gained: float, plots: list[str]) -> None:
    raise StoreError(
        "coverage_broken",
        zh="宗地 {plots} 这样变动会破坏无缝覆盖（新增重叠 {overlap_area_m2:.3f} m²、空隙 {gap_area_m2:.3f} m²、"
        "失去 {lost_area_m2:.3f} m²、多出 {gained_area_m2:.3f} m²，限 0.01 m²）：什么都没有保存，请重新划线。",
        en="Changing plots {plots} this way would break the seamless coverage (new overlap {overlap_area_m2:.3f} m², "
        "gap {gap_area_m2:.3f} m², lost {lost_area_m2:.3f} m², gained {gained_area_m2:.3f} m², limit 0.01 m²): "
        "nothing was stored; draw the line again.",
        where=", ".join(plots),
        plots=", ".join(plots),
        overlap_area_m2=overlap,
        gap_area_m2=gap,
        lost_area_m2=lost,
        gained_area_m2=gained,
    )
