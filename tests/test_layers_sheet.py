"""Map sheets: true scale measured on the PDF, selectable text, embedded fonts, nothing cut or lost."""

from __future__ import annotations

import ctypes
import io
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2
import pypdfium2.raw as raw
import pytest
from pypdf import PdfReader
from shapely.geometry import LineString, Point, Polygon, box

from geo.errors import ArgumentError
from geo.zone import working_zone
from layers import furniture, sheet
from layers.sheet import Sheet, SheetLayer

ZONE = working_zone(102.3)
EAST, NORTH = 441_200.0, 4_476_000.0
PT_PER_MM = 72 / 25.4


def made(**changes: object) -> Sheet:
    line = LineString([(EAST, NORTH), (EAST + 270, NORTH + 250)])
    layers = (
        SheetLayer(
            id="disputed",
            geometries=(Polygon([(EAST, NORTH), (EAST + 100, NORTH + 140), (EAST + 270, NORTH + 250)]),),
            labels=("① 3.24 ± 0.31 亩",),
        ),
        SheetLayer(id="claim_a", geometries=(line,)),
        SheetLayer(
            id="marker",
            geometries=tuple(line.interpolate(share, normalized=True) for share in (0.0, 0.5, 1.0)),
            labels=("J1", "J2", "J3"),
            rank=2,
        ),
    )
    facts: dict[str, object] = {
        "title": "南沟梁界线图",
        "layers": layers,
        "zone": ZONE,
        "mark": "内部",
        "notice": "调解参考测量",
        "facts": (("争议面积", "3.24 ± 0.31 亩"),),
        "notes": ("本图只供调解参考。",),
        "signers": ("甲方", "乙方"),
        "foot": "案件 2026-017",
        **changes,
    }
    return Sheet(**facts)  # type: ignore[arg-type]


