"""What is done to a case's lines and points on the map, with undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal

from shapely.geometry.base import BaseGeometry

from jobs.dispute import material, picture, siding
from jobs.dispute.facts import CaseLine, LineRole
from jobs.dispute.material import ROLES, NewLine
from layers.webmap import working_geometry
from pages.common import mapview
from pages.common.mapview import Edit
from pages.common.words import _
from pages.steps.work import Work, attempt, let_go

__all__ = ["can_undo", "layer_of", "pick", "picked", "side_of", "take"]

Picked = Literal["line", "shape", "point", ""]
_POINTS: dict[str, Literal["common", "three_way"]] = {"marker_shared": "common", "end_point": "three_way"}


def picked(work: Work) -> tuple[Picked, str]:
    """Return what is selected: its kind and name, both empty when nothing is."""
    found: tuple[Picked, str] = work.get("pick") or ("", "")
    return found


def pick(work: Work, kind: Picked, name: str) -> None:
    """Select a line, a shape of a file, or nothing."""
    work.put("pick", (kind, name) if name else None)
    let_go(work)


def layer_of(kind: Picked, name: str, rows: Sequence[CaseLine]) -> str:
    """Return the layer in which the selected thing is drawn."""
    line = next((line for line in rows if kind == "line" and str(line.id) == name), None)
    return line.role if line is not None else "import_preview"


def can_undo(work: Work) -> bool:
    """Tell whether there is a change on the map to be undone."""
    return bool(work.get("past"))


def take(work: Work, act: mapview.Act) -> bool:
    """Do what was done on the map; tell whether the page must be drawn anew."""
    match act:
        case mapview.Selected(layer=layer, id=name):
            _select(work, layer, name)
        case mapview.Edited(edits=edits) if work.may_work:
            for edit in edits:
                _edit(work, edit)
        case mapview.Undone() if work.may_work:
            _undo(work)
        case _:
            return False
    return True


def _select(work: Work, layer: str | None, name: str | None) -> None:
    if layer in ROLES and name:
        pick(work, "line", name)
    elif layer == "import_preview" and name:
        pick(work, "shape", name)
    else:
        pick(work, "", "")


def _edit(work: Work, edit: Edit) -> None:
    if edit.geometry is None:
        return
    shape = working_geometry(edit.geometry, work.zone)
    if edit.layer in _POINTS and edit.id is None:
        _new_point(work, edit.layer, shape)
    elif edit.layer in ROLES and edit.id is None:
        _new_line(work, edit.layer, shape)  # type: ignore[arg-type]
    elif edit.layer in ROLES and edit.id is not None:
        _redraw(work, int(edit.id), shape)


def _new_point(work: Work, layer: str, shape: BaseGeometry) -> None:
    place = shape.representative_point()
    add = partial(
        material.add_point,
        work.store,
        work.case,
        work.who,
        easting_m=place.x,
        northing_m=place.y,
        kind=_POINTS[layer],
    )
    point = attempt(work, add)
    if point is not None:
        _remember(work, ("point", point.id, None))


def _new_line(work: Work, role: LineRole, shape: BaseGeometry) -> None:
    new = NewLine(role=role, geometry=shape, label=_("在图上画的"), claimant_side=side_of(work, role, shape))
    line = attempt(work, partial(material.add_line, work.store, work.case, new, work.who))
    if line is not None:
        _remember(work, ("line", line.id, None))
        pick(work, "line", str(line.id))


def side_of(work: Work, role: LineRole, shape: BaseGeometry) -> siding.LineSide | None:
    """Return on which side of a claimed line its claimant's registered plot lies, or None."""
    number = {"claim_a": work.case.plot_a_id, "claim_b": work.case.plot_b_id}.get(role)
    plot = next((each for each in picture.case_plots(work.store, work.case) if each.id == number), None)
    return siding.likely_side(shape, plot.geometry if plot is not None else None)


def _redraw(work: Work, line_id: int, shape: BaseGeometry) -> None:
    before = work.store.case_lines.get(line_id)
    saved = attempt(work, partial(material.redraw_line, work.store, before, shape, work.who))
    if saved is not None:
        _remember(work, ("shape", line_id, before.geometry))
    let_go(work)


def _remember(work: Work, done: tuple[str, int, Any]) -> None:
    work.put("past", [*work.get("past", []), done][-50:])


def _undo(work: Work) -> None:
    past = list(work.get("past", []))
    if not past:
        return
    kind, number, before = past.pop()
    work.put("past", past)
    undo: list[Callable[[], object]] = []
    if kind == "point":
        found = [each for each in work.store.case_points.find(case_id=work.case.id) if each.id == number]
        undo = [partial(material.remove_point, work.store, each, work.who) for each in found]
    elif kind == "line":
        undo = [partial(material.put_away_line, work.store, work.store.case_lines.get(number), work.who)]
    else:
        line = work.store.case_lines.get(number)
        undo = [partial(material.redraw_line, work.store, line, before, work.who)]
    for act in undo:
        attempt(work, act, _("已撤销。"))
    let_go(work)
