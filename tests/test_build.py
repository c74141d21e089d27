"""Catalogue in, index out: what is computed, kept, skipped, changed and refused."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.store_shop import Shop, assert_same_content, generations, item, make, opened, png, shop
from tests.toy import ToyEmbedder, picture_bytes
from visearch import build as building
from visearch.catalog.base import CatalogItem, Picture
from visearch.errors import CatalogError, ModelError, PictureError
from visearch.gather import BATCH, Progress
from visearch.store import Store

ROOT = Path(__file__).parent.parent
INFO = ToyEmbedder().info


def test_an_unchanged_catalogue_embeds_nothing(tmp_path: Path) -> None:
    first = make(tmp_path, shop(40))
    embedder = ToyEmbedder()
    again = make(tmp_path, shop(40), embedder)
    assert (first.embedded, first.cached, first.unchanged) == (40, 0, False)
    assert (again.embedded, again.cached, again.unchanged) == (0, 40, True)
    assert embedder.pictures_seen == 0
    assert again.path == first.path and len(generations(tmp_path)) == 1


def test_only_new_pictures_are_embedded(tmp_path: Path) -> None:
    make(tmp_path, shop(40))
    report = make(tmp_path, shop(43))
    assert (report.products, report.embedded, report.cached) == (43, 3, 40)


def test_changed_words_embed_nothing_but_are_kept(tmp_path: Path) -> None:
    make(tmp_path, shop(5))
    report = make(tmp_path, Shop([item(i, title="New") for i in range(5)]))
    assert (report.embedded, report.unchanged) == (0, False)
    assert {p.title for p in opened(tmp_path).products} == {"New"}


def test_force_computes_everything(tmp_path: Path) -> None:
    first = make(tmp_path, shop(40))
    thumb = opened(tmp_path).thumbnail(opened(tmp_path).row_picture[0])
    thumb.write_bytes(b"")
    again = make(tmp_path, shop(40), force=True)
    assert again.embedded == 40 and again.path != first.path
    assert thumb.stat().st_size > 100


def test_the_manifest_names_the_runtime_and_another_one_goes_on(tmp_path: Path) -> None:
    quick, plain = ToyEmbedder(), ToyEmbedder()
    quick.info, plain.info = replace(INFO, runtime="openvino bf16"), replace(INFO, runtime="torch f32")
    make(tmp_path, shop(5), quick)
    assert opened(tmp_path).manifest.model["runtime"] == "openvino bf16"
    report = make(tmp_path, shop(6), plain)
    assert report.embedded == 1 and opened(tmp_path).manifest.model["runtime"] == "torch f32"
    assert Store(tmp_path).open("shop", quick.info).manifest.products == 6


def test_another_model_has_its_own_vectors(tmp_path: Path) -> None:
    make(tmp_path, shop(5))
    assert make(tmp_path, shop(5), ToyEmbedder("toy", "v2")).embedded == 5
    assert Store(tmp_path).open("shop").manifest.model["weights"] == "v2"


def test_a_lost_thumbnail_is_made_again(tmp_path: Path) -> None:
    make(tmp_path, shop(5))
    index = opened(tmp_path)
    thumb = index.thumbnail(index.row_picture[2])
    thumb.unlink()
    assert make(tmp_path, shop(5)).embedded == 0
    assert thumb.exists()


def test_progress_moves_and_ends(tmp_path: Path) -> None:
    seen: list[Progress] = []
    make(tmp_path, shop(3 * BATCH), progress=seen.append)
    stages = list(dict.fromkeys(p.stage for p in seen))
    assert stages == ["reading", "embedding", "indexing", "saving"]
    for stage in stages:
        done = [p.done for p in seen if p.stage == stage]
        assert done == sorted(done)
    last = [p for p in seen if p.stage == "embedding"]
    assert len(last) >= 3
    assert (last[-1].done, last[-1].total) == (3 * BATCH, 3 * BATCH)
    assert seen[-1].done == seen[-1].total


def test_decoded_pictures_do_not_pile_up(tmp_path: Path) -> None:
    """However far reading could run ahead of a slow encoder, only a window of pictures is open."""
    open_now, most = [0], [0]
    lock = threading.Lock()

    def items() -> Any:
        for i in range(400):
            with lock:
                open_now[0] += 1
                most[0] = max(most[0], open_now[0])
            yield item(i)

    class Slow(ToyEmbedder):
        def embed_images(self, pictures: Any) -> Any:
            with lock:
                open_now[0] -= len(pictures)
            return super().embed_images(pictures)

    class Stream(Shop):
        def __iter__(self) -> Any:
            return items()

    assert make(tmp_path, Stream([]), Slow()).embedded == 400
    assert most[0] <= 100


def test_bad_pictures_are_skipped_and_told(tmp_path: Path) -> None:
    gone = PictureError("There is no picture x.png.", "Check the path.")
    catalog = Shop(
        [
            item(0),
            item(1, b"not a picture"),
            item(2, gone, png(2)),
            CatalogItem(item(3).product, ()),
            item(4, ValueError("odd")),
            item(5, picture_bytes((1, 2, 3), (2, 2))),
            item(0, png(77)),
        ]
    )
    report = make(tmp_path, catalog)
    index = opened(tmp_path)
    assert [p.id for p in index.products] == ["p-000", "p-002"]
    told = {entry.row: entry.reason for entry in report.skipped.first}
    assert set(told) == {"p-001", "p-002", "p-003", "p-004", "p-005", "p-000"}
    assert "not a picture" in told["p-001"] and "x.png" in told["p-002"]
    assert told["p-003"] == "it has no picture" and "odd" in told["p-004"]
    assert "2 x 2" in told["p-005"] and "same id" in told["p-000"]
    assert index.manifest.skipped == report.skipped.count == 6
    assert index.manifest.skipped_first[0]["row"] == "p-000"


def test_what_the_catalogue_left_out_is_counted_too(tmp_path: Path) -> None:
    class Lossy(Shop):
        def __iter__(self) -> Any:
            self.report.add("row 9", "no id")
            self.report.repair("row 8", "price left empty")
            yield from self.items

    report = make(tmp_path, Lossy([item(0), item(1, b"")]))
    assert (report.skipped.count, report.skipped.repaired) == (2, 1)
    assert report.skipped.first[0].row == "row 9"


def test_nothing_usable(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"2 rows or pictures were left out\. First: p-000: 0-0\.png"):
        make(tmp_path, Shop([item(0, b"x"), item(1, b"y")]))
    with pytest.raises(CatalogError, match="no product in the catalogue 'shop'"):
        make(tmp_path, Shop([]))
    assert not Store(tmp_path).exists("shop", "toy")


def test_vectors_that_are_not_numbers(tmp_path: Path) -> None:
    class Broken(ToyEmbedder):
        def embed_images(self, pictures: Any) -> Any:
            vectors = super().embed_images(pictures)
            vectors[1] = np.nan
            return vectors

    report = make(tmp_path, shop(4), Broken())
    assert (report.products, report.embedded) == (3, 3)
    assert "no finite vector" in report.skipped.first[0].reason


def test_vectors_of_the_wrong_shape(tmp_path: Path) -> None:
    embedder = ToyEmbedder()
    embedder.info = replace(INFO, dim=9)
    with pytest.raises(ModelError, match=r"\(4, 8\) for 4 pictures; \(4, 9\) was expected"):
        make(tmp_path, shop(4), embedder)


def test_a_catalogue_that_breaks_half_way(tmp_path: Path) -> None:
    """The old index answers on, and what was embedded is not embedded again."""
    make(tmp_path, shop(3))

    class Dying(Shop):
        def __iter__(self) -> Any:
            yield from self.items
            raise CatalogError("The hub does not answer any more.")

    with pytest.raises(CatalogError, match="does not answer"):
        make(tmp_path, Dying([item(i) for i in range(4 * BATCH)]))
    assert len(opened(tmp_path).products) == 3
    assert make(tmp_path, shop(4 * BATCH)).embedded < 3 * BATCH


# ---------------------------------------------------------------- pinned references


class Pinned(Shop):
    """Counts how often a picture is read; `stable` as a pinned revision of a hub data set."""

    def __init__(self, n: int, stable: bool = True, revision: str = "abc") -> None:
        self.reads = 0
        super().__init__([self._item(i, stable) for i in range(n)], "pinned", revision)

    def _item(self, i: int, stable: bool) -> CatalogItem:
        def read() -> bytes:
            self.reads += 1
            return png(i)

        return CatalogItem(item(i).product, (Picture(f"row {i}", read, stable),))


@pytest.mark.parametrize(
    ("stable", "revision", "reads"), [(True, "abc", 0), (False, "abc", 5), (True, "", 5), (True, "next", 5)]
)
def test_a_pinned_picture_is_read_once(tmp_path: Path, stable: bool, revision: str, reads: int) -> None:
    first = Pinned(5, stable, "" if revision == "" else "abc")
    make(tmp_path, first)
    second = Pinned(5, stable, revision)
    report = make(tmp_path, second)
    assert (first.reads, second.reads, report.embedded) == (5, reads, 0)
    assert_same_content(opened(tmp_path, "pinned"), opened(tmp_path, "pinned"))
    forced = Pinned(5, stable, revision)
    make(tmp_path, forced, force=True)
    assert forced.reads == 5


def test_the_peak_is_measured() -> None:
    assert sys.platform == "win32" or building.peak_rss_mb() > 10
