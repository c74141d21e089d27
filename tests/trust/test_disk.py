"""Small versions of the runs that kill, fill and flip, and what they cannot show: links, folders and foreign files."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.store_shop import assert_same_content, make, opened, shop
from tests.toy import ToyEmbedder
from visearch.cache import VectorCache
from visearch.choices import Choice, read_choice, record_choice
from visearch.errors import StoreError
from visearch.mappings import read_mapping, record_mapping
from visearch.sealed import is_whole, sealed
from visearch.store import Store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL and RLIMIT_FSIZE")
INFO = ToyEmbedder().info
MENDS = "python -m visearch index shop --model toy"


def test_killed_at_random_moments(tmp_path: Path) -> None:
    from tests.trust.kills import run

    summary = run(3, 1, tmp_path)
    assert summary["kills"] == sum(summary["found"].values()) == 3 and not summary["violations"]


def test_a_full_disk_by_the_size_of_files(tmp_path: Path) -> None:
    from tests.trust.full import run

    summary = run(60, tmp_path, (700, 30_000))
    assert len(summary["sizes"]) == 2 and not summary["violations"]


def test_flipped_bytes(tmp_path: Path) -> None:
    from tests.trust.flips import run

    summary = run(tmp_path, 1, 0)
    assert summary["files"] == summary["flips"] > 12 and not summary["violations"]
    assert "vectors.npy: refused" in summary["found"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make(tmp_path, shop(6))
    return tmp_path


@pytest.mark.parametrize(
    "held",
    [b"../../../other/gen-1", b"/etc", b"gen-1/../../x", b"", b"\xff\xfe", b"gen-\x00", b"x" * 5000, b"tmp-gen-1"],
)
def test_current_leads_nowhere_else(home: Path, held: bytes) -> None:
    folder = Store(home).folder("shop", "toy")
    outside = home.parent / "other" / "gen-1"
    shutil.copytree(opened(home).path, outside, dirs_exist_ok=True)
    (folder / "CURRENT").write_bytes(held)
    with pytest.raises(StoreError, match="names no generation") as caught:
        opened(home)
    assert MENDS in caught.value.hint and Store(home).list() == []
    make(home, shop(6))
    assert len(opened(home).products) == 6


def _linked(path: Path) -> None:
    outside = path.parents[3] / f"outside-{path.name}"
    path.rename(outside)
    path.symlink_to(outside)


def _folder(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [_linked, _folder])
@pytest.mark.parametrize("name", ["", "vectors.npy", "manifest.json", "../CURRENT"])
def test_links_and_folders_in_place_of_files(home: Path, damage: object, name: str) -> None:
    sound = opened(home)
    path = (sound.path / name).parent.resolve() / Path(name).name if name else sound.path
    damage(path)  # type: ignore[operator]
    try:
        assert_same_content(opened(home), sound)
        assert path.is_symlink(), "a folder holds nothing that answers"
    except StoreError as error:
        assert MENDS in error.hint
    assert make(home, shop(6)).embedded == 0
    assert len(opened(home).products) == 6


def test_the_index_of_another_catalogue_is_refused(home: Path) -> None:
    make(home, shop(3, "other"))
    store = Store(home)
    shutil.rmtree(store.folder("shop", "toy"))
    shutil.copytree(store.folder("other", "toy"), store.folder("shop", "toy"))
    with pytest.raises(StoreError, match="is of the catalogue 'other' with 'toy', not of 'shop'") as caught:
        opened(home)
    assert MENDS in caught.value.hint


@pytest.mark.parametrize("change", ["calibration", "older", "file", "newer"])
def test_a_manifest_that_was_changed(home: Path, change: str) -> None:
    path = opened(home).path / "manifest.json"
    record = json.loads(path.read_text())
    if change == "older":
        del record["digest"]
    elif change == "calibration":
        record["calibration"] = {"floor": 0.9}
    elif change == "file":
        record = sealed(record | {"files": {"../../../secret": {"size": 1, "sha256": ""}}})
    else:
        record["format"] = 2
    path.write_text(json.dumps(record))
    if change == "older":
        assert opened(home).manifest.digest == "", "indexes of before are read as they are"
        assert not make(home, shop(6)).unchanged and opened(home).manifest.digest
        return
    told = {"calibration": "changed after it was written", "file": "nothing sensible", "newer": "has the format 2"}
    with pytest.raises(StoreError, match=told[change]) as caught:
        opened(home)
    assert MENDS in caught.value.hint


def test_a_changed_vector_is_computed_again(home: Path) -> None:
    before = opened(home)
    sha = before.row_picture[2]
    file = next((home / "cache" / "vectors").glob("*.sqlite"))
    with sqlite3.connect(file) as db:
        (value,) = db.execute("SELECT value FROM item WHERE key = ?", (sha,)).fetchone()
        changed = bytearray(value)
        changed[5] ^= 1
        db.execute("UPDATE item SET value = ? WHERE key = ?", (bytes(changed), sha))
        # One row under another's name, and one of before there were checksums.
        (other,) = db.execute("SELECT value FROM item WHERE key = ?", (before.row_picture[3],)).fetchone()
        db.execute("UPDATE item SET value = ? WHERE key = ?", (other, before.row_picture[4]))
        db.execute("UPDATE item SET value = ? WHERE key = ?", (other[:-8], before.row_picture[3]))
    db.close()
    with VectorCache(home, INFO) as cache:
        known = cache.get(before.row_picture)
    assert set(before.row_picture) - set(known) == {sha, before.row_picture[4]}
    np.testing.assert_array_equal(known[before.row_picture[3]], before.vectors[3])
    shutil.rmtree(home / "indexes")
    assert make(home, shop(6)).embedded == 2
    assert_same_content(opened(home), before)


def test_a_cut_thumbnail_is_made_anew(home: Path) -> None:
    index = opened(home)
    first, second, third = (index.thumbnail(sha) for sha in index.row_picture[:3])
    whole = first.read_bytes()
    first.write_bytes(whole[:-5])
    second.write_bytes(b"")
    third.unlink()
    third.mkdir()
    make(home, shop(6))
    assert first.read_bytes() == whole and second.stat().st_size and third.is_file()


def test_sealed_records() -> None:
    record = sealed({"b": [1.5, None, "é"], "a": {"n": 2, 3: (1, 2)}})
    assert is_whole(json.loads(json.dumps(record, indent=3))) and is_whole({"a": 1})
    assert not is_whole(record | {"b": [1.5, None, "e"]})


@pytest.mark.parametrize(
    "text", ["[]", '"x"', "{}", "1", "[" * 100_000, '{"catalog": "a", "model": "b", "reason": 1, "digest": 0}']
)
def test_small_records_that_are_damaged_are_ignored(tmp_path: Path, text: str) -> None:
    for name in ("choice.json", "mappings.json"):
        (tmp_path / name).write_text(text)
    assert read_choice(tmp_path) is None and read_mapping(tmp_path, "catalog") == {}
    record_choice(tmp_path, Choice("a", "b", "c"))
    record_mapping(tmp_path, "shop", {"title": "name"})
    assert read_choice(tmp_path) == Choice("a", "b", "c") and read_mapping(tmp_path, "shop") == {"title": "name"}


def test_older_records_are_read(tmp_path: Path) -> None:
    (tmp_path / "choice.json").write_text('{"catalog": "a", "model": "b", "reason": "c", "chosen": true}')
    (tmp_path / "mappings.json").write_text('{"shop": {"title": "name"}}')
    assert read_choice(tmp_path) == Choice("a", "b", "c", True) and read_mapping(tmp_path, "shop") == {"title": "name"}
