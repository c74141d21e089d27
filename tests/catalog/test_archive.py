"""What is taken out of a stranger's ZIP, and what is not."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from tests.toy import COLORS, picture_bytes
from visearch.catalog import archive
from visearch.catalog.archive import unpack
from visearch.errors import CatalogError

PICTURE = picture_bytes(COLORS["red"])


def packed(path: Path, files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path


def taken(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "in" / "out"
    folder.mkdir(parents=True)
    return folder


def test_pictures_and_tables_come_out_with_their_folders(tmp_path: Path, out: Path) -> None:
    files = {"shop/a.PNG": PICTURE, "shop/products.csv": b"id\n1\n", "__MACOSX/a.png": b"x", "shop/.b.png": b"x"}
    told: list[tuple[int, int]] = []
    found = unpack(packed(tmp_path / "a.zip", files), out, lambda done, total: told.append((done, total)))
    assert taken(out) == ["shop/a.PNG", "shop/products.csv"] and found.report.count == 0
    assert (out / "shop/a.PNG").read_bytes() == PICTURE and told == [(0, 4), (1, 4)]


@pytest.mark.parametrize(
    "name", ["../evil.png", "/tmp/evil.png", "a/../../evil.png", "..\\evil.png", "C:\\evil.png", "\\\\host\\evil.png"]
)
def test_no_path_leads_out(tmp_path: Path, out: Path, name: str) -> None:
    found = unpack(packed(tmp_path / "a.zip", {name: PICTURE, "good.png": PICTURE}), out)
    assert taken(tmp_path / "in") == ["out/good.png"] and found.report.count == 1
    assert not Path("/tmp/evil.png").exists()


def test_other_types_links_and_twins_stay_inside(tmp_path: Path, out: Path) -> None:
    path = packed(tmp_path / "a.zip", {"run.sh": b"x", "page.html": b"x", "x.svg": b"x", "a.png": PICTURE})
    with zipfile.ZipFile(path, "a") as made:
        link = zipfile.ZipInfo("link.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
        made.writestr("A.PNG", PICTURE)
    found = unpack(path, out)
    assert taken(out) == ["a.png"] and found.report.count == 5
    assert any("link" in one.reason for one in found.report.first)
    assert any("twice" in one.reason for one in found.report.first)


def test_a_bomb_is_stopped_while_it_grows(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_FREE", 1 << 20)
    bomb = packed(tmp_path / "a.zip", {"a.png": b"\0" * (8 << 20)})
    with pytest.raises(CatalogError, match="100-fold"):
        unpack(bomb, out)
    assert sum(path.stat().st_size for path in out.rglob("*")) < 4 << 20


def test_sizes_are_measured_and_not_believed(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 5000)
    path = packed(tmp_path / "a.zip", {"big.png": b"x" * 9000, "a.png": PICTURE}, zipfile.ZIP_STORED)
    found = unpack(path, out)
    assert taken(out) == ["a.png"] and found.report.first[0].reason == "it is too large"
    # The same file, whose directory says that it holds ten bytes.
    raw = path.read_bytes()
    lying = raw.replace((9000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != raw
    (tmp_path / "b.zip").write_bytes(lying)
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(CatalogError):
        unpack(tmp_path / "b.zip", other)
    assert sum(path.stat().st_size for path in other.rglob("*")) <= 5000


@pytest.mark.parametrize("limit", ["MOST_ENTRIES", "MOST_TOTAL"])
def test_there_are_limits(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(archive, limit, 2)
    with pytest.raises(CatalogError, match="The ZIP"):
        unpack(packed(tmp_path / "a.zip", {f"{n}.png": PICTURE for n in range(3)}), out)


def test_what_is_no_archive_is_told(tmp_path: Path, out: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"this is no archive")
    with pytest.raises(CatalogError, match="no ZIP that can be read"):
        unpack(tmp_path / "a.zip", out)
    whole = packed(tmp_path / "b.zip", {"a.png": PICTURE}, zipfile.ZIP_STORED).read_bytes()
    (tmp_path / "b.zip").write_bytes(whole.replace(PICTURE[40:50], b"0123456789"))
    with pytest.raises(CatalogError, match="no ZIP that can be read"):
        unpack(tmp_path / "b.zip", out)


def test_an_encrypted_one_is_told(tmp_path: Path, out: Path) -> None:
    data = bytearray(packed(tmp_path / "a.zip", {"a.png": PICTURE}, zipfile.ZIP_STORED).read_bytes())
    # The flag of encryption in the local and in the central header.
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(CatalogError, match="encrypted"):
        unpack(tmp_path / "a.zip", out)
