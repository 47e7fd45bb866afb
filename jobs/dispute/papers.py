"""The papers of a case: what people write down for them, and the package made from the records."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

import shapely

from data import calendars
from data.documents.facts import (
    CaseFacts,
    InputFile,
    Language,
    LineLevel,
    Neighbour,
    Office,
    Party,
    Referral,
    Schedule,
    Stamp,
    Standing,
    Surveyor,
)
from data.rules import norms
from data.store import Case, IssuedDocument, Plot, Store
from geo import measure
from geo.errors import DisputeError, JiebiaoError
from geo.uncertainty import Accuracy, area_sigma_m2
from jobs import package, redrawing
from jobs.access import Account
from jobs.dispute import choosing, joining, noting
from jobs.dispute.finding import METHOD, Finding, find, question_of
from jobs.dispute.opening import party_name
from jobs.matter import ChangedPlot, MapPlot, Matter, Paperwork

__all__ = ["PaperForm", "form_of", "make_package", "matter_of", "office_of", "save_form", "save_office"]

_AROUND_M = 300.0
_OFFICE_KEY = "township.office"
_FORM = "paperwork"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperForm:
    """What people write down for the papers of one case; empty fields are printed as blanks to fill in.

    Names stand in the case's erasable note, never in the case's row or the log. Dates are ISO (2026-11-21).
    """

    place: str = ""
    facts: str = ""
    dispute: str = ""
    used_by: str = ""
    claim_a: str = ""
    claim_b: str = ""
    responsibility_a: str = ""
    responsibility_b: str = ""
    representative_a: str = ""
    representative_b: str = ""
    mediators: str = ""
    recorder: str = ""
    witnesses: str = ""
    survey_unit: str = ""
    survey_certificate: str = ""
    survey_operator: str = ""
    survey_method: str = ""
    measured_on: str = ""
    walk_at: str = ""
    walk_place: str = ""
    posted_on: str = ""
    signed_on: str = ""
    follow_up_on: str = ""
    referred_to: str = ""
    line_level: str = ""


def form_of(store: Store, case: Case) -> PaperForm:
    """Return what was written down, an empty form at first."""
    notes = [note for note in store.notes.find(case_id=case.id) if note.kind == _FORM and note.text]
    if not notes:
        return PaperForm()
    kept = json.loads(notes[-1].text or "{}")
    known = {item.name for item in fields(PaperForm)}
    return PaperForm(**{name: str(value) for name, value in kept.items() if name in known})


def save_form(store: Store, case: Case, form: PaperForm, by: Account) -> PaperForm:
    """Keep what was written down, in the case's erasable note.

    Raises
    ------
    ArgumentError
        ``date_unreadable`` for a date that is none.
    """
    for name in ("measured_on", "posted_on", "signed_on", "walk_at"):
        _moment(getattr(form, name))
    tuple(_dates(form.follow_up_on))
    text = json.dumps({item.name: getattr(form, item.name) for item in fields(form)}, ensure_ascii=False)
    notes = [note for note in store.notes.find(case_id=case.id) if note.kind == _FORM]
    with store.change(by=by.id, action="case.papers"):
        if notes:
            store.notes.save(replace(notes[-1], text=text, written_by=by.id))
        else:
            store.notes.add(_note(case, text, by))
    return form


def _note(case: Case, text: str, by: Account) -> Any:
    from data.store import Note

    return Note(case_id=case.id, kind=_FORM, text=text, written_by=by.id)


def office_of(store: Store) -> Office:
    """Return the township's names as they stand on paper."""
    kept = store.settings.get(_OFFICE_KEY, {})
    known = {item.name for item in fields(Office)}
    office = Office(**{name: str(value) for name, value in dict(kept).items() if name in known})
    return office if office.township else replace(office, township=store.name)


def save_office(store: Store, office: Office, by: Account) -> None:
    """Keep the township's names, for all papers."""
    with store.change(by=by.id, action="settings.office"):
        store.settings.set(_OFFICE_KEY, {item.name: getattr(office, item.name) for item in fields(office)})