def text_of(data: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def red_line_mm(data: bytes) -> tuple[float, float]:
    """Return width and height on paper, pen not counted, of the longest path in the red of claim A."""
    page = pypdfium2.PdfDocument(data)[0]
    extents = []
    for thing in page.get_objects(max_depth=4):
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        raw.FPDFPageObj_GetStrokeColor(thing.raw, red, green, blue, alpha)
        if thing.type == raw.FPDF_PAGEOBJ_PATH and (red.value, green.value, blue.value) == (0xC8, 0x10, 0x2E):
            extents.append(np.ptp(path_points(thing), axis=0) / PT_PER_MM)
    width, height = max(extents, key=lambda extent: float(extent[0]))
    return float(width), float(height)


def path_points(thing: pypdfium2.PdfObject) -> np.ndarray:
    points = []
    matrix = thing.get_matrix()
    for i in range(raw.FPDFPath_CountSegments(thing.raw)):
        x, y = ctypes.c_float(), ctypes.c_float()
        raw.FPDFPathSegment_GetPoint(raw.FPDFPath_GetPathSegment(thing.raw, i), x, y)
        points.append(matrix.on_point(x.value, y.value))
    return np.array(points)


@pytest.mark.parametrize("paper", ["A4", "A3"])
@pytest.mark.parametrize("landscape", [False, True])
def test_compose__scale_is_true_on_paper(paper: str, landscape: bool) -> None:
    """A line 270 m east and 250 m north measures so, to 0.2 %, on the PDF itself."""
    drawn = sheet.compose(made(paper=paper, landscape=landscape))
    width_mm, height_mm = red_line_mm(drawn.data)
    assert width_mm == pytest.approx(270_000 / drawn.scale_denominator, rel=0.002)
    assert height_mm == pytest.approx(250_000 / drawn.scale_denominator, rel=0.002)
    assert drawn.scale_denominator in sheet.SCALES


def test_compose__scale_is_that_asked_for() -> None:
    width_mm, _ = red_line_mm(sheet.draw(made(paper="A3", scale_denominator=2000)))
    assert width_mm == pytest.approx(135.0, rel=0.0005)


def test_compose__page_has_the_size_of_the_paper() -> None:
    page = PdfReader(io.BytesIO(sheet.draw(made(paper="A3", landscape=True)))).pages[0]
    assert [float(side) / PT_PER_MM for side in page.mediabox[2:]] == pytest.approx([420, 297], abs=0.1)


def test_compose__text_is_selectable_and_fonts_are_embedded() -> None:
    data = sheet.draw(made())
    text = text_of(data)
    for word in (
        "南沟梁界线图",
        "内部",
        "调解参考测量",
        "J1",
        "J3",
        "比例尺1:2000",
        "甲方主张线",
        "真北",
        "3.24±0.31亩",
    ):
        assert word in text
    fonts = PdfReader(io.BytesIO(data)).pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        inner = font.get_object()["/DescendantFonts"][0].get_object()
        assert "/FontFile2" in inner["/FontDescriptor"].get_object()


def test_compose__legend_lists_only_what_is_shown() -> None:
    far = SheetLayer(id="claim_b", geometries=(LineString([(0, 0), (10, 10)]),), fits=False)
    text = text_of(sheet.draw(made(layers=(*made().layers, far))))
    assert "甲方主张线" in text
    assert "乙方主张线" not in text


def test_compose__gives_the_same_bytes_in_another_process() -> None:
    code = (
        "import hashlib, sys; sys.path.insert(0, '.');"
        "from tests.test_layers_sheet import made; from layers import sheet;"
        "print(hashlib.sha256(sheet.draw(made())).hexdigest())"
    )
    root = Path(__file__).resolve().parent.parent
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={"PYTHONHASHSEED": seed, "PATH": "", "PYTHONUTF8": "1", "HOME": str(root)},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_compose__leaves_matplotlib_as_it_was() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    sheet.draw(made())
    assert dict(mpl.rcParams) == before


def test_compose__nothing_to_draw_says_so() -> None:
    assert "没有可画的内容" in text_of(sheet.draw(made(layers=())))


def test_compose__one_point_gets_a_sensible_scale() -> None:
    only = SheetLayer(id="marker", geometries=(Point(EAST, NORTH),), labels=("J1",))
    assert sheet.compose(made(layers=(only,))).scale_denominator <= 200


def test_compose__refuses_a_scale_that_does_not_fit() -> None:
    with pytest.raises(ArgumentError, match="1:500 the content does not fit A4") as fault:
        sheet.compose(made(scale_denominator=500))
    assert "1:2000" in fault.value.sentence("en")


@pytest.mark.parametrize(
    ("change", "code"), [({"paper": "B5"}, "paper_unknown"), ({"layers": "x"}, "layer_unknown")]
)
def test_compose__refuses_what_it_does_not_know(change: dict[str, object], code: str) -> None:
    if "layers" in change:
        change = {"layers": (SheetLayer(id="no_such_layer", geometries=(Point(EAST, NORTH),)),)}
    with pytest.raises(ArgumentError) as fault:
        sheet.compose(made(**change))
    assert fault.value.code == code


def test_layer__wants_a_label_for_each_shape() -> None:
    with pytest.raises(ArgumentError, match="2 shapes and 1 labels"):
        SheetLayer(id="marker", geometries=(Point(0, 0), Point(1, 1)), labels=("J1",))


def test_compose__coordinates_in_two_systems_are_too_far_apart() -> None:
    both = SheetLayer(id="claim_a", geometries=(LineString([(102.3, 40.4), (EAST, NORTH)]),))
    with pytest.raises(ArgumentError) as fault:
        sheet.compose(made(layers=(both,)))
    assert fault.value.code == "extent_too_large"


def test_compose__reports_a_character_without_a_glyph() -> None:
    drawn = sheet.compose(made(title="姓\U00031000家界线图"))
    assert drawn.missing == ("\U00031000",)
    assert "〓" in text_of(drawn.data)
    assert "U+31000" in text_of(drawn.data)


@pytest.mark.parametrize("payload", ["$x^2$ 界线", "{{7*7}}<b>", "\\frac{1}{2}", "第\u202e一\x00张"])
def test_compose__user_text_is_not_mathematics_or_markup(payload: str) -> None:
    expected = payload.replace("\u202e", "").replace("\x00", "")
    assert "".join(expected.split()) in text_of(sheet.draw(made(title=payload)))


def test_compose__long_words_lose_nothing() -> None:
    long = tuple((f"第{i}项", "很长的说明文字" * 9) for i in range(7))
    drawn = sheet.compose(
        made(facts=long, title="某某草原畜牧业专业合作社与某某牧民联合体" * 3 + "界线图", landscape=True)
    )
    assert drawn.dropped == ()
    assert text_of(drawn.data).count("很长的说明文字") == 63


def test_compose__text_without_room_is_told() -> None:
    notes = tuple(f"第 {i} 条：" + "说明" * 60 for i in range(40))
    assert sheet.compose(made(notes=notes)).dropped


def test_compose__true_north_leans_the_right_way() -> None:
    """East of the central meridian grid north lies east of true north: true north leans left (west)."""
    page = sheet.Page(100, 100)
    with page:
        furniture.draw_north(page, 50, 50, 0.5, ("真北", "坐标北", "收敛角"))
        data = page.save("pdf", title="x")
    assert left_of(data, "真北") < left_of(data, "坐标北")
    assert "+0°30′00″" in text_of(data)


def left_of(data: bytes, word: str) -> float:
    page = pypdfium2.PdfDocument(data)[0].get_textpage()
    index, _ = page.search(word).get_next()
    return float(page.get_charbox(index)[0])


@pytest.mark.parametrize("scale", sheet.SCALES)
def test_grid__lines_lie_apart_enough_to_read(scale: int) -> None:
    assert 30 <= furniture.grid_step_m(scale) * 1000 / scale <= 75


def test_compose__two_thousand_plots_on_a3_in_time() -> None:
    rng = np.random.default_rng(7)
    plots = tuple(
        box(EAST + 40 * i, NORTH + 30 * j, EAST + 40 * i + 40, NORTH + 30 * j + 30)
        for i in range(50)
        for j in range(40)
    )
    homes = tuple(Point(EAST + x, NORTH + y) for x, y in rng.uniform(0, 1200, (512, 2)))
    layers = (
        SheetLayer(id="plot_grassland", geometries=plots, labels=tuple(f"12-{i:04d}" for i in range(2000))),
        SheetLayer(id="household", geometries=homes),
    )
    start = time.process_time()
    drawn = sheet.compose(made(layers=layers, paper="A3"))
    assert time.process_time() - start < 10
    assert len(drawn.dropped) + text_of(drawn.data).count("12-") >= 2000


def test_draw__png_of_the_same_sheet() -> None:
    assert sheet.draw(made(), "png").startswith(b"\x89PNG")
    assert sheet.draw(made(), "png") == sheet.draw(made(), "png")


def test_draw__english_labels() -> None:
    text = text_of(sheet.draw(replace(made(), lang="en")))
    assert "ClaimlineofA" in text
    assert "Scale1:2000" in text
