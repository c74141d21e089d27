"""A catalogue embedded in shards by several processes, joined: the same as what one process makes, or an error."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.store_shop import Shop, assert_same_content, item, make, opened, png, shop
from tests.test_store import flip
from tests.toy import ToyEmbedder
from visearch.cache import PictureRefs
from visearch.catalog.base import Picture
from visearch.config import Settings
from visearch.errors import PictureError, StoreError, VisearchError
from visearch.sealed import sealed
from visearch.shards import Shard, merge_shards, shards_folder, write_shard
from visearch.types import Vectors

ROOT = Path(__file__).parent.parent
N = 4

WORKER = """
import sys
from pathlib import Path
from tests.test_shards import catalog
from tests.toy import ToyEmbedder
from visearch.config import Settings
from visearch.shards import Shard, write_shard

home, out, shard = sys.argv[1:]
write_shard(catalog(), ToyEmbedder(), Settings(home=Path(home)), Shard.parse(shard), Path(out))
"""


def catalog(n: int = 90, revision: str = "r1") -> Shop:
    """Products with one picture or several, shared ones, an id that comes twice, and pictures that cannot be read."""
    items = [item(i, *([png(i), png(i + 1)] if i % 7 == 0 else [])) for i in range(n)]
    items[10] = item(10, PictureError("broken"))
    items[21] = item(21, png(21), PictureError("broken too"))
    items[33] = item(5, png(500))
    items[40] = item(40, png(3))
    items[50] = replace(items[50], pictures=(Picture("stable-50", lambda: png(50), stable=True),))
    return Shop(items, revision=revision)


def write(home: Path, shard: str, of: Any = None, embedder: Any = None, **options: Any) -> Any:
    settings = Settings(home=home / "worker")
    return write_shard(
        of or catalog(), embedder or ToyEmbedder(), settings, Shard.parse(shard), home / "out", **options
    )


def merge(home: Path, of: int = N, embedder: Any = None, **options: Any) -> Any:
    info = (embedder or ToyEmbedder()).info
    return merge_shards("shop", info, Settings(home=home / "joined"), of, home / "out", **options)


@pytest.fixture
def four(tmp_path: Path) -> Path:
    """A folder with `out/shard-I-of-4`."""
    for number in range(1, N + 1):
        write(tmp_path, f"{number}/{N}")
    return tmp_path


def test_four_processes_make_what_one_makes(tmp_path: Path) -> None:
    """Each with its own home, as on machines of their own."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(tmp_path / f"home{i}"), str(tmp_path / "out"), f"{i}/{N}"], cwd=ROOT
        )
        for i in range(1, N + 1)
    ]
    assert [process.wait() for process in processes] == [0] * N
    report = merge(tmp_path)
    make(tmp_path / "alone", catalog())
    one, joined = opened(tmp_path / "alone"), opened(tmp_path / "joined")
    assert_same_content(joined, one)
    for name in ("vectors.npy", "products.jsonl", "index/rows.npy", "index/index.json"):
        assert (joined.path / name).read_bytes() == (one.path / name).read_bytes()
    for name in ("catalog", "skipped", "skipped_first", "limit", "pictures", "model_fingerprint"):
        assert getattr(joined.manifest, name) == getattr(one.manifest, name)
    assert (report.products, report.embedded, report.skipped.count) == (88, 0, 3)
    for sha in one.row_picture:
        assert joined.thumbnail(sha).read_bytes() == one.thumbnail(sha).read_bytes()


def test_what_was_joined_is_not_embedded_again(four: Path) -> None:
    merge(four)
    assert make(four / "joined", catalog()).embedded == 0
    with PictureRefs(four / "joined") as refs:
        assert refs.get("shop@r1", "stable-50") == opened(four / "joined").products[48].pictures[0]
    assert merge(four).unchanged


def test_a_shard_is_resumed_and_left_alone_when_it_is_there(four: Path) -> None:
    before = (four / "out" / "shard-2-of-4" / "shard.json").read_bytes()
    again = write(four, "2/4")
    assert (again.embedded, again.unchanged) == (0, True)
    assert (four / "out" / "shard-2-of-4" / "shard.json").read_bytes() == before
    assert not write(four, "2/4", catalog(revision="r2")).unchanged
    assert write(four, "2/4", force=True).embedded > 0