def matter_of(store: Store, case: Case, *, at: datetime, lang: Language = "zh") -> Matter:
    """Return a case ready for its papers.

    Raises
    ------
    DisputeError
        ``choice_stale`` when lines changed after the line was chosen; as :func:`question_of`.
    """
    finding = find(question_of(store, case))
    chosen = choosing.chosen_of(store, case, finding)
    if chosen is not None and chosen.is_stale:
        raise DisputeError(
            "choice_stale",
            zh="选定方案以后界线资料又改过：请在“方案”一步重新看过并选定。",
            en="Lines changed after the line was chosen: look at the options again and choose.",
            where=case.number,
        )
    line = chosen.proposal.line if chosen is not None else finding.analysis.line_a
    form = form_of(store, case)
    return Matter(
        zone=store.zone,
        claims=finding.question.claims,
        analysis=finding.analysis,
        stamp=Stamp(made_at=at, version=METHOD, inputs=_inputs(store, case)),
        sources=finding.question.sources,
        proposals=finding.proposals,
        chosen=chosen.proposal if chosen is not None and case.level == "household" else None,
        changed=_changed(store, case, finding, chosen),
        plots=_map_plots(store, line),
        paperwork=_paperwork(store, case, finding, form),
        lang=lang,
    )


def _inputs(store: Store, case: Case) -> tuple[InputFile, ...]:
    roles: dict[int, str] = {}
    for line in store.case_lines.find(case_id=case.id):
        if line.file_id is not None and line.put_away_at is None:
            roles[line.file_id] = line.role
    found = []
    for file in store.case_files.find(case_id=case.id):
        why = file.recognition.get("why_zh")
        taken_for = str(why[0]) if isinstance(why, list) and why else ""
        if file.put_away_at is None:
            found.append(
                InputFile(
                    name=file.name, sha256=file.sha256, role=roles.get(file.id, ""), taken_for=taken_for
                )
            )
    return tuple(found)


def _changed(
    store: Store, case: Case, finding: Finding, chosen: choosing.Chosen | None
) -> tuple[ChangedPlot, ...]:
    """Return both plots before and after, where both have shapes and the line fits them."""
    if chosen is None or case.plot_a_id is None or case.plot_b_id is None or case.level != "household":
        return ()
    try:
        drawn = redrawing.redraw_case(store, case, finding, chosen.proposal)
    except JiebiaoError:
        return ()  # the papers can still be made; recording the signed copy says what is in the way
    holders = {case.plot_a_id: case.party_a_id, case.plot_b_id: case.party_b_id}
    before = store.plots.agreed(drawn.areas_changed)
    return tuple(
        ChangedPlot(
            id=str(plot_id),
            code=store.plots.get(plot_id).code,
            holder=party_name(store, holders.get(plot_id)),
            before=before[plot_id],  # type: ignore[arg-type]
            after=drawn.changed[plot_id],  # type: ignore[arg-type]
        )
        for plot_id in drawn.areas_changed
    )


def _map_plots(store: Store, line: shapely.LineString) -> tuple[MapPlot, ...]:
    west, south, east, north = shapely.buffer(line, _AROUND_M).bounds
    shapes = store.plots.agreed(box=(west, south, east, north))
    plots = {plot_id: store.plots.get(plot_id) for plot_id in shapes}
    return tuple(
        MapPlot(label=plots[plot_id].code, geometry=shape, land_use=plots[plot_id].land_use)  # type: ignore[arg-type]
        for plot_id, shape in sorted(shapes.items())
    )


def _paperwork(store: Store, case: Case, finding: Finding, form: PaperForm) -> Paperwork:
    return Paperwork(
        case=_case_facts(case, form),
        office=office_of(store),
        parties=(_party(store, case, finding, form, "a"), _party(store, case, finding, form, "b")),
        neighbours=tuple(_neighbour(each) for each in joining.list_joined(store, case)),
        surveyor=Surveyor(
            unit=form.survey_unit,
            certificate_no=form.survey_certificate,
            operator=form.survey_operator,
            measured_on=_day(form.measured_on),
            method=form.survey_method,
        ),
        terms=choosing.terms_of(case),
        schedule=_schedule(form),
        referral=_referral(case, form),
        explanations=noting.explanations_of(store, case),
        users=tuple(sorted(noting.users_of(store, case).items())),
    )


def _case_facts(case: Case, form: PaperForm) -> CaseFacts:
    levels: dict[str, LineLevel] = {"county": "county", "province": "province"}
    return CaseFacts(
        number=case.number,
        title=case.title,
        land=case.land_use,
        contracted=case.plot_a_id is not None,
        level=levels.get(form.line_level, "township") if case.level == "administrative" else "plot",
        place=form.place,
        accepted_on=case.opened_at.date() if case.opened_at else None,
        facts=form.facts,
        dispute=form.dispute,
        used_by=form.used_by,
        mediators=_names(form.mediators),
        recorder=form.recorder,
        witnesses=_names(form.witnesses),
    )


