"""How much of some words a product has."""

from __future__ import annotations

import numpy as np
import pytest

from visearch.text.cover import WordCover
from visearch.types import Product

SHOP = (
    Product("a", title="Round mug", color="blue", material="glazed stoneware", title_zh="蓝色马克杯"),
    Product("b", title="Tall mug", color="green", description="Goes with anything blue."),
    Product("c", title="Bag like no other", color="dark blue"),
)


@pytest.fixture(scope="module")
def cover() -> WordCover:
    return WordCover(SHOP)


def test_a_product_with_all_the_words_is_covered(cover: WordCover) -> None:
    assert cover.of("blue").tolist() == [1, 0, 1], "what a description goes with is no colour of its own"
    assert cover.of("Blue MUG")[0] == 1 and 0 < cover.of("blue mug")[1] < 1


def test_rare_words_count_more(cover: WordCover) -> None:
    _, mug, bag = cover.of("mug bag").tolist()
    assert 0 < mug < bag < 1


def test_words_without_a_say_are_left_out(cover: WordCover) -> None:
    assert np.array_equal(cover.of("like this but in blue"), cover.of("blue"))
    assert np.array_equal(cover.of("turquoise blue"), cover.of("blue"))
    assert not cover.of("turquoise").any() and not cover.of("").any()


def test_chinese_is_read(cover: WordCover) -> None:
    assert cover.of("蓝色").tolist() == [1, 0, 0]


def test_steps_are_few(cover: WordCover) -> None:
    steps = cover.of("blue green mug bag tall round") * 8
    assert np.array_equal(steps, np.round(steps))


def test_a_catalogue_without_words(cover: WordCover) -> None:
    assert WordCover([Product("x"), Product("y")]).of("blue").tolist() == [0, 0]
