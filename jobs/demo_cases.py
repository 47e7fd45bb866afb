"""The cases of the invented township: opened, their files taken in, each line told what it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from shapely.geometry import Polygon

from data.demo import files
from data.demo.facts import Township
from data.demo.quarrel import Dispute, DisputeFile
from data.documents.facts import Office
from data.importing import read_in_process
from data.store import Case, Party, Store
from geo.uncertainty import Accuracy
from jobs import intake, township
from jobs.access import Account
from jobs.dispute import joining, material, papers
from jobs.intake import Overrule, TakenFile, Upload

__all__ = ["LEFT_TO_THE_READER", "Rows", "open_cases"]

LEFT_TO_THE_READER: Final = 1
"""Number of the dispute whose case is opened without files: the tutorial brings them."""

_ANSWERED: Final[dict[str, Literal["none"]]] = {"shift": "none"}
"""The answer to the question whether a phone map shifted a file, as the case keeps it."""


@dataclass(slots=True, kw_only=True)
class Rows:
    """The store's numbers of the facts, by code."""

    unit: dict[str, int] = field(default_factory=dict)
    party: dict[str, int] = field(default_factory=dict)
    plot: dict[str, int] = field(default_factory=dict)
    line: dict[str, int] = field(default_factory=dict)


def open_cases(store: Store, land: Township, quarrels: Iterable[Dispute], rows: Rows) -> None:
    """Open a case for every dispute, take in its files and say what each is; the tutorial's stays without."""
    by = Account(
        id="system", login="system", name="示范（虚构）", role="administrator", created_at=township.clock()
    )
    papers.save_office(store, _office(land), by)
    for dispute in quarrels:
        case = _open(store, dispute, rows)
        form = papers.PaperForm(
            place=dispute.title_zh, facts=dispute.story_zh, line_level=_line_level(dispute)
        )
        papers.save_form(store, case, form, by)
        if dispute.number != LEFT_TO_THE_READER:
            _bring(store, case, dispute, by)
        _join(store, case, dispute, rows, by)


def _office(land: Township) -> Office:
    return Office(
        township=land.name_zh,
        county="示范县（虚构）",
        province="示范省（虚构）",
        committee="示范乡人民调解委员会（虚构）",
        court="示范县人民法院（虚构）",
        arbitration="示范县农村土地承包仲裁委员会（虚构）",
    )


def _line_level(dispute: Dispute) -> str:
    return "county" if dispute.level == "administrative" else ""


def _open(store: Store, dispute: Dispute, rows: Rows) -> Case:
    with store.change(by="system", action="case.open"):
        party_b = rows.party.get(dispute.party_b_code or "")
        if party_b is None:
            party_b = store.parties.add(Party(code="99-neighbour", kind="unit", name=dispute.party_b_zh)).id
        return store.cases.open(
            Case(
                title=dispute.title_zh,
                level=dispute.level,
                land_use=dispute.land_use,
                unit_id=rows.unit[dispute.unit_code],
                plot_a_id=rows.plot.get(dispute.plot_a_code or ""),
                plot_b_id=rows.plot.get(dispute.plot_b_code or ""),
                party_a_id=rows.party[dispute.party_a_code],
                party_b_id=party_b,
                geometry=dispute.place,
            )
        )


def _bring(store: Store, case: Case, dispute: Dispute, by: Account) -> None:
    """Take in the dispute's files and say what each line is, as a mediator would."""
    uploads = [Upload(name=file.name, data=files.content(file, store.zone)) for file in dispute.files]
    taken = [_taken(store, upload, upload.name in dispute.expected.asked) for upload in uploads]
    material.keep_files(store, case, taken, uploads, by)
    kept = {file.name: file for file in material.files_of(store, case)}
    for file, found in zip(dispute.files, taken, strict=True):
        if file.name in dispute.expected.asked:
            with store.change(by=by.id, action="case.overrule"):
                store.case_files.save(replace(kept[file.name], overrides=_ANSWERED))
        if file.role != "fixed_points":
            material.add_line(store, case, _line(file, found, kept[file.name].id), by)
    for point in dispute.fixed_points:
        place = point.geometry
        material.add_point(
            store, case, by, easting_m=place.x, northing_m=place.y, kind=point.kind, name=point.name
        )


def _taken(store: Store, upload: Upload, asked: bool) -> TakenFile:
    """Read a file of our own making in this process, and answer what the program has to ask about it."""
    read = TakenFile(path=upload.name, imported=read_in_process(upload.name, upload.data))
    said = Overrule(shift=_ANSWERED["shift"]) if asked else Overrule()
    return intake.place_again(read, said, near=township.place(store), zone=store.zone)


def _line(file: DisputeFile, found: TakenFile, file_id: int) -> material.NewLine:
    assert file.role != "fixed_points", "points are no line"
    shapes: tuple[intake.TakenFeature, ...] = (
        found.areas() if isinstance(file.shape, Polygon) else found.lines()
    )
    shape = shapes[0]
    accuracy = None
    if file.sigma_own_m is not None:
        accuracy = Accuracy(sigma_own_m=file.sigma_own_m, sigma_common_m=file.sigma_common_m or 0.0)
    return material.NewLine(
        role=file.role,
        geometry=shape.geometry,
        label=file.title_zh,
        accuracy=accuracy,
        claimant_side=file.claimant_side,
        declared_area_m2=shape.declared_area_m2,
        file_id=file_id,
        feature_key=material.feature_key(shape),
    )


def _join(store: Store, case: Case, dispute: Dispute, rows: Rows, by: Account) -> None:
    """List who has to be joined; the absent neighbour is marked as such."""
    joining.refresh(store, case, dispute.border, by)
    absent = rows.plot.get(dispute.absent_plot_code or "")
    for joined in store.joined.find(case_id=case.id):
        if absent is not None and joined.plot_id == absent:
            joining.mark(store, joined, by, presence="absent")
