"""The page of one's own land: drop a file, see what it would add, press once; viewers have no such page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store
from jobs import desk, township
from jobs.quick_measure import INSTRUMENTS
from pages.common import filedrop, session
from tests.server import PASSWORD, PAYLOADS
from tests.test_jobs_landing import NEAR, square, taken

ROWS = [
    (square(0, side_m=101.0), {"DKBM": "A1", "CBFMC": PAYLOADS[-1], "HTMJ": "15"}),
    (square(1), {"DKBM": "A2", "CBFMC": "乌兰", "HTMJ": "15"}),
    (square(4), {"DKBM": "A3", "CBFMC": "巴图", "HTMJ": "15"}),
    (square(5), {"DKBM": "A3", "CBFMC": PAYLOADS[3], "HTMJ": "15"}),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "自己的乡.gpkg", epsg=4543, name="自己的乡", clock=township.clock) as made:
        with made.change(by="system", action="township.begin"):
            made.settings.set(township.PLACE_SETTING, list(NEAR))
        made.accounts.create(login="zhang", name="张", role="administrator", password=PASSWORD)
        made.accounts.create(login="li", name="李", role="viewer", password=PASSWORD, by="u1")
    opened = township.open_store(tmp_path / "自己的乡.gpkg")
    desk.put(desk.Desk(store=opened))
    yield opened
    desk.close()


@pytest.fixture
def sign_in(store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def signed(login: str) -> None:
        who = next(one for one in store.accounts.all() if one.login == login)
        monkeypatch.setattr(session, "account", lambda: who)

    return signed


def _land() -> None:
    from pages import land

    land.show()


def dropped(monkeypatch: pytest.MonkeyPatch, store: Store, rows: Any) -> AppTest:
    """Run the page with a file in the place to drop it; after it was taken the place is empty, as on the page."""
    files = taken(store, rows)
    monkeypatch.setattr(filedrop, "show", lambda **say: files if say["key"] == "land-0" else ())
    return AppTest.from_function(_land, default_timeout=60).run()


def texts(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.success, page.warning, page.info, page.error)
    return "\n".join(one.value for kind in kinds for one in kind)


def test_land__viewers_are_refused(sign_in: Callable[[str], None]) -> None:
    sign_in("li")
    page = AppTest.from_function(_land, default_timeout=60).run()
    assert page.error
    assert not page.button


def test_land__empty_says_what_to_bring(sign_in: Callable[[str], None]) -> None:
    sign_in("zhang")
    page = AppTest.from_function(_land, default_timeout=60).run()
    assert not page.exception
    assert "档案里现有 0 个地块" in texts(page)


def test_land__one_button_brings_the_good_ones_in(
    sign_in: Callable[[str], None], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in("zhang")
    page = dropped(monkeypatch, store, ROWS)
    assert not page.exception
    table = page.dataframe[0].value
    assert list(table["情况"]) == ["不收", "不收", "重叠"]
    assert "A1 与 A2 重叠 0.15 亩" in str(table["说明"].tolist())
    assert "CBFMC" in texts(page)
    tool = next(one for one in page.selectbox if "怎么测的" in one.label)
    page = tool.set_value(next(one for one in INSTRUMENTS if one.id == "rtk")).run()
    keep = next(one for one in page.button if one.label == "收进档案（2 个）")
    page = keep.click().run()
    assert not page.exception
    assert "已收进档案 2 个" in texts(page)
    kept = {plot.code: plot for plot in store.plots.find()}
    assert set(kept) == {"A1", "A2"}
    assert {(plot.status, plot.land_use, plot.sigma_own_m) for plot in kept.values()} == {
        ("registered", "grassland", 0.02)
    }
    assert kept["A2"].contract_area_m2 == pytest.approx(10_000.0)
    assert {party.name for party in store.parties.find()} == {"乌兰", PAYLOADS[-1]}


def test_land__another_column_may_be_chosen(
    sign_in: Callable[[str], None], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in("zhang")
    page = dropped(monkeypatch, store, ROWS[:2])
    box = next(one for one in page.selectbox if one.label == "编号")
    assert box.value == "DKBM"
    page = box.set_value("名称").run()
    assert not page.exception
    assert "没有编号" in texts(page)
    page = next(one for one in page.button if one.label.startswith("收进档案")).click().run()
    assert {plot.code for plot in store.plots.find()} == {"L-00001", "L-00002"}


def test_land__nothing_to_take_says_why(
    sign_in: Callable[[str], None], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in("zhang")
    page = dropped(monkeypatch, store, ROWS[2:])
    button = next(one for one in page.button if one.label.startswith("收进档案"))
    assert button.disabled
    assert "没有能收的" in texts(page)
