"""An invented dispute with every field filled, and one with none, for the tests of papers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from data.documents.facts import (
    BoundaryPoint,
    CaseFacts,
    Dossier,
    Frame,
    InputFile,
    LineFacts,
    Neighbour,
    Office,
    Outcome,
    Party,
    PlotChange,
    ProposalFacts,
    Schedule,
    SourceAgreementFacts,
    Stamp,
    StretchFacts,
    Surveyor,
    Term,
)
from data.documents.pdf import Typeface

FONTS = Path(__file__).resolve().parent.parent / "layers" / "assets" / "fonts"
TYPEFACE = Typeface(regular=FONTS / "NotoSansSC-Regular.ttf", bold=FONTS / "NotoSansSC-Bold.ttf")
MADE_AT = dt.datetime(2026, 11, 21, 9, 30)
FRAME = Frame(epsg=4543, zone_name="3°带第 34 带", central_meridian_deg=102.0, convergence_deg=0.194)

POINTS = (
    BoundaryPoint(
        number="J1",
        northing_m=4476012.345,
        easting_m=441203.118,
        lon_deg=102.3,
        lat_deg=40.4,
        side_to_next_m=50.0,
    ),
    BoundaryPoint(
        number="J2",
        northing_m=4476042.345,
        easting_m=441243.118,
        lon_deg=102.31,
        lat_deg=40.41,
        side_to_next_m=25.0,
    ),
    BoundaryPoint(number="J3", northing_m=4476057.345, easting_m=441263.118, lon_deg=102.32, lat_deg=40.42),
)
"""Two legs of 50 and 25 m: 40-30 and 20-15 triangles, checked by hand."""

OUTCOME = Outcome(
    proposal="best_fit",
    label_zh="最佳拟合线",
    label_en="Best fit",
    points=POINTS,
    length_m=75.0,
    area_to_a_m2=1033.3,
    area_to_b_m2=1126.7,
    description_zh="界线自 J1 起，向东北行 50.00 米，至 J2。\n由 J2 起，向东北行 25.00 米，至 J3。",
)


def empty() -> Dossier:
    """Return a dossier in which nobody has written anything down yet."""
    return Dossier(
        case=CaseFacts(),
        office=Office(),
        parties=(),
        frame=FRAME,
        stamp=Stamp(made_at=MADE_AT, version="0.1.0"),
    )


def full(**changes: object) -> Dossier:
    """Return a dossier with every field filled; ``changes`` replace fields."""
    facts: dict[str, object] = {
        "case": CASE,
        "office": OFFICE,
        "parties": PARTIES,
        "neighbours": NEIGHBOURS,
        "frame": FRAME,
        "stamp": STAMP,
        "surveyor": Surveyor(method="双频 RTK，各方在场", measured_on=dt.date(2026, 11, 12)),
        "lines": LINES,
        "stretches": STRETCHES,
        "sources": SOURCES,
        "proposals": PROPOSALS,
        "withheld": (("等值线", "没有草场等级资料"),),
        "disputed_area_m2": 2160.0,
        "disputed_area_sigma_m2": 20.4,
        "unclaimed_area_m2": 33.0,
        "outcome": OUTCOME,
        "changes": (PlotChange(plot="12-07", holder="王某", area_before_m2=8e5, area_after_m2=7.99e5),),
        "terms": TERMS,
        "schedule": SCHEDULE,
        **changes,
    }
    return Dossier(**facts)  # type: ignore[arg-type]


CASE = CaseFacts(
    number="2026-017",
    title="南沟梁草原界线纠纷",
    place="沙枣乡柳沟村三组南沟梁",
    accepted_on=dt.date(2026, 11, 3),
    facts="2003 年承包时以梁脊为界，没有埋桩",
    dispute="南沟梁东段草场界线",
    used_by="乙方",
    mediators=("赵某", "钱某"),
    recorder="孙某",
)
OFFICE = Office(
    township="沙枣乡人民政府",
    county="某县人民政府",
    committee="沙枣乡人民调解委员会",
    court="某县人民法院",
    arbitration="某县农村土地承包仲裁委员会",
    telephone="0000-0000000",
    address="综治中心 102 室",
)
PARTIES = (
    Party(
        side="a",
        name="王某",
        plot="草原 12-07 号",
        contract_area_m2=8e5,
        claim="以梁脊为界",
        responsibility="未及时埋桩",
    ),
    Party(
        side="b",
        name="李某",
        plot="草原 12-08 号",
        claim="以围栏为界",
        responsibility="越界建围栏",
        proxy="李小某",
    ),
)
NEIGHBOURS = (
    Neighbour(name="张某", plot="草原 12-09 号", attendance="notified", notified_on=dt.date(2026, 11, 10)),
    Neighbour(name="柳沟村村民委员会", standing="issuer", attendance="present"),
)
STAMP = Stamp(
    made_at=MADE_AT,
    version="0.1.0",
    inputs=(InputFile(name="甲户.kml", sha256="ab" * 32, role="甲方主张", taken_for="KML，GCJ-02 已改正"),),
)
LINES = (
    LineFacts(role="claim_a", label="甲方主张线", length_m=80.0, sigma_m=3.0, origin="手机 KML"),
    LineFacts(role="claim_b", label="乙方主张线", length_m=82.0, sigma_m=None, origin="航迹"),
    LineFacts(role="certificate", label="证书界线", length_m=76.0, sigma_m=0.5),
)
STRETCHES = (
    StretchFacts(
        number=1,
        from_m=0,
        to_m=30,
        state="disputed",
        verdict="within_error",
        area_m2=150,
        at_most_m2=226.7,
        mean_separation_m=0.8,
        max_separation_m=1.5,
        sigma_difference_m=0.8,
    ),
    StretchFacts(
        number=2,
        from_m=30,
        to_m=60,
        state="disputed",
        verdict="real_difference",
        area_m2=1933,
        area_sigma_m2=20.0,
        mean_separation_m=12,
        max_separation_m=20.1,
        sigma_difference_m=0.8,
    ),
    StretchFacts(
        number=3,
        from_m=60,
        to_m=70,
        state="disputed",
        verdict="not_enough_evidence",
        area_m2=77,
        mean_separation_m=2,
        instrument="RTK 卫星定位",
    ),
    StretchFacts(number=4, from_m=70, to_m=75, state="agreed"),
)
SOURCES = (
    SourceAgreementFacts(
        source="证书界线", claim="a", share=0.62, mean_difference_m=1.2, max_difference_m=6.6, tolerance_m=1.0
    ),
)
PROPOSALS = (
    ProposalFacts(
        name="certificate",
        label_zh="证书线",
        label_en="Certificate",
        area_to_a_m2=266,
        area_to_b_m2=1894,
        outside_m2=0,
        length_m=76,
        markers=3,
    ),
    ProposalFacts(
        name="best_fit",
        label_zh="最佳拟合线",
        label_en="Best fit",
        area_to_a_m2=1033.3,
        area_to_b_m2=1126.7,
        outside_m2=0,
        length_m=75.0,
        markers=3,
        needs=("发包方同意",),
        chosen=True,
    ),
)
TERMS = (
    Term(kind="line", ends_on=dt.date(2026, 12, 31)),
    Term(
        kind="compensation",
        who="乙方向甲方",
        amount_yuan=3050.5,
        ends_on=dt.date(2026, 12, 20),
        how="一次付清",
    ),
)
SCHEDULE = Schedule(
    walk_at=dt.datetime(2026, 11, 25, 9, 0),
    walk_meeting_place="柳沟村村委会",
    posted_on=dt.date(2026, 11, 26),
    objection_working_days=7,
    objection_due=dt.date(2026, 12, 7),
)