def _names(text: str) -> tuple[str, ...]:
    plain = text.replace("，", "、").replace(",", "、").replace("；", "、")
    return tuple(name.strip() for name in plain.split("、") if name.strip())


def _party(store: Store, case: Case, finding: Finding, form: PaperForm, side: str) -> Party:
    party_id = case.party_a_id if side == "a" else case.party_b_id
    plot_id = case.plot_a_id if side == "a" else case.plot_b_id
    plot = store.plots.get(plot_id) if plot_id is not None else None
    area_m2, sigma_m2 = _measured(store, plot)
    claim = finding.question.claims[0 if side == "a" else 1]
    return Party(
        side="a" if side == "a" else "b",
        name=party_name(store, party_id),
        is_unit=case.level != "household",
        representative=getattr(form, f"representative_{side}"),
        plot=plot.code if plot else "",
        certificate=plot.certificate_number if plot else "",
        contract_area_m2=plot.contract_area_m2 if plot else None,
        measured_area_m2=area_m2,
        measured_area_sigma_m2=sigma_m2,
        claim=getattr(form, f"claim_{side}") or claim.label,
        responsibility=getattr(form, f"responsibility_{side}"),
    )


def _measured(store: Store, plot: Plot | None) -> tuple[float | None, float | None]:
    """Return the area of record of a plot's agreed shape, and its standard error where it is known."""
    shape = store.plots.agreed([plot.id]).get(plot.id) if plot is not None else None
    if plot is None or shape is None:
        return None, None
    area_m2 = measure.area_m2(shape, store.zone)
    if plot.sigma_own_m is None:
        return area_m2, None
    accuracy = Accuracy(sigma_own_m=plot.sigma_own_m, sigma_common_m=plot.sigma_common_m or 0.0)
    return area_m2, area_sigma_m2(shape, accuracy)


def _neighbour(each: joining.Neighbour) -> Neighbour:
    row = each.joined
    standing: Standing = "issuer" if row.reason == "issuer" else "holder"
    attendance = {"unknown": "notified" if row.notified_at else "unknown"}.get(row.presence, row.presence)
    return Neighbour(
        name=each.name,
        standing=standing,
        plot=each.plot_code,
        attendance=attendance,  # type: ignore[arg-type]
        notified_on=row.notified_at.date() if row.notified_at else None,
    )


def _schedule(form: PaperForm) -> Schedule:
    return Schedule(
        walk_at=_moment(form.walk_at),
        walk_meeting_place=form.walk_place,
        posted_on=_day(form.posted_on),
        signed_on=_day(form.signed_on),
        follow_up_on=tuple(_dates(form.follow_up_on)),
    )


def _referral(case: Case, form: PaperForm) -> Referral | None:
    if case.level == "household":
        return None
    reason = "units" if case.level == "unit" else "line_level"
    return Referral(reason=reason, to=form.referred_to)  # type: ignore[arg-type]


def _day(text: str) -> date | None:
    from jobs.deadlines import read_date

    return read_date(text) if text.strip() else None


def _moment(text: str) -> datetime | None:
    """Read a day, or a day and a time (2026-11-21 09:30)."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        day = _day(text)
        return datetime(day.year, day.month, day.day) if day else None


def _dates(text: str) -> list[date]:
    return [day for word in _names(text) if (day := _day(word)) is not None]


def make_package(
    store: Store,
    case: Case,
    by: Account,
    *,
    at: datetime,
    lang: Language = "zh",
    progress: package.Step | None = None,
) -> package.Package:
    """Make the package of a case and note in the log that it was made."""
    made = package.make(
        matter_of(store, case, at=at, lang=lang),
        norms.load(),
        calendar=calendars.published(),
        progress=progress,
    )
    digest = hashlib.sha256(made.data).hexdigest()
    with store.change(by=by.id, action="case.package"):
        store.documents.add(
            IssuedDocument(
                case_id=case.id,
                kind="package",
                name=f"{case.number}.zip",
                sha256=digest,
                stamped_at=at,
                issued_by=by.id,
            )
        )
        if case.state == "chosen":
            store.cases.save(replace(case, state="printed"))
    return made
