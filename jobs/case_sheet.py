"""The map sheet of a dispute: plots behind, disputed ground hatched, the four lines, the agreed line and its markers."""

from __future__ import annotations

from collections.abc import Iterable

import shapely
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from data.documents import words
from data.documents.facts import Dossier, Language, LineFacts, StretchFacts
from geo import units
from geo.stretch import Stretch
from jobs.matter import Matter
from layers.definition import definition
from layers.sheet import Sheet, SheetLayer

__all__ = ["case_sheet"]

_PLOT_LAYERS = {"grassland": "plot_grassland", "cropland": "plot_cropland", "woodland": "plot_woodland"}
_ENDS = ("end", "end_point", "common", "three_way", "agreed", "provisional")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def case_sheet(matter: Matter, dossier: Dossier, paper: str) -> Sheet:
    """Return the sheet on ``paper``; every figure on it is the dossier's."""
    zh = dossier.lang == "zh"
    return Sheet(
        title=_title(dossier),
        subtitle=_subtitle(dossier),
        layers=tuple(_layers(matter, dossier)),
        zone=matter.zone,
        paper=paper,
        mark=words.mark(dossier.stamp),
        notice=""
        if dossier.surveyor.is_qualified
        else ("调解参考测量" if zh else "Reference survey for mediation"),
        facts=_facts(dossier),
        notes=_notes(dossier),
        signers=_signers(dossier),
        foot=words.stamp_text(dossier),
        lang=dossier.lang,
    )


def _title(dossier: Dossier) -> str:
    kind = "争议界线图" if dossier.outcome is None else "议定界线图"
    return f"{dossier.case.title or ''}{kind}"


def _subtitle(dossier: Dossier) -> str:
    return "　".join(
        word for word in (dossier.case.place, f"案件 {words.or_blank(dossier.case.number)}") if word
    )


def _layers(matter: Matter, dossier: Dossier) -> Iterable[SheetLayer]:
    """Return the layers from the bottom up; what is empty is left out."""
    yield from _plots(matter)
    yield from _ground(matter, dossier)
    analysis = matter.analysis
    ends = (analysis.start, analysis.end)
    closings = [line for end in ends for line in (end.closing_a, end.closing_b) if line is not None]
    if closings:
        yield SheetLayer(id="closing", geometries=tuple(closings))
    if (
        matter.chosen is not None
    ):  # below the four lines, which are thinner: all stay visible where they coincide
        yield SheetLayer(id="agreed", geometries=(matter.chosen.line,))
    facts = {(line.role, line.label): line for line in dossier.lines}
    for source in sorted(matter.sources, key=lambda each: -each.rank):
        words_ = _words(source.kind, facts.get((source.kind, source.label or source.name)), dossier.lang)
        yield SheetLayer(id=source.kind, geometries=(_outline(source.line),), title=words_, fits=False)
    for role, line, label in (
        ("claim_a", analysis.line_a, "甲方主张线"),
        ("claim_b", analysis.line_b, "乙方主张线"),
    ):
        yield SheetLayer(
            id=role, geometries=(line,), title=_words(role, facts.get((role, label)), dossier.lang)
        )
    yield from _marks(matter, dossier)


def _outline(shape: BaseGeometry) -> BaseGeometry:
    """Return a plot's outline: on the sheet a source is a line."""
    return shape.boundary if isinstance(shape, Polygon | MultiPolygon) else shape


def _words(role: str, line: LineFacts | None, lang: Language) -> str:
    """Return the legend's words for a line: what it is, where it is from, how exact."""
    title = definition(role).title(lang)
    if line is None:
        return title
    accuracy = _accuracy(line.sigma_m, lang)
    own = line.origin if role.startswith("claim") else line.label
    kept = [word for word in (own, accuracy) if word and word != title]
    return f"{title}（{'，'.join(kept)}）" if lang == "zh" else f"{title} ({', '.join(kept)})"


def _accuracy(sigma_m: float | None, lang: Language) -> str:
    if sigma_m is None:
        return "精度不明" if lang == "zh" else "accuracy unknown"
    figure = words.figure(sigma_m)
    return f"中误差 {figure} 米" if lang == "zh" else f"standard error {figure} m"


