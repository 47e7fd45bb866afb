"""Labels on a sheet never cover one another, and those without room are told."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import given, settings
from shapely.geometry import LineString, box

from layers import labels
from layers.labels import Label, Placed

FRAME = (0.0, 0.0, 100.0, 80.0)


def label(x: float, y: float, text: str = "J1", width: float = 6.0, **more: object) -> Label:
    return Label(text=text, x_mm=x, y_mm=y, width_mm=width, height_mm=3.0, keep_off_mm=1.0, **more)  # type: ignore[arg-type]


def box_of(placed: Placed) -> object:
    w, h = placed.label.width_mm / 2, placed.label.height_mm / 2
    return box(placed.x_mm - w, placed.y_mm - h, placed.x_mm + w, placed.y_mm + h)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 80), st.floats(3, 25)), min_size=1, max_size=25))
def test_place__never_covers_a_label_or_a_mark(anchors: list[tuple[float, float, float]]) -> None:
    wanted = [label(x, y, str(i), width) for i, (x, y, width) in enumerate(anchors)]
    placed, dropped = labels.place(wanted, [], FRAME)
    assert len(placed) + len(dropped) == len(wanted)
    boxes = [box_of(found) for found in placed]
    for i, first in enumerate(boxes):
        assert box(*FRAME).covers(first.buffer(-1e-9))
        for second in boxes[i + 1 :]:
            assert first.intersection(second).area < 1e-9
        for other in wanted:
            mark = box(other.x_mm - 1, other.y_mm - 1, other.x_mm + 1, other.y_mm + 1)
            assert first.intersection(mark).area < 1e-9


def test_place__moves_off_a_line_and_draws_a_leader() -> None:
    line = LineString([(0, 40), (100, 40.5)])
    placed, _ = labels.place([label(50, 40)], [line], FRAME)
    assert not box_of(placed[0]).intersects(line)


def test_place__higher_rank_first() -> None:
    tight = (45.0, 38.0, 60.0, 42.0)
    placed, dropped = labels.place([label(50, 40, "low"), label(50, 40, "high", rank=5)], [], tight)
    assert [found.label.text for found in placed] == ["high"]
    assert [left.text for left in dropped] == ["low"]


def test_place__the_same_twice() -> None:
    wanted = [label(10.0 + i % 7, 20.0 + i % 5, str(i)) for i in range(30)]
    assert labels.place(wanted, [], FRAME) == labels.place(wanted, [], FRAME)
