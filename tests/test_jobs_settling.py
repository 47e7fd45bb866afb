"""The whole flow from files to the package's bytes, without a browser."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from shapely.geometry import LineString, Polygon, box, mapping

from data import exporting
from data.exporting import OutFeature, OutLayer
from geo import crs, shift
from geo.errors import ArgumentError, DisputeError, FileError
from jobs import settling
from jobs.settling import Request

ZONE = crs.working_zone(102.3)
EAST, NORTH = 525_000.0, 4_473_000.0
AT = "2026-11-21T10:00:00+08:00"


def at(shape):
    """Shift a shape given in metres from a corner of the township into the working zone."""
    from shapely.affinity import translate

    return translate(shape, EAST, NORTH)


CLAIM_A = at(box(0, 0, 110, 100))
CLAIM_B = at(box(90, 0, 200, 100))
CERTIFICATE = at(LineString([(98, 0), (98, 100)]))


def written(folder, name, *shapes, format_name="gpkg", epsg=None):
    features = [OutFeature(id=str(i), name=f"{name}{i}", geometry=shape) for i, shape in enumerate(shapes)]
    path = folder / (name + exporting.SUFFIXES[format_name])
    path.write_bytes(exporting.export(format_name, OutLayer(title=name, plane=ZONE, features=features), epsg))
    return path


def of_rectangles(folder):
    return Request(
        a=written(folder, "a", CLAIM_A),
        b=written(folder, "b", CLAIM_B),
        certificate=written(folder, "c", CERTIFICATE),
        sigma_a=0.1,
        sigma_b=0.1,
        sigma_certificate=0.5,
        share=0.25,
        at=AT,
        out=folder / "out",
    )


@pytest.fixture
def request_(tmp_path):
    return of_rectangles(tmp_path)


def worked_out(request, **changes):
    """Return the figures without making the papers."""
    return settling.figures(settling.prepare(replace(request, **changes)))


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """One package, made once: its result and where it lies."""
    folder = tmp_path_factory.mktemp("package")
    plots = written(
        folder, "plots", at(box(0, 0, 98, 100)), at(box(98, 0, 200, 100)), at(box(0, 100, 200, 150))
    )
    request = replace(of_rectangles(folder), plots=plots, choose="certificate")
    return request, settling.settle(request)


@pytest.mark.parametrize(
    "format_name", ["gpkg", "shapefile", "geojson", "land_txt", "dxf", "csv", "xlsx", "cass_dat"]
)
def test_settle__reads_claims_of_every_format(tmp_path, request_, format_name):
    """The claims overlap by 20 m x 100 m; the plane area is enlarged by the zone's scale, 1.5e-5 here."""
    a = written(
        tmp_path, "claim_a", CLAIM_A, format_name=format_name, epsg=4490 if format_name == "geojson" else None
    )
    b = written(
        tmp_path, "claim_b", CLAIM_B, format_name=format_name, epsg=4490 if format_name == "geojson" else None
    )
    result = worked_out(request_, a=a, b=b, near=(102.3, 40.4))
    assert result["disputed_area_m2"] == pytest.approx(2000.0, rel=3e-5)


def test_settle__figures_of_hand_checked_rectangles(request_):
    result = worked_out(request_)
    (stretch,) = [each for each in result["stretches"] if each["state"] == "disputed"]
    assert stretch["verdict"] == "real_difference"
    named = {each["name"]: each for each in result["proposals"]}
    assert named["certificate"]["area_to_a_m2"] == pytest.approx(800.0, rel=3e-3)
    assert named["share"]["area_to_a_m2"] == pytest.approx(result["disputed_area_m2"] / 4, abs=1.0)
    assert named["equal_area"]["area_to_a_m2"] == pytest.approx(result["disputed_area_m2"] / 2, abs=1.0)
    for each in named.values():
        total = each["area_to_a_m2"] + each["area_to_b_m2"]
        assert total == pytest.approx(result["disputed_area_m2"], abs=0.01)
    assert "equal_value" in {each["name"] for each in result["withheld"]}


def test_settle__same_files_and_time_give_the_same_bytes(package, tmp_path):
    request, result = package
    again = settling.settle(replace(request, out=tmp_path))
    assert (tmp_path / settling.PACKAGE_NAME).read_bytes() == (
        request.out / settling.PACKAGE_NAME
    ).read_bytes()
    assert again["inputs_sha256"] == result["inputs_sha256"]


