"""Adding, replacing and removing products equals a fresh build of what is then there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.store_shop import Shop, assert_same_content, item, make, opened, png, shop
from tests.toy import ToyEmbedder
from visearch.build import remove, update
from visearch.config import Settings
from visearch.errors import CatalogError, StoreError

ROOT = Path(__file__).parent.parent
INFO = ToyEmbedder().info


def settings(home: Path) -> Settings:
    return Settings(home=home)


@pytest.mark.parametrize("index_kind", ["exact", "flat", "ivf"])
def test_update_equals_a_fresh_build(tmp_path: Path, index_kind: str) -> None:
    old, fresh = tmp_path / "old", tmp_path / "fresh"
    make(old, shop(60), index_kind=index_kind)
    changes = [item(7, png(700), title="Replaced"), item(60), item(3, title="Same photo"), item(61, png(5), png(6))]
    embedder = ToyEmbedder()
    report = update("shop", changes, embedder, settings(old), index_kind=index_kind)
    assert (report.products, report.embedded) == (62, 2)
    assert embedder.pictures_seen == 2
    result = [*(item(i) for i in range(60)), changes[1], changes[3]]
    result[7], result[3] = changes[0], changes[2]
    make(fresh, Shop(result), index_kind=index_kind)
    assert_same_content(opened(old), opened(fresh))


def test_remove_equals_a_fresh_build(tmp_path: Path) -> None:
    old, fresh = tmp_path / "old", tmp_path / "fresh"
    make(old, shop(40), calibrate=lambda *_: {"kept": 1})
    report = remove("shop", ["p-000", "p-017", "p-039"], INFO, settings(old))
    assert (report.products, report.embedded) == (37, 0)
    make(fresh, Shop([item(i) for i in range(40) if i not in (0, 17, 39)]))
    assert_same_content(opened(old), opened(fresh))
    assert opened(old).manifest.calibration == {"kept": 1}


def test_changes_that_cannot_be(tmp_path: Path) -> None:
    make(tmp_path, shop(3))
    with pytest.raises(StoreError, match="no product 'p-9'; nothing was removed"):
        remove("shop", ["p-000", "p-9"], INFO, settings(tmp_path))
    with pytest.raises(StoreError, match="all 3 products"):
        remove("shop", ["p-000", "p-001", "p-002"], INFO, settings(tmp_path))
    with pytest.raises(CatalogError, match="No product in what was to be added"):
        update("shop", [item(1, b"broken")], ToyEmbedder(), settings(tmp_path))
    with pytest.raises(StoreError, match="no index of 'other'"):
        update("other", [item(1)], ToyEmbedder(), settings(tmp_path))
    with pytest.raises(StoreError, match="v2"):
        update("shop", [item(1)], ToyEmbedder("toy", "v2"), settings(tmp_path))
    assert len(opened(tmp_path).products) == 3


def test_a_broken_replacement_leaves_the_old_product(tmp_path: Path) -> None:
    make(tmp_path, shop(3))
    report = update("shop", [item(1, b"broken", title="New"), item(3)], ToyEmbedder(), settings(tmp_path))
    assert [p.title for p in opened(tmp_path).products] == ["Thing 0", "Thing 1", "Thing 2", "Thing 3"]
    assert report.skipped.count == opened(tmp_path).manifest.skipped == 1


def test_the_vectors_survive_without_the_cache(tmp_path: Path) -> None:
    """remove and update take known vectors from the index that they replace."""
    make(tmp_path, shop(10))
    before = np.array(opened(tmp_path).vectors)
    for file in (tmp_path / "cache" / "vectors").iterdir():
        file.unlink()
    remove("shop", ["p-000"], INFO, settings(tmp_path))
    np.testing.assert_array_equal(opened(tmp_path).vectors, before[1:])
