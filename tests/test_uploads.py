"""Files that come through the page become a catalogue, under names that are made here, or leave nothing behind."""

from __future__ import annotations

import asyncio
import os
import zipfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.toy import COLORS, ToyEmbedder, picture_bytes
from visearch import uploads as uploads_module
from visearch.build import build
from visearch.catalog import open_catalog
from visearch.catalog.fetch import Fetcher
from visearch.config import Settings
from visearch.errors import CatalogError
from visearch.remote import remove_indexes
from visearch.store import Store
from visearch.uploads import LIMITS, Upload, Uploads, slug

TABLE = b"id,title,image\n1,Red mug,mug.png\n"
PICTURE = picture_bytes(COLORS["red"])


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path)


def take(uploads: Uploads, key: str, suffix: str, data: bytes, pieces: int = 3) -> int:
    async def parts() -> AsyncIterator[bytes]:
        step = max(1, len(data) // pieces)
        for start in range(0, len(data), step):
            yield data[start : start + step]

    # In a thread: in this one the browser of other tests may keep a loop running.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(uploads.take(key, suffix, parts()))).result()


def zipped(tmp_path: Path, **files: bytes) -> bytes:
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as made:
        for name, data in files.items():
            made.writestr(name.replace("__", "/").replace("_", "."), data)
    return (tmp_path / "made.zip").read_bytes()


def made(uploads: Uploads, title: str = "Shop", **files: bytes) -> Upload:
    key = uploads.begin()
    for name, data in files.items():
        take(uploads, key, f".{name}", data)
    return uploads.finish(key, title)[0]


def test_a_table_and_an_archive_become_a_catalogue(uploads: Uploads, tmp_path: Path) -> None:
    archive = zipped(tmp_path, mug_png=PICTURE, products_csv=b"id,image\n9,other.png\n")
    upload = made(uploads, "Spring shop!", csv=TABLE, zip=archive)
    assert upload == uploads.get("Spring-shop") and upload.catalog == str(tmp_path / "uploads" / "Spring-shop")
    found = list(open_catalog(upload.catalog, Settings(home=tmp_path, offline=True)))
    assert [item.product.title for item in found] == ["Red mug"] and found[0].pictures[0].read() == PICTURE
    assert not list((tmp_path / "uploads" / ".drafts").iterdir())


def test_one_archive_may_hold_everything(uploads: Uploads, tmp_path: Path) -> None:
    upload = made(uploads, zip=zipped(tmp_path, shop__mug_png=PICTURE, shop__products_csv=TABLE))
    assert [item.product.id for item in open_catalog(upload.catalog, Settings(home=tmp_path, offline=True))] == ["1"]


def test_folders_of_pictures_are_categories_and_the_one_around_them_is_not(uploads: Uploads, tmp_path: Path) -> None:
    made(uploads, "Wrapped", zip=zipped(tmp_path, Mugs__Mugs__a_png=PICTURE, Mugs__Bags__b_png=PICTURE))
    made(uploads, "Flat", zip=zipped(tmp_path, Mugs__a_png=PICTURE))
    kept = [path.relative_to(uploads.folder) for path in sorted(uploads.folder.rglob("*.png"))]
    assert [str(path) for path in kept] == ["Flat/Mugs/a.png", "Wrapped/Bags/b.png", "Wrapped/Mugs/a.png"]


def test_json_lines_are_opened_by_their_file(uploads: Uploads, tmp_path: Path) -> None:
    line = b'{"id": "7", "title": "Mug", "image": "mug.png"}\n'
    upload = made(uploads, "Lines", jsonl=line, zip=zipped(tmp_path, mug_png=PICTURE))
    catalog = open_catalog(upload.catalog, Settings(home=tmp_path, offline=True))
    assert upload.catalog.endswith("products.jsonl") and catalog.info.title == "Lines"


def test_a_licence_is_kept_with_it(uploads: Uploads, tmp_path: Path) -> None:
    key = uploads.begin()
    take(uploads, key, ".csv", TABLE)
    take(uploads, key, ".zip", zipped(tmp_path, mug_png=PICTURE))
    upload, _ = uploads.finish(key, "Shop", "CC BY 4.0")
    assert open_catalog(upload.catalog, Settings(home=tmp_path, offline=True)).info.licence == "CC BY 4.0"


def test_several_tables_without_a_name_are_asked_about(uploads: Uploads, tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="several tables"):
        made(uploads, zip=zipped(tmp_path, a_csv=TABLE, b_csv=TABLE, mug_png=PICTURE))
    with pytest.raises(CatalogError, match="neither a table nor pictures"):
        made(uploads, zip=zipped(tmp_path, notes_txt=b"x"))
    assert uploads.list() == []


def test_names_are_made_here(uploads: Uploads) -> None:
    assert slug("../../etc/passwd") == "etc-passwd" and slug("春季 商品!") == "春季-商品" and slug("/..") == "catalogue"
    first, second = made(uploads, "../up", csv=TABLE), made(uploads, "UP", csv=TABLE)
    assert (first.name, second.name) == ("up", "UP-2")
    assert len(slug("x" * 500)) == 40


@pytest.mark.parametrize("key", ["", ".", "..", "../..", "0" * 32, "/etc"])
def test_only_a_draft_that_was_begun_is_written(uploads: Uploads, key: str) -> None:
    uploads.begin()
    with pytest.raises(CatalogError, match="was not begun"):
        take(uploads, key, ".csv", TABLE)
    with pytest.raises(CatalogError, match="was not begun"):
        uploads.finish(key, "Shop")
    with pytest.raises(CatalogError, match="was not begun"):
        uploads.drop(key)


@pytest.mark.parametrize("suffix", [".exe", "", "/../x.csv", ".png"])
def test_only_tables_and_archives_are_taken(uploads: Uploads, suffix: str) -> None:
    with pytest.raises(CatalogError, match="is no catalogue"):
        take(uploads, uploads.begin(), suffix, b"x")


def test_the_limit_is_counted_while_it_comes(uploads: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, ".csv", 1 << 20)
    key = uploads.begin()
    with pytest.raises(CatalogError, match="larger than 1 MB"):
        take(uploads, key, ".csv", b"x" * (3 << 20), pieces=30)
    assert list((uploads.folder / ".drafts" / key).iterdir()) == []


def test_removing_takes_the_files_and_the_indexes(uploads: Uploads, tmp_path: Path) -> None:
    upload = made(uploads, csv=TABLE, zip=zipped(tmp_path, mug_png=PICTURE))
    settings = Settings(home=tmp_path, offline=True)
    build(open_catalog(upload.catalog, settings), ToyEmbedder(), settings)
    assert len(Store(tmp_path).list()) == 1
    with pytest.raises(CatalogError, match="no longer there"):
        uploads.remove("../uploads")
    uploads.remove(upload.name)
    remove_indexes(Store(tmp_path), upload.catalog)
    assert uploads.list() == [] and Store(tmp_path).list() == [] and not Path(upload.catalog).exists()


def test_drafts_that_nobody_finished_go(uploads: Uploads) -> None:
    old, new = uploads.begin(), uploads.begin()
    os.utime(uploads.folder / ".drafts" / old, (0, 0))
    uploads.begin()
    left = {path.name for path in (uploads.folder / ".drafts").iterdir()}
    assert old not in left and new in left


def test_there_are_only_so_many(uploads: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads_module, "MOST_UPLOADS", 1)
    made(uploads, csv=TABLE)
    with pytest.raises(CatalogError, match="Remove one first"):
        uploads.begin()


def test_addresses_in_an_upload_stay_out_of_the_own_network(uploads: Uploads, tmp_path: Path) -> None:
    upload = made(uploads, csv=b"id,image\n1,http://127.0.0.1:9/a.png\n")
    fetcher = open_catalog(upload.catalog, Settings(home=tmp_path)).fetcher
    assert isinstance(fetcher, Fetcher) and fetcher.public_only
    own = tmp_path / "own"
    own.mkdir()
    (own / "products.csv").write_bytes(b"id,image\n1,http://127.0.0.1:9/a.png\n")
    assert not open_catalog(str(own), Settings(home=tmp_path)).fetcher.public_only