def _plots(matter: Matter) -> Iterable[SheetLayer]:
    for use in ("grassland", "cropland", "woodland", "homestead", "other"):
        plots = [plot for plot in matter.plots if plot.land_use == use]
        if plots:
            yield SheetLayer(
                id=_PLOT_LAYERS.get(use, "plot"),
                geometries=tuple(plot.geometry for plot in plots),
                labels=tuple(plot.label for plot in plots),
                fits=False,
            )


def _ground(matter: Matter, dossier: Dossier) -> Iterable[SheetLayer]:
    """Return the disputed patches with number and area, and what neither claims."""
    pairs = [
        (stretch, facts)
        for stretch, facts in zip(matter.analysis.stretches, dossier.stretches, strict=True)
        if stretch.patch is not None and not stretch.patch.is_empty
    ]
    if pairs:
        yield SheetLayer(
            id="disputed",
            geometries=tuple(_patch(stretch) for stretch, _ in pairs),
            labels=tuple(_patch_words(facts) for _, facts in pairs),
            rank=1,
        )
    if not matter.analysis.unclaimed.is_empty:
        yield SheetLayer(id="unclaimed", geometries=(matter.analysis.unclaimed,))


def _patch(stretch: Stretch) -> BaseGeometry:
    return stretch.patch if stretch.patch is not None else shapely.Polygon()


def _patch_words(stretch: StretchFacts) -> str:
    number = _CIRCLED[stretch.number - 1] if stretch.number <= len(_CIRCLED) else f"({stretch.number})"
    if stretch.verdict == "within_error" and stretch.at_most_m2 is not None:
        return f"{number} 至多 {units.format_area_mu(stretch.at_most_m2)} 亩"
    return f"{number} {units.format_area_mu(stretch.area_m2, stretch.area_sigma_m2)} 亩"


def _marks(matter: Matter, dossier: Dossier) -> Iterable[SheetLayer]:
    """Return numbered markers; the two ends have their own sign."""
    ends = (matter.analysis.start, matter.analysis.end)
    if dossier.outcome is None:
        yield SheetLayer(id="end_point", geometries=tuple(end.point for end in ends), rank=3)
        return
    marked = [point for point in dossier.outcome.points if point.is_marked]
    for id_, points in (("marker", marked[1:-1]), ("end_point", [marked[0], marked[-1]])):
        if points:
            yield SheetLayer(
                id=id_,
                geometries=tuple(Point(point.easting_m, point.northing_m) for point in points),
                labels=tuple(point.number for point in points),
                rank=3 if id_ == "end_point" else 2,
            )


def _facts(dossier: Dossier) -> tuple[tuple[str, str], ...]:
    rows = [("争议面积", words.disputed(dossier))]
    outcome = dossier.outcome
    if outcome is not None:
        to_a, to_b = words.shares(outcome.area_to_a_m2, outcome.area_to_b_m2)
        rows += [
            ("归甲方", to_a),
            ("归乙方", to_b),
            (
                "议定界线",
                f"{outcome.label_zh}，长 {words.length(outcome.length_m)}，界桩 {outcome.markers} 个",
            ),
        ]
    rows.append(("坐标系", words.frame_text(dossier.frame)))
    surveyor = dossier.surveyor
    method = "，".join(
        w for w in (surveyor.method, words.day(surveyor.measured_on) if surveyor.measured_on else "") if w
    )
    rows.append(("测量方法", method or "____________"))
    if surveyor.is_qualified:
        rows.append(("测绘单位", f"{surveyor.unit}（{surveyor.certificate_no}）　{surveyor.operator}"))
    rows.append(("制图时间", words.day(words.china_time(dossier.stamp.made_at).date())))
    return tuple(rows)


def _notes(dossier: Dossier) -> tuple[str, ...]:
    notes = ["面积按 CGCS2000 椭球面计算，± 为 95% 区间的半宽。"]
    if not dossier.surveyor.is_qualified:
        notes.insert(0, "本图只供调解参考，不是权属证明；申请登记须由有资质的测绘单位测量。")
    if dossier.outcome is not None and dossier.outcome.provisional_ends:
        notes.append("界线端点为暂定，须经相邻各方确认。")
    return tuple(notes)


def _signers(dossier: Dossier) -> tuple[str, ...]:
    others = {"issuer": "发包方", "holder": "相邻权利人", "collective": "集体", "user": "使用人"}
    joined = dict.fromkeys(others[person.standing] for person in dossier.neighbours)
    return ("甲方", "乙方", *joined, "调解员")
