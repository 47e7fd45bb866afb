"""Which township is open, how one's own begins, who may do what, and what lies beneath the map."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.errors import AccessError, ArgumentError, FileError, StoreError
from jobs import access, basemaps, desk, maps, township
from jobs.access import Account
from tests.server import LOGIN, PASSWORD, make_store


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    make_store(folder / "demo.gpkg")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Iterator[Path]:
    """A folder with the invented township, open at the desk."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    desk.put(desk.Desk(store=township.open_store(tmp_path / "demo.gpkg")))
    yield tmp_path
    desk.close()


@pytest.fixture
def chief(folder: Path) -> Account:
    account = access.account_of(access.sign_in(LOGIN, PASSWORD))
    assert account is not None
    return account


@pytest.fixture
def viewer(folder: Path) -> Account:
    account = access.account_of(access.sign_in("li", PASSWORD))
    assert account is not None
    return account


def test_home__is_where_the_environment_says() -> None:
    assert township.home({"JIEBIAO_HOME": "/srv/界标 资料"}) == Path("/srv/界标 资料")
    assert township.home({"XDG_DATA_HOME": "/x", "LOCALAPPDATA": "/x"}).parts[-1].lower() == "jiebiao"


def test_locate__prefers_what_was_open_last_then_ones_own(tmp_path: Path) -> None:
    assert township.locate(tmp_path) == tmp_path / "demo.gpkg"
    for name in ("demo.gpkg", "青石乡.gpkg", "白石乡.gpkg"):
        (tmp_path / name).write_bytes(b"")
    assert township.locate(tmp_path).name == "白石乡.gpkg"
    (tmp_path / "current.txt").write_text("青石乡.gpkg\n", encoding="utf-8")
    assert township.locate(tmp_path).name == "青石乡.gpkg"
    (tmp_path / "current.txt").write_text("../../etc/passwd", encoding="utf-8")
    assert township.locate(tmp_path).parent == tmp_path
    assert township.locate(tmp_path / "other.gpkg").name == "other.gpkg"


def test_begin_own__opens_it_with_the_same_people(folder: Path, chief: Account) -> None:
    token = access.sign_in(LOGIN, PASSWORD)
    path = township.begin_own(name=" 红柳 乡/一 ", lon_deg=117.2, lat_deg=36.5, by=chief)
    assert access.account_of(token) == chief
    assert path == folder / "红柳乡一.gpkg"
    store = desk.current().store
    assert (store.name, store.zone.central_meridian_deg) == ("红柳 乡/一", 117.0)
    assert township.place(store) == (117.2, 36.5)
    assert not township.is_demo()
    assert access.account_of(access.sign_in(LOGIN, PASSWORD)) is not None
    assert township.locate(folder) == path
    township.switch_to(folder / "demo.gpkg", chief)
    assert township.is_demo()


@pytest.mark.parametrize(
    ("name", "lon", "lat", "code"),
    [
        ("  ", 102.0, 38.0, "township_name_empty"),
        ("///", 102.0, 38.0, "township_name_empty"),
        ("甲乡", 38.0, 102.0, "township_outside_china"),
        ("甲乡", 0.0, 0.0, "township_outside_china"),
        ("demo", 102.0, 38.0, "store_exists"),
    ],
)
def test_begin_own__refused_leaves_the_open_one(
    folder: Path, chief: Account, name: str, lon: float, lat: float, code: str
) -> None:
    with pytest.raises((ArgumentError, StoreError)) as fault:
        township.begin_own(name=name, lon_deg=lon, lat_deg=lat, by=chief)
    assert fault.value.code == code
    assert desk.current().store.name == "青石乡"
    assert sorted(path.name for path in folder.glob("*.gpkg")) == ["demo.gpkg"]


def test_switch__to_a_broken_file_keeps_the_old_one(folder: Path, chief: Account) -> None:
    (folder / "坏.gpkg").write_bytes(b"SQLite format 3\x00" + b"x" * 100)
    with pytest.raises(StoreError):
        township.switch_to(folder / "坏.gpkg", chief)
    assert desk.current().store.name == "青石乡"
    assert access.sign_in(LOGIN, PASSWORD)


