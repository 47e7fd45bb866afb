"""The pages of a dispute as Streamlit runs them: each step saves, says why it cannot go on, and shows who may work."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.documents.facts import Term
from data.store import Case, Store
from geo.uncertainty import Accuracy
from geo.zone import Zone
from jobs import access, desk, township
from jobs.access import Account
from jobs.dispute import choosing, handwork, material, noting, opening, papers, signing, tracing
from jobs.dispute.finding import find, question_of
from jobs.dispute.progress import progress_of
from jobs.intake import Overrule, Upload
from pages.common import session
from tests import quarrel
from tests.server import LOGIN, PASSWORD, PAYLOADS

RTK = Accuracy(sigma_own_m=0.05, sigma_common_m=0.03)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("valley")
    quarrel.make_store(folder / "township.gpkg")
    return folder


@pytest.fixture
def store(template: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copytree(template, tmp_path / "township")
    opened = township.open_store(tmp_path / "township" / "township.gpkg")
    desk.put(desk.Desk(store=opened))
    yield opened
    desk.close()


def account(store: Store, login: str) -> Account:
    return next(one for one in store.accounts.all() if one.login == login)


@pytest.fixture
def sign_in(store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Account]:
    def signed(login: str = LOGIN) -> Account:
        who = account(store, login)
        monkeypatch.setattr(session, "account", lambda: who)
        return who

    return signed


def _disputes() -> None:
    from pages import disputes

    disputes.show()


def run(case: Case | None = None, step: str = "", **state: Any) -> AppTest:
    page = AppTest.from_function(_disputes, default_timeout=60)
    if case is not None:
        page.query_params["case"] = case.number
    if step:
        page.query_params["step"] = step
    for name, value in state.items():
        page.session_state[name] = value
    return page.run()


def opened(store: Store, by: Account, level: str = "household") -> Case:
    a, b = (store.plots.by_code(code) for code in ("07-03", "07-04"))
    new = opening.NewCase(
        title="南沟界线",
        plot_a_id=a.id if a else None,
        plot_b_id=b.id if b else None,
        level=level,  # type: ignore[arg-type]
    )
    return opening.open_case(store, new, by)


def claimed(store: Store, by: Account, level: str = "household") -> Case:
    """A case with both claims and the certificate, all measured well."""
    case = opened(store, by, level)
    for role, push_m in (("claim_a", 16.0), ("claim_b", -11.0)):
        line = quarrel.border(push_m)
        side = "left" if role == "claim_a" else "right"
        new = material.NewLine(
            role=role,  # type: ignore[arg-type]
            geometry=line,
            label=f"{role} 的线",
            accuracy=RTK,
            claimant_side=side,
        )
        material.add_line(store, case, new, by)
    material.add_certificates(store, case, by)
    return case


def chosen(store: Store, by: Account, name: str = "certificate") -> Case:
    case = claimed(store, by)
    finding = find(question_of(store, case))
    proposal = finding.proposals.named(name)  # type: ignore[arg-type]
    assert proposal is not None
    return choosing.choose(store, case, finding, proposal, by)


def texts(page: AppTest) -> str:
    return "\n".join(one.value for kind in (page.markdown, page.caption, page.subheader) for one in kind)


def press(page: AppTest, label: str) -> AppTest:
    button = next(one for one in page.button if label in one.label)
    assert not button.disabled, label
    return button.click().run()


def labels(page: AppTest) -> list[str]:
    return [one.label for one in page.button]


def test_disputes__anonymous_sees_only_the_refusal(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "token", lambda: None)
    for case in (None, Case(number="2026-001")):
        page = run(case)
        assert [one.value for one in page.error] == ["请先登录。"]
        assert not page.button


def test_list__says_how_it_fills(sign_in: Callable[..., Account]) -> None:
    sign_in()
    page = run()
    assert "还没有纠纷。" in texts(page)
    assert not page.exception


def test_case__unknown_number_leads_back(sign_in: Callable[..., Account]) -> None:
    sign_in()
    page = run(Case(number="1999-777"))
    assert "没有案件 1999" in page.error[0].value
    assert labels(page) == ["看全部纠纷"]


def test_new_case__two_plots_by_search_give_title_and_parties(
    store: Store, sign_in: Callable[..., Account]
) -> None:
    sign_in()
    page = press(run(), "新立一件")
    primary = page.button(key="newcase-open-it")
    assert primary.disabled
    assert "先在图上点两家的地块" in texts(page)
    for text in ("其木格", "07-04"):
        page.text_input(key="newcase-search").set_value(text).run()
        press(page, "（")
    page.button(key="newcase-open-it").click().run()
    (case,) = store.cases.listed()
    assert case.title == "草原界线：其木格—王守田"
    assert page.query_params["case"] in (case.number, [case.number])
    assert case.party_a_id == store.plots.get(case.plot_a_id or 0).holder_id


def test_new_case__without_plots_by_names(store: Store, sign_in: Callable[..., Account]) -> None:
    sign_in()
    page = press(run(), "新立一件")
    page.text_input(key="newcase-name-a").set_value("{{'x'}}")
    page.text_input(key="newcase-name-b").set_value("南沟村")
    page.radio(key="newcase-level").set_value("unit")
    page.text_input(key="newcase-title").set_value("河滩").run()
    page.button(key="newcase-open-it").click().run()
    (case,) = store.cases.listed()
    assert case.level == "unit"
    assert opening.party_name(store, case.party_a_id) == "{{'x'}}"


def test_list__a_case_is_put_away_and_taken_out(store: Store, sign_in: Callable[..., Account]) -> None:
    who = sign_in()
    case = opened(store, who)
    page = run()
    page.button(key=f"away-{case.number}").click().run()
    assert not store.cases.listed()
    page.toggle(key="disputes-away").set_value(True).run()
    page.button(key=f"away-{case.number}").click().run()
    assert [one.number for one in store.cases.listed()] == [case.number]


def with_files(store: Store, by: Account) -> Case:
    case = opened(store, by)
    uploads = [Upload(name=name, data=data) for name, data in quarrel.files().items()]
    material.add_files(store, case, uploads, by)
    return case


def test_files__says_what_was_understood_and_asks_where_a_phone_map_came_from(
    store: Store, sign_in: Callable[..., Account]
) -> None:
    case = with_files(store, sign_in())
    page = run(case)
    assert "step" in page.query_params
    shown = texts(page)
    assert "8 个点，东坐标在前，CGCS2000，中央经线 102°" in shown
    assert "这个图是从哪里来的" in shown
    forward = next(one for one in page.button if "下一步" in one.label)
    assert forward.disabled
    assert "甲户手机图\\.kml”是哪种坐标" in shown
    press(page, "手机地图（高德")
    kept = next(file for file in material.files_of(store, case) if file.name == "甲户手机图.kml")
    assert kept.overrides["shift"] == "gcj02"
    assert not next(one for one in page.button if "下一步" in one.label).disabled


def test_files__a_file_is_overruled_and_put_away(store: Store, sign_in: Callable[..., Account]) -> None:
    who = sign_in()
    case = with_files(store, who)
    survey = next(file for file in material.files_of(store, case) if file.name == "围栏实测.dat")
    page = run(case, "files")
    key = f"{survey.id}-{survey.version}"
    page.radio(key=f"case-{case.id}-axis-{key}").set_value("north_east")
    next(
        one for one in page.button if one.label == "就按这样" and f"form-{key}" in str(one.key)
    ).click().run()
    assert "放不到地图上" in page.error[0].value
    assert not store.case_files.get(survey.id).overrides
    page.radio(key=f"case-{case.id}-axis-{key}").set_value("east_north")
    page.selectbox(key=f"case-{case.id}-zone-{key}").set_value(Zone(width_deg=3, number=35))
    next(
        one for one in page.button if one.label == "就按这样" and f"form-{key}" in str(one.key)
    ).click().run()
    assert store.case_files.get(survey.id).overrides["axis_order"] == "east_north"
    assert "公里：请核对。" in texts(page)
    page.button(key=f"case-{case.id}-away-{survey.id}").click().run()
    assert survey.id not in [file.id for file in material.files_of(store, case)]


def test_lines__what_files_suggest_is_taken_by_one_press(
    store: Store, sign_in: Callable[..., Account]
) -> None:
    who = sign_in()
    case = with_files(store, who)
    phone = next(file for file in material.files_of(store, case) if file.name == "甲户手机图.kml")
    material.overrule(store, phone, Overrule(shift="gcj02"), who)
    page = run(case, "lines")
    assert "还没有指明哪条线是甲方的主张。" in texts(page)
    for role in ("甲方主张", "乙方主张", "共同实测线"):
        press(page, f"记为{role}")
    press(page, "加上登记的证书线")
    rows = {row.line.role: row.line for row in material.lines_of(store, case)}
    assert set(rows) == {"claim_a", "claim_b", "measured", "certificate"}
    assert rows["claim_b"].claimant_side == "right"
    assert rows["claim_b"].sigma_own_m == 1.5
    assert not next(one for one in page.button if "下一步" in one.label).disabled


def test_lines__own_accuracy_and_side_are_saved(store: Store, sign_in: Callable[..., Account]) -> None:
    case = claimed(store, sign_in())
    line = next(row.line for row in material.lines_of(store, case) if row.line.role == "claim_a")
    page = run(case, "lines")
    page.button(key=f"case-{case.id}-pick-line-{line.id}").click().run()
    key = f"case-{case.id}-line-{line.id}-{line.version}"
    assert page.radio(key=f"{key}-side-claim_a").options == ["西边", "东边"]
    page.selectbox(key=f"{key}-by").set_value("own").run()
    page.number_input(key=f"{key}-own").set_value(0.8)
    page.text_input(key=f"{key}-label").set_value("![x](http://a/b.png)").run()
    page.button(key=f"{key}-save").click().run()
    saved = store.case_lines.get(line.id)
    assert (saved.sigma_own_m, saved.label) == (0.8, "![x](http://a/b.png)")
    assert "![x]" not in texts(page)


def test_lines__a_stale_save_says_who_changed_what(store: Store, sign_in: Callable[..., Account]) -> None:
    case = claimed(store, sign_in())
    line = next(row.line for row in material.lines_of(store, case) if row.line.role == "claim_a")
    page = run(case, "lines")
    page.button(key=f"case-{case.id}-pick-line-{line.id}").click().run()
    other = account(store, "li")
    material.change_line(store, line, other, role="claim_a", label="别人改的", accuracy=None)
    key = f"case-{case.id}-line-{line.id}-{line.version}"
    page.text_input(key=f"{key}-label").set_value("我改的").run()
    page.button(key=f"{key}-save").click().run()
    assert store.case_lines.get(line.id).label == "别人改的"
    shown = texts(page)
    assert "李文书" in shown
    assert "现在是“别人改的”" in shown
    press(page, "知道了")
    newer = f"case-{case.id}-line-{line.id}-{line.version + 1}"
    assert page.text_input(key=f"{newer}-label").value == "别人改的"


def test_lines__put_away_lines_come_back_and_a_side_keeps_one_claim(
    store: Store, sign_in: Callable[..., Account]
) -> None:
    who = sign_in()
    case = claimed(store, who)
    line = next(row.line for row in material.lines_of(store, case) if row.line.role == "claim_a")
    material.put_away_line(store, line, who)
    material.add_line(store, case, material.NewLine(role="claim_a", geometry=quarrel.border(20.0)), who)
    page = run(case, "lines")
    page.button(key=f"case-{case.id}-line-out-{line.id}").click().run()
    claims = [row.line.id for row in material.lines_of(store, case) if row.line.role == "claim_a"]
    assert claims == [line.id]


def test_case__says_what_somebody_else_did_meanwhile(store: Store, sign_in: Callable[..., Account]) -> None:
    case = claimed(store, sign_in())
    page = run(case, "differences")
    assert "别人改过" not in texts(page)
    noting.set_user(store, case, 2, "乙户", account(store, "li"))
    page.run()
    assert "李文书：记下谁在使用" in texts(page)
    press(page, "知道了")
    assert "别人改过" not in texts(page)


def test_office__is_kept_for_all_papers(store: Store, sign_in: Callable[..., Account]) -> None:
    case = claimed(store, sign_in())
    page = run(case, "papers")
    page.text_input(key=f"case-{case.id}-office-court").set_value("石县人民法院").run()
    assert papers.office_of(store).court == "石县人民法院"


def _map_act() -> None:
    import streamlit as st

    from pages.common import session
    from pages.steps import mapwork
    from pages.steps.work import Work

    store = session.store()
    case = store.cases.listed()[0]
    who = session.account()
    assert who is not None
    for act in st.session_state["acts"]:
        mapwork.take(Work(store=store, case=case, who=who), act)
    fault = st.session_state.get(f"case-{case.id}-fault")
    st.write("fault" if fault else "fine")


def edit(layer: str, id_: str | None, lonlat: list[list[float]]) -> Any:
    from pages.common import mapview

    shape = {"type": "LineString", "coordinates": lonlat}
    if len(lonlat) == 1:
        shape = {"type": "Point", "coordinates": lonlat[0]}
    action = "create" if id_ is None else "update"
    return mapview.Edited(edits=(mapview.Edit(action=action, layer=layer, id=id_, geometry=shape),))


def test_map__drawn_lines_and_points_are_kept_and_undone(
    store: Store, sign_in: Callable[..., Account]
) -> None:
    from pages.common import mapview

    case = opened(store, sign_in())
    west, south, east, north = 102.3028, 40.3945, 102.3042, 40.3990
    drawn = [
        edit("claim_a", None, [[west, south], [east, north]]),
        edit("marker_shared", None, [[west, south]]),
    ]
    page = AppTest.from_function(_map_act, default_timeout=30)
    page.session_state["acts"] = drawn
    page.run()
    (line,) = (row.line for row in material.lines_of(store, case))
    assert line.claimant_side == "left"
    assert line.sigma_own_m is None
    assert [point.kind for point in store.case_points.find(case_id=case.id)] == ["common"]
    page.session_state["acts"] = [edit("claim_a", str(line.id), [[west, south], [west, north]])]
    page.run()
    moved = store.case_lines.get(line.id).geometry
    page.session_state["acts"] = [mapview.Undone()]
    page.run()
    assert store.case_lines.get(line.id).geometry.equals_exact(line.geometry, 0.001)
    assert not moved.equals_exact(line.geometry, 1.0)
    page.session_state["acts"] = [mapview.Undone(), mapview.Undone()]
    page.run()
    assert not material.lines_of(store, case)
    assert not store.case_points.find(case_id=case.id)
    assert not page.exception


def test_differences__stretches_opinion_users_and_numbers(
    store: Store, sign_in: Callable[..., Account]
) -> None:
    case = claimed(store, sign_in())
    analysis = find(question_of(store, case)).analysis
    page = run(case, "differences")
    assert any("确有差异" in one.label for one in page.button)
    assert "测量意见，不是裁决" in texts(page)
    number = next(each.number for each in analysis.disputed_stretches if each.verdict == "real_difference")
    page.button(key=f"case-{case.id}-stretch-{number}").click().run()
    assert "所以确有差异。" in texts(page)
    page.text_input(key=f"case-{case.id}-user-{number}").set_value("甲户放羊").run()
    assert noting.users_of(store, case) == {number: "甲户放羊"}
    page.selectbox(key=f"case-{case.id}-other-about").set_value("plot-07-03")
    page.text_input(key=f"case-{case.id}-other-number").set_value("48.39").run()
    press(page, "写进测量意见书")
    assert noting.explanations_of(store, case)
    assert papers.matter_of(store, case, at=township.clock()).paperwork.users == ((number, "甲户放羊"),)
    press(page, "不写了")
    assert not noting.explanations_of(store, case)


def test_differences__one_claim_missing_says_what_to_do(
    store: Store, sign_in: Callable[..., Account]
) -> None:
    case = opened(store, sign_in())
    page = run(case, "differences")
    assert "还缺一方的主张" in texts(page)
    assert next(one for one in page.button if "下一步" in one.label).disabled
    assert not page.exception


def test_options__one_is_looked_at_chosen_and_kept(store: Store, sign_in: Callable[..., Account]) -> None:
    case = claimed(store, sign_in())
    page = run(case, "options")
    press(page, "等面积线")
    assert "50% 归甲方一侧" in texts(page)
    press(page, "选定“等面积线”")
    kept = store.cases.get(case.id)
    assert kept.state == "chosen"
    assert store.proposals.get(kept.chosen_proposal_id or 0).name == "equal_area"
    assert any(one.label == "下一步：出文书" for one in page.button)
    assert any(one.label.startswith("✓ 等面积线") for one in page.button)
    assert progress_of(store, kept).step == "papers"


def test_options__share_wished_for_is_one_of_them(store: Store, sign_in: Callable[..., Account]) -> None:
    case = claimed(store, sign_in())
    page = run(case, "options")
    assert not any("按约定比例线" in one.label for one in page.button)
    page.number_input(key=f"case-{case.id}-wish-share").set_value(30.0).run()
    press(page, "按约定比例线")
    assert "30% 归甲方一侧" in texts(page)


def test_options__a_line_by_hand_is_kept_undone_and_given_up(
    store: Store, sign_in: Callable[..., Account]
) -> None:
    who = sign_in()
    case = claimed(store, who)
    page = run(case, "options")
    press(page, "照这条线手工调整")
    finding = find(question_of(store, case))
    draft = handwork.draft_of(store, case, finding)
    assert draft is not None
    assert draft.changes == 0
    middle = finding.proposals.named("middle")
    assert middle is not None
    handwork.keep(store, case, finding, middle.line, who)
    page.run()
    press(page, "选定“手工调整线”")
    assert store.proposals.get(store.cases.get(case.id).chosen_proposal_id or 0).name == "by_hand"
    handwork.undo(store, case, who)
    press(page, "不要手工线了")
    assert handwork.draft_of(store, case, finding) is None


def test_options__terms_instead_of_a_line(store: Store, sign_in: Callable[..., Account]) -> None:
    case = claimed(store, sign_in())
    page = run(case, "options")
    page.selectbox(key=f"case-{case.id}-term-kind").set_value("passage").run()
    what = next(one for one in page.text_input if one.label == "约定什么")
    what.set_value("春秋两季过羊")
    press(page, "加上这一条")
    (term,) = choosing.terms_of(store.cases.get(case.id))
    assert (term.kind, term.what, term.place) == ("passage", "春秋两季过羊", "整个争议区")
    press(page, "去掉")
    assert not choosing.terms_of(store.cases.get(case.id))


def test_options__lines_changed_after_the_choice_must_be_looked_at_again(
    store: Store, sign_in: Callable[..., Account]
) -> None:
    who = sign_in()
    case = chosen(store, who)
    line = next(row.line for row in material.lines_of(store, case) if row.line.role == "claim_a")
    material.redraw_line(store, line, quarrel.border(18.0), who)
    page = run(case, "options")
    assert "选定以后资料又改过" in page.warning[0].value
    page = run(case, "papers")
    assert "选定方案以后界线资料又改过" in texts(page)


def test_papers__who_must_be_joined_is_listed_and_marked(
    store: Store, sign_in: Callable[..., Account]
) -> None:
    case = chosen(store, sign_in())
    page = run(case, "papers")
    shown = texts(page)
    for name in ("其木格", "王守田", "南沟村村民委员会", "苏和", "张满仓"):
        assert name in shown
    row = next(one for one in store.joined.find(case_id=case.id) if one.reason == "side_a")
    page.selectbox(key=f"case-{case.id}-joined-{row.id}-presence").set_value("present").run()
    assert store.joined.get(row.id).presence == "present"


def test_papers__fields_save_when_left_and_the_package_is_made(
    store: Store, sign_in: Callable[..., Account]
) -> None:
    case = chosen(store, sign_in())
    page = run(case, "papers")
    page.text_input(key=f"case-{case.id}-paper-mediators").set_value("王某、李某").run()
    assert papers.form_of(store, case).mediators == "王某、李某"
    press(page, "生成文书包")
    assert store.cases.get(case.id).state == "printed"
    assert not page.exception
    assert not page.error
    assert any(one.label == "下一步：登记签字件" for one in page.button)
    made = page.session_state[f"case-{case.id}-package"]
    again = run(case, "papers")
    press(again, "再取一次")
    assert again.session_state[f"case-{case.id}-package"].data == made.data


def settled(store: Store, by: Account) -> Case:
    case = chosen(store, by, "equal_area")
    signing.record_signed(store, case, b"%PDF-1.4 scan", "scan.pdf", by, signed_at=township.clock())
    return store.cases.get(case.id)


def test_signing__says_what_will_change_and_waits_for_the_scan(
    store: Store, sign_in: Callable[..., Account]
) -> None:
    case = chosen(store, sign_in(), "equal_area")
    page = run(case, "signing")
    forward = next(one for one in page.button if one.label.startswith("登记签字件"))
    assert forward.disabled
    assert "先放入签字件。" in texts(page)
    assert not page.error


def test_signing__without_a_choice_leads_back(store: Store, sign_in: Callable[..., Account]) -> None:
    page = run(claimed(store, sign_in()), "signing")
    assert "先在“方案”一步选定一条线" in texts(page)


def test_signing__a_settled_case_is_reopened_with_a_reason(
    store: Store, sign_in: Callable[..., Account]
) -> None:
    case = settled(store, sign_in())
    page = run(case)
    assert "已办结：协议已签字，地块已变更" in texts(page)
    assert "登记签字件，变更地块" in texts(page)
    button = page.button(key=f"case-{case.id}-reopen")
    assert button.disabled
    page.text_input(key=f"case-{case.id}-reopen-why").set_value("坐标抄错").run()
    page.button(key=f"case-{case.id}-reopen").click().run()
    assert store.cases.get(case.id).state == "reopened"
    assert not page.exception


def test_signing__no_agreement_closes_with_a_reason(store: Store, sign_in: Callable[..., Account]) -> None:
    case = claimed(store, sign_in())
    page = run(case, "signing")
    page.text_input(key=f"case-{case.id}-end-why").set_value("一方不同意").run()
    page.button(key=f"case-{case.id}-end-failed").click().run()
    assert store.cases.get(case.id).state == "failed"


def test_units__are_referred_never_settled(store: Store, sign_in: Callable[..., Account]) -> None:
    case = claimed(store, sign_in(), level="unit")
    page = run(case, "options")
    assert "这类界线不在乡里定。" in texts(page)
    assert not any("选定" in one.label for one in page.button)
    press(page, "下一步：出移送材料")
    press(page, "生成移送材料")
    press(page, "下一步：移送上级")
    press(page, "登记为已移送")
    assert store.cases.get(case.id).state == "referred"
    assert not page.exception


@pytest.mark.parametrize("step", ["files", "lines", "differences", "options", "papers", "signing"])
def test_viewer__sees_every_step_and_can_change_nothing(
    store: Store, sign_in: Callable[..., Account], step: str
) -> None:
    case = chosen(store, account(store, LOGIN))
    before = store.log.head()
    sign_in("zhao")
    page = run(case, step)
    assert not page.exception
    assert not page.error
    enabled = [one for one in (*page.text_input, *page.selectbox, *page.number_input) if not one.disabled]
    assert {one.key for one in enabled} <= {
        f"case-{case.id}-other-{name}" for name in ("about", "number", "unit")
    }
    for number, button in enumerate(page.button):
        if not button.disabled:
            assert not run(case, step).button[number].click().run().exception
    assert store.log.head() == before


@pytest.mark.parametrize("payload", PAYLOADS)
def test_user_text__reaches_no_markdown(store: Store, sign_in: Callable[..., Account], payload: str) -> None:
    who = sign_in()
    case = claimed(store, who)
    line = next(row.line for row in material.lines_of(store, case) if row.line.role == "certificate")
    material.change_line(store, line, who, role="certificate", label=payload, accuracy=RTK)
    with store.change(by=who.id, action="case.title"):
        case = store.cases.save(replace(case, title=payload))
    choosing.set_terms(store, case, [Term(kind="other", what=payload, who=payload)], who)
    for step in ("lines", "differences", "options", "papers"):
        page = run(case, step)
        assert not page.exception
        assert payload not in texts(page)
        assert payload not in "\n".join(labels(page))


def test_history__tells_who_did_what(store: Store, sign_in: Callable[..., Account]) -> None:
    case = settled(store, sign_in())
    actions = [event.action for event in tracing.events_of(store, case)]
    assert actions[0] == "case.open"
    assert actions[-1] == "case.settle"
    assert {event.name for event in tracing.events_of(store, case)} == {"王调解"}
    assert access.allows(account(store, "li"), "editor")
    assert PASSWORD
