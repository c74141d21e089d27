"""Paths, archives and names that strangers send: nothing is read or written outside, and nothing grows without end."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.trust.hostile_words import FILE_NAMES
from tests.trust.in_process import Inside
from tests.trust.watching import complaint
from visearch.catalog import archive as archive_module
from visearch.catalog.archive import unpack
from visearch.catalog.pictures import NoPictureError, safe_path
from visearch.errors import CatalogError, VisearchError
from visearch.ui.files import routes
from visearch.uploads import slug

UP = (
    "../",
    "..%2f",
    "..%252f",
    "..\\",
    "..%5c",
    "%2e%2e/",
    "%2e%2e%2f",
    "....//",
    "..;/",
    "%c0%ae%c0%ae/",
    "/",
    "//",
    "%00/",
)
PLACES = (
    "thumbs/{}.jpg",
    "examples/{}.jpg",
    "photos/{}.jpg",
    "photos/x/{}.jpg",
    "page/1/{}",
    "room/insights/{}",
    "room/insights/evaluation/{}/report.html",
    "room/insights/evaluation/x/{}",
    "heat?photo={}&part=whole",
)
SECRETS = ("etc/passwd", "app.py", "../../../manifest.json", "windows/win.ini")


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> Inside:
    return Inside(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def client(inside: Inside) -> TestClient:
    ours = routes(inside.live, inside.photos, inside.demo.visitors)  # type: ignore[arg-type]
    made = [*ours, *inside.demo.rooms.routes()]
    return TestClient(Starlette(routes=made), raise_server_exceptions=True)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("up", UP)
def test_no_address_leads_out_of_its_folder(client: TestClient, place: str, up: str) -> None:
    for secret in SECRETS:
        for deep in (1, 9):
            answer = client.get("/" + place.format(up * deep + secret))
            assert (
                answer.status_code == 404 and "root:" not in answer.text and not complaint(404, answer.text, "", (404,))
            )


@pytest.mark.parametrize("name", FILE_NAMES)
def test_a_name_never_chooses_where_an_upload_lies(inside: Inside, client: TestClient, name: str) -> None:
    before = {path for path in inside.home.rglob("*") if "uploads" not in str(path)}
    draft = inside.demo.rooms.call({"room": "catalogue", "do": "draft"})["draft"]
    params = {"name": name.encode(errors="replace").decode()}
    headers = {"origin": "http://testserver"}
    answer = client.post(f"/room/catalogue/upload/{draft}", params=params, content=b"id,image\n", headers=headers)
    assert not complaint(answer.status_code, answer.text, name, (200, 400))
    inside.demo.rooms.call({"room": "catalogue", "do": "drop", "draft": draft})
    assert {path for path in inside.home.rglob("*") if "uploads" not in str(path)} == before
    assert slug(name) and not set(slug(name)) & set("./\\:\0\n<>|*?\"'")


@pytest.mark.parametrize("draft", ["..", "../..", "%2e%2e", "x", "..%2f..%2f", "%00"])
def test_only_drafts_that_were_begun_take_files(client: TestClient, draft: str) -> None:
    answer = client.post(f"/room/catalogue/upload/{draft}", params={"name": "x.csv"}, content=b"x")
    assert answer.status_code in (400, 403, 404, 405)


@pytest.mark.parametrize("name", FILE_NAMES)
def test_a_picture_never_lies_outside_its_catalogue(tmp_path: Path, name: str) -> None:
    try:
        inside = safe_path(name)
    except NoPictureError:
        return
    assert Path(os.path.normpath(tmp_path / inside)).is_relative_to(tmp_path)


def zipped(*entries: tuple[str, bytes], mode: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = mode << 16
            packed.writestr(info, data)
    return out.getvalue()


def unpacked(tmp_path: Path, data: bytes) -> list[str]:
    """The files that were taken out; raises as `unpack` does, and when anything lies outside."""
    folder = tmp_path / "inside"
    folder.mkdir()
    (tmp_path / "x.zip").write_bytes(data)
    unpack(tmp_path / "x.zip", folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inside", "x.zip"]
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", [name for name in FILE_NAMES if name and "\ud800" not in name])
def test_no_entry_of_a_zip_is_written_outside(tmp_path: Path, name: str) -> None:
    for path in unpacked(tmp_path, zipped((name, b"x"), ("fine.png", b"y"))):
        assert ".." not in path


def test_links_and_archives_in_a_zip_stay_there(tmp_path: Path) -> None:
    inner = zipped(("a.png", b"x" * 100))
    assert unpacked(tmp_path, zipped(("inner.zip", inner), ("b.png", b"y"))) == ["b.png"]
    (tmp_path / "other").mkdir()
    linked = zipped(("link.png", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777)
    assert unpacked(tmp_path / "other", linked) == []


def test_a_zip_that_grows_too_much_is_given_up(tmp_path: Path) -> None:
    many = zipped(*((f"{n}.png", bytes(1 << 20)) for n in range(40)))
    with pytest.raises(CatalogError, match="grows more than"):
        unpacked(tmp_path, many)


def test_a_zip_of_more_than_its_limits_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "MOST_ENTRIES", 10)
    with pytest.raises(CatalogError, match="the limit is 10"):
        unpacked(tmp_path, zipped(*((f"{n}.png", b"") for n in range(11))))


def test_a_zip_that_lies_about_sizes_is_measured(tmp_path: Path) -> None:
    data = bytearray(zipped(("a.png", bytes(30 << 20)), ("b.png", b"y")))
    for sign, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.index(sign) + offset
        data[at : at + 4] = struct.pack("<I", 10)
    try:
        assert "a.png" not in unpacked(tmp_path, bytes(data))
    except VisearchError as error:
        assert not complaint(200, str(error))
    assert sum(path.stat().st_size for path in tmp_path.rglob("*")) < 64 << 20


def test_entries_that_share_their_bytes_are_one_bomb(tmp_path: Path) -> None:
    data = zipped(("0.png", bytes(1 << 20)))
    start = data.index(b"PK\x01\x02")
    entry, end = data[start : data.index(b"PK\x05\x06")], data.index(b"PK\x05\x06")
    entries = b"".join(entry.replace(b"0.png", f"{n:05d}".encode()[-1:] + b".png") for n in range(9)) * 200
    tail = data[end : end + 8] + struct.pack("<HHIIH", 1800, 1800, len(entries), start, 0)
    try:
        unpacked(tmp_path, data[:start] + entries + tail)
    except CatalogError as error:
        assert "ZIP" in error.message
    assert sum(path.stat().st_size for path in tmp_path.rglob("*")) < 32 << 20


@pytest.mark.parametrize("name", ["9" * 256, "a/" + "表" * 100 + ".jpg", "half \ud83d.jpg", "a/" * 600 + "b.jpg"])
def test_what_no_file_can_be_called_is_no_picture(name: str) -> None:
    with pytest.raises(NoPictureError, match="cannot be a file's name"):
        safe_path(name)
