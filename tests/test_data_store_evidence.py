"""Evidence stays what was filed, tells where a photograph was taken, and leaves without telling."""

from __future__ import annotations

import hashlib
import io
import os

import pytest
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from data.store import Store, photo
from data.store.files import write_whole
from data.store.vault import Vault
from geo.errors import FileError, StoreError
from tests.store_township import NOON, clock, make

LON, LAT = 102.5, 37.25


def dms(degrees):
    whole = int(degrees)
    minutes = (degrees - whole) * 60
    return IFDRational(whole), IFDRational(int(minutes)), IFDRational(round((minutes % 1) * 60 * 1000), 1000)


def picture(kind="JPEG", *, lon=LON, lat=LAT, refs=("E", "N"), orientation=1, size=(40, 20), gps=True):
    """A photograph like a phone's: red left half, blue right half, as its sensor saw it."""
    image = Image.new("RGB", size, (200, 0, 0))
    image.paste((0, 0, 200), (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "某手机"
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:21 10:00:00"
    if gps:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(
            {
                ExifTags.GPS.GPSLatitudeRef: refs[1],
                ExifTags.GPS.GPSLatitude: dms(lat),
                ExifTags.GPS.GPSLongitudeRef: refs[0],
                ExifTags.GPS.GPSLongitude: dms(lon),
            }
        )
    target = io.BytesIO()
    image.save(target, format=kind, exif=exif, **({"comment": b"secret words"} if kind == "JPEG" else {}))
    return target.getvalue()


@pytest.fixture
def store(tmp_path):
    with make(tmp_path) as store:
        yield store


def put(store, content, **facts):
    with store.change(by="u1", action="evidence.add"):
        return store.evidence.put(content, **facts)


@pytest.mark.parametrize(("refs", "sign"), [(("E", "N"), (1, 1)), (("W", "S"), (-1, -1))])
def test_photo__tells_position_and_time(refs, sign):
    facts = photo.read_facts(picture(refs=refs))
    assert (facts.lon_deg, facts.lat_deg) == pytest.approx((sign[0] * LON, sign[1] * LAT), abs=1e-7)
    assert (facts.taken_at, facts.media_type) == ("2026:11:21 10:00:00", "image/jpeg")


@pytest.mark.parametrize("content", [picture(gps=False), picture(lon=0, lat=0), picture(lat=95.0)])
def test_photo__without_a_sensible_position_has_none(content):
    assert photo.read_facts(content).lon_deg is None


def test_photo__becomes_a_point_on_the_map(store):
    kept = put(store, picture(), name="现场.jpg", kind="photo")
    assert (kept.added_at, kept.media_type, kept.sensitive) == (NOON, "image/jpeg", False)
    lon, lat = store.zone.central_meridian_deg, 37.25
    near = put(store, picture(lon=lon, lat=lat), name="中线.jpg", kind="photo")
    assert near.geometry.x == pytest.approx(500_000.0, abs=0.05)
    assert store.evidence.within(near.geometry.buffer(1).bounds) == (near,)


def test_photo__taken_elsewhere_is_kept_without_a_point(store):
    kept = put(store, picture(lon=60.0, refs=("W", "N")), name="x.jpg", kind="photo")
    assert (kept.lon_deg, kept.geometry) == (pytest.approx(-60.0), None)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_export__leaves_the_picture_and_nothing_else(store, kind):
    kept = put(store, picture(kind), name=f"现场.{kind.lower()}", kind="photo")
    leaving = store.evidence.exported(kept)
    with Image.open(io.BytesIO(leaving)) as image:
        assert image.format == kind
        assert image.size == (40, 20)
        assert not {ExifTags.Base.Make, ExifTags.IFD.GPSInfo, ExifTags.Base.DateTime} & set(image.getexif())
        assert "comment" not in image.info
    assert "某手机".encode() not in leaving
    assert b"secret words" not in leaving


def test_export__turns_the_picture_upright():
    leaving = photo.without_metadata(picture(orientation=6))
    with Image.open(io.BytesIO(leaving)) as image:
        assert image.size == (20, 40)
        red, _, blue = image.getpixel((10, 5))
    assert red > 150 > blue


@pytest.mark.parametrize("content", [b"", b"not a picture", picture()[:300], b"\xff\xd8\xff\xe0" + bytes(50)])
def test_photo__that_is_none_is_refused_and_nothing_kept(store, content):
    with pytest.raises(FileError, match="cannot be read") as caught:
        put(store, content, name="坏.jpg", kind="photo")
    assert caught.value.code == "photo_unreadable"
    assert store.evidence.count() == 0


def test_export__of_a_paper_is_the_paper(store):
    kept = put(store, b"%PDF words", name="合同.pdf", media_type="application/pdf")
    assert store.evidence.exported(kept) == b"%PDF words"


def test_scan__lies_encrypted_and_reads_back(store):
    words = b"fingerprint of somebody"
    kept = put(store, words, name="签字.pdf", kind="scan")
    assert kept.sensitive
    assert kept.sha256 == hashlib.sha256(words).hexdigest()
    on_disk = [path for path in store.path.parent.rglob("*") if path.is_file()]
    assert not [path for path in on_disk if words in path.read_bytes()]
    assert store.evidence.read(kept.sha256) == words
    if os.name == "posix":
        assert (store.path.parent / "township.key").stat().st_mode & 0o077 == 0


def test_file__later_filed_as_a_scan_no_longer_lies_plain(store):
    put(store, b"words", name="a.pdf")
    put(store, b"words", name="a.pdf", kind="scan")
    put(store, b"words", name="a.pdf")
    assert [path.name[64:] for path in store.evidence.folder.rglob("*") if path.is_file()] == [".sealed"]


def test_read__notices_what_was_altered_or_lost(store):
    plain = put(store, b"words", name="a.txt")
    scan = put(store, b"scan", name="b.pdf", kind="scan")
    (path,) = [path for path in store.evidence.folder.rglob("*") if path.name == plain.sha256]
    path.write_bytes(b"other")
    with pytest.raises(StoreError) as caught:
        store.evidence.read(plain.sha256)
    assert caught.value.code == "evidence_altered"
    path.unlink()
    with pytest.raises(StoreError) as caught:
        store.evidence.read(plain.sha256)
    assert caught.value.code == "evidence_missing"
    assert store.evidence.damaged() == (plain.sha256,)
    assert store.check().evidence_damaged == (plain.sha256,)
    sealed = next(store.evidence.folder.rglob("*.sealed"))
    sealed.write_bytes(sealed.read_bytes()[:-3] + b"abc")
    with pytest.raises(StoreError) as caught:
        store.evidence.read(scan.sha256)
    assert caught.value.code == "seal_broken"


@pytest.mark.parametrize("name", ["../township.gpkg", "0" * 63, "G" * 64, ""])
def test_read__takes_digests_only(store, name):
    with pytest.raises(StoreError, match="not the number"):
        store.evidence.read(name)


def test_vault__without_its_key_says_so(tmp_path):
    vault = Vault(tmp_path / "a.key")
    sealed = vault.seal(b"x")
    vault.path.unlink()
    with pytest.raises(StoreError, match=r"a\.key is missing"):
        vault.open(sealed)


def test_write_whole__leaves_the_old_file_when_it_fails(tmp_path, monkeypatch):
    target = tmp_path / "a"
    write_whole(target, b"old")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_evidence__of_a_failed_change_has_no_record(store):
    with pytest.raises(StoreError), store.change(by="u1", action="evidence.add"):
        store.evidence.put(b"words", name="a.txt", case_id=4711)
    assert store.evidence.count() == 0
    with Store.open(store.path, clock=clock, read_only=True) as again:
        assert again.check().sound