def test_viewer__may_not_do_what_an_administrator_may(folder: Path, viewer: Account) -> None:
    acts = (
        lambda: township.begin_own(name="乙乡", lon_deg=102, lat_deg=38, by=viewer),
        lambda: township.switch_to(folder / "demo.gpkg", viewer),
        lambda: access.all_accounts(viewer),
        lambda: access.create(viewer, login="eve", name="x", role="administrator", password=PASSWORD),
        lambda: access.set_role(viewer, viewer.id, "administrator"),
        lambda: access.set_password(viewer, "u1", PASSWORD),
        lambda: access.disable(viewer, "u1"),
        lambda: basemaps.set_tianditu(desk.current().store, "abc", viewer),
        lambda: basemaps.add_file(desk.current().store, "/etc/passwd", "", viewer),
    )
    for act in acts:
        with pytest.raises(AccessError, match="ask the administrator"):
            act()


def test_roles__each_may_what_those_before_it_may(chief: Account, viewer: Account) -> None:
    assert access.allows(chief, "viewer")
    assert not access.allows(viewer, "editor")
    with pytest.raises(AccessError, match="Log in first"):
        access.require(None, "viewer")


def test_create_first__only_once(folder: Path) -> None:
    with pytest.raises(AccessError) as fault:
        access.create_first(login="eve", name="x", password=PASSWORD)
    assert fault.value.code == "first_account_exists"


def test_first_code__is_no_longer_taken_after_ten_wrong_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "_wrong_codes", 0)
    make_store(tmp_path / "a.gpkg", with_account=False)
    opened = desk.put(desk.Desk(store=township.open_store(tmp_path / "a.gpkg"), lan=True))
    try:
        for _attempt in range(10):
            with pytest.raises(AccessError, match="code is wrong"):
                access.create_first(login="eve", name="x", password=PASSWORD, code="WRONGONE")
        with pytest.raises(AccessError, match="no longer taken"):
            access.create_first(login="eve", name="x", password=PASSWORD, code=opened.first_code)
        assert access.no_account_yet()
    finally:
        desk.close()


def test_layers__come_by_address_with_a_version(folder: Path) -> None:
    store = desk.current().store
    layers = maps.township_layers(store, "en")
    assert all(layer.url and layer.version for layer in layers)
    extent = maps.extent_lonlat(store)
    assert extent is not None
    assert extent[0] < 102.3 < extent[2]
    with pytest.raises(ArgumentError, match="no layer"):
        maps.geojson(store, "../accounts")


def test_base_maps__none_by_default_and_never_an_error(folder: Path, chief: Account) -> None:
    store = desk.current().store
    assert basemaps.base_layers(store, "zh") == ()
    basemaps.set_tianditu(store, "0123456789abcdef", chief)
    layers = basemaps.base_layers(store, "en")
    assert [layer.title for layer in layers] == ["Tianditu imagery", "Tianditu map"]
    assert all("tk=0123456789abcdef" in url for layer in layers for url in layer.urls)
    basemaps.set_tianditu(store, "", chief)
    assert basemaps.base_layers(store, "zh") == ()
    with pytest.raises(ArgumentError):
        basemaps.set_tianditu(store, "a&b=<script>", chief)


def test_base_maps__a_file_that_goes_away_is_left_out_and_told(folder: Path, chief: Account) -> None:
    from tests.test_data_tiles import _mbtiles

    store = desk.current().store
    path = _mbtiles(folder / "影像 一.mbtiles")
    basemaps.add_file(store, f'"{path}"', "", chief)
    (one,) = basemaps.saved(store)
    assert one.title == "影像 一"
    assert basemaps.tile(store, one.id, 1, 1, 0).data.startswith(b"\x89PNG")
    assert basemaps.tile(store, one.id, 9, 99999, 0).media_type == "image/png"
    basemaps.remove(store, one.id, chief)
    with pytest.raises(ArgumentError, match="no base map"):
        basemaps.tile(store, one.id, 1, 1, 0)
    with pytest.raises(FileError, match="There is no base map"):
        basemaps.add_file(store, str(folder / "nothing.tif"), "", chief)
