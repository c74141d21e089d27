"""What a catalogue says, as rows of sentence encoders: which rows there are, and that they are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.store_shop import Shop, item, opened
from tests.toy import ToyEmbedder
from tests.toy_sentences import ToySentences
from visearch.build import build, remove, update
from visearch.config import Settings
from visearch.errors import StoreError
from visearch.passages import Reader
from visearch.types import Product

SOFA = Product("a", "Sofa", description="to sit on", title_zh="沙发")
MUG = Product("b", "Mug", color="red")
SILENT = Product("c")
LAMP = Product("d", "台灯")


def rows(tmp_path: Path, encoder: ToySentences, *products: Product):
    return Reader({"toy": encoder}, tmp_path).read(products)["toy"]


def test_a_product_has_a_row_for_its_name_and_one_for_its_chinese_title(tmp_path: Path) -> None:
    found = rows(tmp_path, ToySentences(), SOFA, MUG, SILENT, LAMP)
    assert found.product.tolist() == [0, 0, 1, 3]
    assert np.allclose(np.linalg.norm(found.vectors, axis=1), 1)


def test_what_an_encoder_cannot_read_has_no_row(tmp_path: Path) -> None:
    assert rows(tmp_path, ToySentences(chinese=False), SOFA, MUG, SILENT, LAMP).product.tolist() == [0, 1]


def test_a_description_counts_as_much_as_the_encoder_says(tmp_path: Path) -> None:
    lamp = Product("a", "Mug", description="light")
    with_it = rows(tmp_path, ToySentences("one"), lamp).vectors[0]
    without = rows(tmp_path, ToySentences("two", description_share=0.0), lamp).vectors[0]
    assert 0 < with_it[2] < with_it[1] and without[2] == 0


def test_texts_are_embedded_once(tmp_path: Path) -> None:
    encoder = ToySentences(description_share=0.0)
    first = rows(tmp_path, encoder, MUG, replace(MUG, id="e"))
    assert encoder.asked == 1
    again = rows(tmp_path, encoder, MUG, LAMP)
    assert encoder.asked == 2
    assert np.array_equal(first.vectors[0], again.vectors[0])


def test_the_spread_is_that_of_different_products(tmp_path: Path) -> None:
    found = rows(tmp_path, ToySentences(), MUG, Product("e", "Lamp"), Product("f", "Bag"))
    cosine = float(found.vectors[0] @ found.vectors[1])
    assert found.mean == pytest.approx(cosine, abs=1e-5)
    assert rows(tmp_path, ToySentences(), MUG).spread == 1.0


def test_progress_reaches_its_total(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    Reader({"a": ToySentences("one"), "b": ToySentences("two")}, tmp_path).read([SOFA, MUG], lambda *n: told.append(n))
    assert told[-1][0] == told[-1][1] > 0


def make(home: Path, encoder: ToySentences | None, *titles: str) -> None:
    see = None if encoder is None else lambda vectors, products, *_: [{"category": [[p.title, 0.9]]} for p in products]
    shop = Shop([item(i, title=title) for i, title in enumerate(titles)])
    reader = Reader({"toy": encoder}, home) if encoder else None
    build(shop, ToyEmbedder(), Settings(home=home), read=reader, see=see)


def test_an_index_keeps_rows_and_what_was_seen(tmp_path: Path) -> None:
    make(tmp_path, ToySentences(), "Sofa", "Mug")
    index = opened(tmp_path)
    assert index.passages["toy"].product.tolist() == [0, 1]
    assert index.manifest.passages["toy"]["rows"] == 2
    assert index.seen[1] == {"category": [["Mug", 0.9]]}


def test_a_change_without_readers_carries_what_stays_the_same(tmp_path: Path) -> None:
    make(tmp_path, ToySentences(), "Sofa", "Mug", "Lamp")
    remove("shop", ["p-000"], ToyEmbedder().info, Settings(home=tmp_path))
    index = opened(tmp_path)
    assert index.passages["toy"].product.tolist() == [0, 1] and index.seen[0] == {"category": [["Mug", 0.9]]}
    update("shop", [item(1, title="Bag")], ToyEmbedder(), Settings(home=tmp_path))
    index = opened(tmp_path)
    assert index.passages["toy"].product.tolist() == [1] and index.seen == [{}, {"category": [["Lamp", 0.9]]}]


def test_an_encoder_that_came_later_is_read_with(tmp_path: Path) -> None:
    make(tmp_path, None, "Sofa", "Mug")
    assert not opened(tmp_path).passages
    make(tmp_path, ToySentences(), "Sofa", "Mug")
    assert set(opened(tmp_path).passages) == {"toy"}


@pytest.mark.parametrize("name", ["passages/toy.npy", "passages/toy-products.npy", "seen.jsonl"])
def test_damage_is_told_with_the_command_that_mends_it(tmp_path: Path, name: str) -> None:
    make(tmp_path, ToySentences(), "Sofa", "Mug")
    file = opened(tmp_path).path / name
    file.write_bytes(file.read_bytes()[:-3])
    with pytest.raises(StoreError, match=r"damaged.*visearch index shop"):
        opened(tmp_path)
