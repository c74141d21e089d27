"""Catalogues that are larger than the memory: nothing reads all vectors at once, and lists are not read at all."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.store_shop import make, opened, shop
from tests.toy import ToyEmbedder
from visearch import build as build_module
from visearch.commands.pace import EVERY_S, Pace, in_words
from visearch.gather import Progress
from visearch.index import create_index, load_index, table
from visearch.seen.seer import Seer
from visearch.types import Product, RowIds, Vectors

DIM = 16


def gallery(rows: int) -> Vectors:
    drawn = np.random.default_rng(0).standard_normal((rows, DIM))
    return np.ascontiguousarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


def is_mapped(array: Any) -> bool:
    while isinstance(array, np.ndarray):
        array = array.base
    return isinstance(array, mmap.mmap)


def test_all_that_follows_embedding_gets_a_memory_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}

    def calibrate(vectors: Vectors, products: list[Product], owner: RowIds) -> dict[str, Any]:
        given["calibrate"] = vectors
        return {}

    def see(vectors: Vectors, products: list[Product], owner: RowIds, tell: Any) -> list[dict[str, Any]]:
        given["see"] = vectors
        return [{} for _ in products]

    def create(vectors: Vectors, kind: str) -> Any:
        given["index"] = vectors
        return create_index(vectors, kind)

    monkeypatch.setattr(build_module, "create_index", create)
    make(tmp_path, shop(40), calibrate=calibrate, see=see)
    assert {name: is_mapped(vectors) for name, vectors in given.items()} == dict.fromkeys(
        ("calibrate", "index", "see"), True
    )
    np.testing.assert_array_equal(given["index"], opened(tmp_path).vectors)


def test_lists_made_of_blocks_are_those_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = gallery(3000)
    whole = create_index(vectors, "ivf")
    monkeypatch.setattr(table, "BLOCK_BYTES", 4 * DIM * 100)
    assert [len(part) for _, part in table.blocks(vectors)] == [100] * 30
    for got, wanted in zip(
        create_index(vectors, "ivf").search(vectors[:50], 10), whole.search(vectors[:50], 10), strict=True
    ):
        np.testing.assert_array_equal(got, wanted)


def test_lists_are_trained_on_a_bounded_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    from visearch.index import faiss

    vectors = gallery(3000)
    monkeypatch.setattr(faiss, "_TRAIN_BYTES", 4 * DIM * 900)
    assert len(faiss._sample(vectors, 10)) == 640
    assert len(faiss._sample(vectors, 40)) == 900
    assert len(faiss._sample(vectors, 100)) == 1600
    assert len(np.unique(faiss._sample(vectors, 40), axis=0)) == 900


def test_mapped_lists_may_be_changed_and_stay_as_they_are_on_disk(tmp_path: Path) -> None:
    vectors = gallery(3000)
    create_index(vectors, "ivf").save(tmp_path, with_vectors=False)
    before = (tmp_path / "lists.faiss").read_bytes()
    index = load_index(tmp_path, vectors)
    index.remove(np.arange(5))
    index.add(np.array([4000]), vectors[7:8])
    assert index.search(vectors[7:8], 2)[0].tolist() == [[7, 4000]]
    assert index.search(vectors[3:4], 1)[0][0, 0] != 3
    assert len(index) == 2996
    assert (tmp_path / "lists.faiss").read_bytes() == before
    assert load_index(tmp_path, vectors).search(vectors[3:4], 1)[0][0, 0] == 3


def test_lists_that_lack_their_last_byte_are_told(tmp_path: Path) -> None:
    """A map's last page would hide it."""
    vectors = gallery(3000)
    create_index(vectors, "ivf").save(tmp_path, with_vectors=False)
    lists = tmp_path / "lists.faiss"
    lists.write_bytes(lists.read_bytes()[:-1])
    with pytest.raises(table.StoreError, match="were written"):
        load_index(tmp_path, vectors)


def test_a_blocks_pages_are_let_go_of_and_read_again(tmp_path: Path) -> None:
    vectors = gallery(3000)
    table.write_array(tmp_path / "vectors.npy", vectors)
    mapped = np.load(tmp_path / "vectors.npy", mmap_mode="r")
    for _ in range(2):
        np.testing.assert_array_equal(np.concatenate([part for _, part in table.blocks(mapped)]), vectors)
    changeable = np.load(tmp_path / "vectors.npy", mmap_mode="c")
    changeable[0] = 7
    table.release(changeable)
    assert (changeable[0] == 7).all()


def test_products_vectors_are_read_some_at_a_time() -> None:
    owner = np.array([0, 0, 1, 3, 3, 3])
    vectors = gallery(6)
    products = [Product(str(i)) for i in range(4)]
    seer = Seer(products, vectors, owner, ToyEmbedder().embed_texts)
    got = seer._vectors_of(np.array([0, 2, 3]))
    wanted = [vectors[:2].sum(0), np.zeros(DIM), vectors[3:].sum(0)]
    np.testing.assert_allclose(got, [w / max(float(np.linalg.norm(w)), 1e-9) for w in wanted], atol=1e-6)


def test_a_log_tells_how_long_it_will_take() -> None:
    now, lines = [0.0], []
    pace = Pace(lines.append, lambda: now[0], silent=False)
    pace(Progress("reading", 0, 10_000))
    for second in range(1, 92):
        now[0] = float(second)
        pace(Progress("embedding", 10 * second, 10_000))
    assert len(lines) == 91 // EVERY_S
    assert lines[0] == "embedding: 300 of 10,000, 10.0 a second, 16 min left"
    silent = Pace(lines.append, lambda: now[0], silent=True)
    now[0] += 1000
    silent(Progress("embedding", 1, 2))
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("seconds", "said"), [(40, "40 s"), (1440, "24 min"), (3 * 3600 + 300, "3 h 5 min"), (52 * 3600, "2 d 4 h")]
)
def test_times_in_words(seconds: float, said: str) -> None:
    assert in_words(seconds) == said