def test_settle__package_prints_the_same_figures_everywhere(package):
    _, result = package
    with zipfile.ZipFile(result["package"]) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        names = archive.namelist()
    printed = manifest["figures"]
    chosen = next(each for each in result["proposals"] if each["name"] == "certificate")
    assert printed["disputed_area_m2"] == result["disputed_area_m2"]
    assert printed["area_to_a_m2"] == chosen["area_to_a_m2"]
    for part in ("协议书.pdf", "协议书.docx", "界线图-A4", "坐标表", "走向", "公示", "指界", "现状", "回访"):
        assert any(part in name for name in names), part


def test_settle__plots_change_together_and_leave_for_the_registry(package):
    _, result = package
    assert "plots_not_found" not in {each["code"] for each in result["problems"]}
    with zipfile.ZipFile(result["package"]) as archive:
        assert any("登记移交" in name for name in archive.namelist())


def test_settle__agreement_opens_as_docx(package):
    from docx import Document

    with zipfile.ZipFile(package[1]["package"]) as archive:
        name = next(each for each in archive.namelist() if each.endswith("协议书.docx"))
        text = "\n".join(p.text for p in Document(io.BytesIO(archive.read(name))).paragraphs)
    assert "争议" in text


def test_settle__prefills_a_line_and_says_so(request_):
    result = worked_out(request_)
    assert result["chosen"] == "best_fit"
    assert "line_prefilled" in {each["code"] for each in result["problems"]}


def test_settle__refuses_an_unknown_choice_and_writes_nothing(request_):
    with pytest.raises(ArgumentError, match="no proposal"):
        settling.settle(replace(request_, choose="the_middle_one"))
    assert not request_.out.exists()


def test_settle__refuses_claims_that_do_not_meet(request_, tmp_path):
    far = written(tmp_path, "far", at(box(5000, 0, 5100, 100)))
    with pytest.raises(DisputeError):
        settling.settle(replace(request_, b=far))
    assert not request_.out.exists()


def test_settle__asks_where_bare_coordinates_lie(request_, tmp_path):
    bare = tmp_path / "bare.csv"
    rows = "\n".join(f"{x - 500_000},{y}" for x, y in CLAIM_A.exterior.coords)
    bare.write_text("x,y\n" + rows, "utf-8")
    with pytest.raises(FileError, match="not certain"):
        settling.settle(replace(request_, a=bare))


def test_settle__asks_for_the_shift_of_bare_degrees(request_, tmp_path):
    degrees = crs.to_geographic(np.array(CLAIM_A.exterior.coords), ZONE)
    bare = tmp_path / "bare.geojson"
    bare.write_text(json.dumps(mapping(Polygon(degrees))), "utf-8")
    with pytest.raises(FileError, match="not certain"):
        settling.settle(replace(request_, a=bare))
    result = worked_out(request_, a=bare, shift="none")
    assert result["disputed_area_m2"] == pytest.approx(2000.0, rel=3e-5)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01"])
def test_settle__refuses_a_time_that_is_none(request_, text):
    with pytest.raises(ArgumentError, match="time"):
        settling.settle(replace(request_, at=text))


def test_settle__says_which_file_holds_many_plots(request_, tmp_path):
    many = written(tmp_path, "many", CLAIM_A, at(box(0, 200, 50, 250)), at(box(100, 0, 150, 50)))
    with pytest.raises(DisputeError, match="3 shapes"):
        settling.settle(replace(request_, a=many))


def test_settle__a_shift_undone_by_model_never_makes_a_real_difference(request_, tmp_path):
    """DEFINITIONS 19: whatever accuracy is stated, the model's own error is at least 5 m."""
    degrees = crs.to_geographic(np.array(CLAIM_A.exterior.coords), ZONE)
    shifted = tmp_path / "phone.geojson"
    shifted.write_text(json.dumps(mapping(Polygon(shift.gcj02_from_wgs84(degrees)))), "utf-8")
    b = written(tmp_path, "b", CLAIM_B, format_name="geojson", epsg=4490)
    stated = worked_out(request_, a=shifted, b=b, certificate=None, shift="gcj02")
    verdicts = {each["verdict"] for each in stated["stretches"] if each["state"] == "disputed"}
    assert verdicts == {"not_enough_evidence"}