def test_more_shards_than_products(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        write(tmp_path, f"{number}/3", shop(2))
    merge(tmp_path, 3)
    make(tmp_path / "alone", shop(2))
    assert_same_content(opened(tmp_path / "joined"), opened(tmp_path / "alone"))


class Uneasy(ToyEmbedder):
    """Rows depend on how many pictures come along, unless batches are full: as torch has it on a CPU."""

    batch = 16

    def embed_images(self, pictures: Sequence[Image.Image]) -> Vectors:
        rows = super().embed_images(pictures)
        return rows if len(pictures) % self.batch == 0 else rows * np.float32(1 + 1e-6 * len(pictures))


def test_a_row_does_not_depend_on_what_came_with_it(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        write(tmp_path, f"{number}/3", embedder=Uneasy())
    merge(tmp_path, 3)
    make(tmp_path / "alone", catalog(), Uneasy())
    assert_same_content(opened(tmp_path / "joined"), opened(tmp_path / "alone"))


@pytest.mark.parametrize("said", ["", "2", "0/4", "5/4", "1/0", "a/b", "-1/4", "1/20000", "1/2/3"])
def test_a_shard_that_cannot_be(said: str) -> None:
    with pytest.raises(VisearchError, match="--shard is") as caught:
        Shard.parse(said)
    assert "2/4" in caught.value.hint


def test_missing_shards_are_named_with_their_command(four: Path) -> None:
    for number in (2, 3):
        (four / "out" / f"shard-{number}-of-4").rename(four / f"gone-{number}")
    with pytest.raises(StoreError, match=r"2 are missing: 2/4, 3/4\. There are: shard-1-of-4, shard-4-of-4") as caught:
        merge(four)
    command = f"python -m visearch index shop --model toy --shard 2/4 --out {four / 'out'}"
    assert command in caught.value.hint and "the same for the others" in caught.value.hint
    with pytest.raises(StoreError, match=r"Of the 2 shards .* 2 are missing"):
        merge(four, 2)


DAMAGE = {
    "a changed file": (lambda shard: flip(shard / "vectors.npy"), "vectors.npy is not what was written"),
    "a missing file": (lambda shard: (shard / "thumbs.tar").unlink(), "thumbs.tar cannot be read"),
    "a cut file": (lambda shard: (shard / "products.jsonl").write_bytes(b""), "products.jsonl is not what was"),
    "a changed manifest": (lambda shard: flip(shard / "shard.json"), "shard.json"),
    "no manifest": (lambda shard: (shard / "shard.json").unlink(), "shard.json cannot be read"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_shard_is_told(four: Path, damage: str) -> None:
    change, said = DAMAGE[damage]
    change(four / "out" / "shard-3-of-4")
    with pytest.raises(StoreError, match=said) as caught:
        merge(four)
    assert "shard-3-of-4" in caught.value.message and "--shard 3/4" in caught.value.hint
    assert not (four / "joined" / "indexes").exists()
    assert write(four, "3/4").embedded == 0
    assert merge(four).products == 88


DIFFERENT = {
    "the catalogue": {"of": catalog(revision="r2")},
    "the number of products": {"of": catalog(89)},
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_shards_of_another_state_are_told(four: Path, what: str) -> None:
    other = DIFFERENT[what]["of"]
    other.info = replace(other.info, total=90) if what != "the catalogue" else other.info
    write(four, "3/4", other)
    with pytest.raises(StoreError, match=f"shard-3-of-4 differs from shard 1/4 in {what}") as caught:
        merge(four)
    assert "--shard 3/4" in caught.value.hint


def test_another_model_limit_or_catalogue_is_told(four: Path) -> None:
    with pytest.raises(StoreError, match=r"was made with .*v1.* and the model here is .*v2"):
        merge(four, embedder=ToyEmbedder(weights="v2"))
    with pytest.raises(StoreError, match="is of the catalogue 'shop', not of 'other'"):
        merge_shards("other", ToyEmbedder().info, Settings(home=four / "joined"), N, four / "out")
    write_shard(catalog(), ToyEmbedder(), Settings(home=four / "w", limit=500), Shard(4, 4), four / "out")
    with pytest.raises(StoreError, match="in the limit: 500 instead of None"):
        merge(four)


def test_a_product_in_two_shards_is_told(four: Path) -> None:
    """Only somebody who seals a shard by hand gets there."""
    shard = four / "out" / "shard-2-of-4"
    lines = (shard / "products.jsonl").read_text().replace('"p-001"', '"p-000"')
    (shard / "products.jsonl").write_text(lines)
    record = json.loads((shard / "shard.json").read_text())
    import hashlib

    record["files"]["products.jsonl"] = {
        "size": len(lines.encode()),
        "sha256": hashlib.sha256(lines.encode()).hexdigest(),
    }
    (shard / "shard.json").write_text(json.dumps(sealed(record)))
    with pytest.raises(StoreError, match="'p-000' is in the shards 1/4 and 2/4"):
        merge(four)


def test_a_full_disk_leaves_the_old_shard(four: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = sorted(path.name for path in (four / "out").iterdir())
    with monkeypatch.context() as patch:
        patch.setattr("visearch.shards.write.write_array", full)
        with pytest.raises(StoreError, match="is full"):
            write(four, "1/4", force=True)
    assert sorted(path.name for path in (four / "out").iterdir()) == before
    assert merge(four).products == 88


def test_where_shards_lie(tmp_path: Path) -> None:
    folder = shards_folder(tmp_path, "shop", "toy")
    assert folder.parent == tmp_path / "shards" and folder.name.startswith("shop-toy-")
