"""Broken caches, a second builder, a full disk: the old index answers and nothing is half-written."""

from __future__ import annotations

import errno
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.store_shop import generations, make, opened, shop
from tests.toy import ToyEmbedder
from visearch.disk import write_file
from visearch.errors import StoreError
from visearch.generation import build_lock
from visearch.store import Store

ROOT = Path(__file__).parent.parent
INFO = ToyEmbedder().info


def test_a_damaged_cache_is_filled_again(tmp_path: Path) -> None:
    make(tmp_path, shop(5))
    cache = next((tmp_path / "cache" / "vectors").glob("*.sqlite"))
    cache.write_bytes(b"this is no database, and long enough to be looked at" * 100)
    assert make(tmp_path, shop(5)).embedded == 5
    assert cache.with_name(cache.name + ".damaged").exists()


def test_a_cached_vector_of_the_wrong_length_is_not_used(tmp_path: Path) -> None:
    make(tmp_path, shop(5))
    before = np.array(opened(tmp_path).vectors)
    cache = next((tmp_path / "cache" / "vectors").glob("*.sqlite"))
    with sqlite3.connect(cache) as db:
        db.execute("UPDATE item SET value = x'00' WHERE key = ?", (opened(tmp_path).row_picture[1],))
    db.close()
    assert make(tmp_path, shop(5)).embedded == 1
    np.testing.assert_array_equal(opened(tmp_path).vectors, before)


def test_a_second_builder_is_refused_and_the_first_is_not_disturbed(tmp_path: Path) -> None:
    make(tmp_path, shop(3))
    with build_lock(Store(tmp_path).folder("shop", "toy"), 0):
        with pytest.raises(StoreError, match="Another process is building"):
            make(tmp_path, shop(4), lock_wait_s=0)
        assert len(opened(tmp_path).products) == 3
        make(tmp_path, shop(2, "other"), lock_wait_s=0)
    assert make(tmp_path, shop(4), lock_wait_s=0).products == 4


WRITERS = ("index.table.write_array", "generation._write_files", "generation.publish", "generation.write_file")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, errno.EDQUOT])
@pytest.mark.parametrize("where", [*WRITERS, "gather.write_file"])
def test_a_full_disk_leaves_the_old_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, number: int
) -> None:
    make(tmp_path, shop(5))
    before = generations(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError(number, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(f"visearch.{where}", full)
        with pytest.raises(StoreError, match="is full") as caught:
            make(tmp_path, shop(9))
    assert str(tmp_path) in caught.value.message and "VISEARCH_HOME" in caught.value.hint
    assert generations(tmp_path) == before
    assert len(opened(tmp_path).products) == 5
    assert make(tmp_path, shop(9)).embedded == (4 if where.startswith("gather") else 0)


LIMITED = """
import resource, sys
from pathlib import Path
from tests.store_shop import make, opened, shop
from visearch.errors import StoreError

home, n = Path(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    make(home, shop(n))
except StoreError as error:
    print("full" if "is full" in error.message else error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE")
@pytest.mark.parametrize("limit", [300, 3_000, 9_000, 20_000, 60_000])
def test_a_real_limit_on_file_sizes(tmp_path: Path, limit: int) -> None:
    """The system itself refuses the write: in thumbnails, the cache or the index, by size."""
    make(tmp_path, shop(5))
    before = generations(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path), "150", str(limit)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert done.stdout.strip() == "full", done.stderr
    assert generations(tmp_path) == before
    assert not list(tmp_path.rglob("*.tmp"))
    assert len(opened(tmp_path).products) == 5
    assert make(tmp_path, shop(150)).products == 150


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    write_file(tmp_path / "name", b"old")
    with pytest.raises(TypeError):
        write_file(tmp_path / "name", "not bytes")  # type: ignore[arg-type]
    assert [p.name for p in tmp_path.iterdir()] == ["name"]
    assert (tmp_path / "name").read_bytes() == b"old"


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written") as caught:
        make(tmp_path / "file", shop(2))
    assert "VISEARCH_HOME" in caught.value.hint
