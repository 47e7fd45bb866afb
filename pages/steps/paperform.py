"""What people write down for the papers: facts, names, dates, who measured; every field saves when it is left."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final

import streamlit as st

from jobs.dispute import papers
from jobs.dispute.papers import PaperForm
from pages.common.words import N_, _
from pages.steps.work import Work, attempt

__all__ = ["show"]

Field = tuple[str, str]

_FACTS: Final[tuple[Field, ...]] = (
    ("place", N_("地点")),
    ("dispute", N_("争的是什么")),
    ("facts", N_("事情经过")),
    ("used_by", N_("争议地现在谁在用")),
    ("claim_a", N_("甲方怎么说")),
    ("claim_b", N_("乙方怎么说")),
    ("responsibility_a", N_("甲方要做的")),
    ("responsibility_b", N_("乙方要做的")),
)
_PEOPLE: Final[tuple[Field, ...]] = (
    ("mediators", N_("调解员（几位用顿号隔开）")),
    ("recorder", N_("记录人")),
    ("witnesses", N_("见证人")),
    ("representative_a", N_("甲方代表（单位时填）")),
    ("representative_b", N_("乙方代表（单位时填）")),
)
_SURVEY: Final[tuple[Field, ...]] = (
    ("survey_unit", N_("测量单位")),
    ("survey_certificate", N_("测绘资质证书号")),
    ("survey_operator", N_("作业人")),
    ("survey_method", N_("用什么测的")),
)
_OFFICE: Final[tuple[Field, ...]] = (
    ("township", N_("乡镇")),
    ("county", N_("县")),
    ("committee", N_("调解委员会")),
    ("telephone", N_("电话")),
    ("address", N_("地址")),
    ("arbitration", N_("仲裁委员会")),
    ("court", N_("法院")),
)
_LONG: Final = frozenset({"facts", "dispute"})


def show(work: Work) -> None:
    """Show the form in parts; nothing has to be filled in, blanks are printed as lines."""
    form = papers.form_of(work.store, work.case)
    st.subheader(_("写进文书的内容"))
    st.caption(_("不填的地方，文书上留空白，可以手写。"))
    with st.expander(_("事实和双方意见")):
        _texts(work, form, _FACTS)
    with st.expander(_("调解人")):
        _texts(work, form, _PEOPLE)
    with st.expander(_("日期")):
        _dates(work, form)
    with st.expander(_("由谁测量")):
        _texts(work, form, _SURVEY)
        _day(work, form, "measured_on", _("测量日期"))
        st.caption(_("测量单位、证书号、作业人三样齐全，坐标表才叫“界址点成果表”。"))
    with st.expander(_("本单位（各件通用）")):
        _office(work)
    if work.case.level != "household":
        with st.expander(_("移送"), expanded=True):
            _texts(work, form, (("referred_to", N_("移送给谁")),))
            if work.case.level == "administrative":
                _level(work, form)


def _texts(work: Work, form: PaperForm, fields: tuple[Field, ...]) -> None:
    for name, title in fields:
        write = st.text_area if name in _LONG else st.text_input
        key = work.key(f"paper-{name}")
        write(
            _(title),
            value=getattr(form, name),
            key=key,
            max_chars=2000 if name in _LONG else 200,
            disabled=not work.may_work,
            on_change=partial(_save, work, name, key),
        )


def _save(work: Work, name: str, key: str) -> None:
    value: Any = st.session_state[key]
    text = "" if value is None else value.isoformat(" ", "minutes") if hasattr(value, "hour") else str(value)
    form = papers.form_of(work.store, work.case)
    attempt(work, partial(papers.save_form, work.store, work.case, replace(form, **{name: text}), work.who))


def _dates(work: Work, form: PaperForm) -> None:
    _texts(
        work,
        form,
        (("walk_place", N_("现场指界在哪里集合")), ("walk_at", N_("现场指界的时间（2026-11-21 09:30）"))),
    )
    _day(work, form, "posted_on", _("公示从哪天起"))
    _day(work, form, "signed_on", _("签字日期"))
    _texts(work, form, (("follow_up_on", N_("回访日期（几个用顿号隔开）")),))


def _day(work: Work, form: PaperForm, name: str, title: str) -> None:
    key = work.key(f"paper-{name}")
    kept = getattr(form, name)
    st.date_input(
        title,
        value=date.fromisoformat(kept) if kept else None,
        format="YYYY-MM-DD",
        key=key,
        disabled=not work.may_work,
        on_change=partial(_save, work, name, key),
    )


def _office(work: Work) -> None:
    office = papers.office_of(work.store)
    for name, title in _OFFICE:
        key = work.key(f"office-{name}")
        st.text_input(
            _(title),
            value=getattr(office, name),
            key=key,
            max_chars=80,
            disabled=not work.may_work,
            on_change=partial(_save_office, work, name, key),
        )


def _save_office(work: Work, name: str, key: str) -> None:
    office = replace(papers.office_of(work.store), **{name: str(st.session_state[key])})
    attempt(work, partial(papers.save_office, work.store, office, work.who))


def _level(work: Work, form: PaperForm) -> None:
    titles = {"township": _("乡界"), "county": _("县界"), "province": _("省界")}
    key = work.key("paper-line_level")
    kept = form.line_level if form.line_level in titles else "township"
    st.radio(
        _("是哪一级的界线"),
        list(titles),
        index=list(titles).index(kept),
        format_func=titles.__getitem__,
        key=key,
        horizontal=True,
        disabled=not work.may_work,
        on_change=partial(_save, work, "line_level", key),
    )
