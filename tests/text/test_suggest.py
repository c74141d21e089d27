"""What is suggested while typing."""

from __future__ import annotations

import pytest

from tests.text.shop import products, suggestions
from visearch.filters import ProductTable
from visearch.text.phrasebook import shortened
from visearch.text.suggest import LABELS_FIRST, Suggestions
from visearch.types import Product

SHOP = suggestions()


def texts(typed: str, k: int = 8, lang: str = "en") -> list[str]:
    return [suggestion.text for suggestion in SHOP.of(typed, k, lang)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("mu", "Mugs"),
        ("MUG", "Mugs"),
        ("ceramic m", "ceramic mugs"),
        ("mug cer", "ceramic mugs"),
        ("red han", "red handbags"),
        ("brin", "Brindlow"),
        ("wirel", "Wireless headphones"),
        ("rose can", "Red Rose candle"),
        ("hanbd", "Handbags"),
        ("snaekers", "Sneakers"),
        ("马", "马克杯"),
        ("克杯", "马克杯"),
        ("红色马", "红色马克杯"),
        ("黑色皮革手提", "黑色皮革手提包"),
        ("提包 皮", "皮革手提包"),
    ],
)
def test_first(typed: str, first: str) -> None:
    assert texts(typed)[0] == first


def test_the_typed_part_is_marked() -> None:
    for typed in ("han", "red ha", "rose", "克杯"):
        for found in SHOP.of(typed):
            assert found.text[found.start : found.start + found.length].lower() in (typed, typed.split()[-1])
    assert all(found.length == 0 for found in SHOP.of("snaekers"))


def test_labels_leave_room_for_titles() -> None:
    kinds = [found.kind for found in SHOP.of("re")]
    assert "title" in kinds and kinds.index("title") <= LABELS_FIRST
    assert {"category"} == {found.kind for found in SHOP.of("")}


def test_nothing_typed_gives_the_most_common_kinds() -> None:
    assert [found.count for found in SHOP.of("", 3)] == [14, 3, 3]
    assert texts("", 3)[1:] == ["Mugs", "Sneakers"]
    assert texts("", 2, "zh") == ["运动鞋", "马克杯"]


def test_no_duplicates_and_at_most_k() -> None:
    for typed in ("r", "mug", "s", "黑"):
        found = texts(typed, 5)
        assert len(found) <= 5 and len({text.casefold() for text in found}) == len(found)
    assert SHOP.of("mug", 0) == ()


def test_chinese_for_chinese_and_english_for_english() -> None:
    assert all(not text.isascii() for text in texts("黑"))
    assert all(text.isascii() for text in texts("bla"))


@pytest.mark.parametrize("typed", ["xqzw", "?!", "xq mug", "   -  "])
def test_nothing_fits(typed: str) -> None:
    assert texts(typed) == []


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Speckled stoneware mug, moss green, 350 ml", "Speckled stoneware mug"),
        ("Mug, red, small", "Mug, red"),
        ("斑点粗陶马克杯 苔绿色 350毫升", "斑点粗陶马克杯"),
        ("Lamp (brass)", "Lamp (brass)"),
        ("word " * 30, " ".join(["word"] * 12)),
        ("", ""),
    ],
)
def test_titles_are_shortened(title: str, short: str) -> None:
    assert shortened(title) == short


def test_counts_are_products() -> None:
    counts = {found.text: found.count for found in SHOP.of("mug")}
    assert counts["Mugs"] == 3 and counts["ceramic mugs"] == 2


def test_catalogues_of_one_kind_of_words() -> None:
    titles = [Product(id=str(i), title=f"Lamp number {i}") for i in range(3)]
    assert len(Suggestions(titles, ProductTable(titles)).of("la")) == 3
    assert Suggestions(titles, ProductTable(titles)).of("") == ()
    assert Suggestions([], ProductTable([])).of("a") == ()
    assert products()[0].title in {"Round stoneware mug, red, 350 ml"}
