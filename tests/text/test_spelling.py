"""Slips are mended by the catalogue's words; right words stay."""

from __future__ import annotations

import pytest

from tests.text.shop import understanding
from visearch.text.spelling import Spelling

WORDS = (
    ["handbag"] * 5
    + ["sneakers"] * 4
    + ["stoneware", "cushion", "cushions", "boot", "steel", "steep", "ox", "headphones"]
)
SHOP = Spelling([*WORDS, "steel", *["stonewash"] * 50], ["lamp"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hanbdag", "handbag"),
        ("handbg", "handbag"),
        ("handbagg", "handbag"),
        ("hindbag", "handbag"),
        ("snaekers", "sneakers"),
        ("stonwear", ""),
        ("stonewaer", "stoneware"),
        ("hedphoens", "headphones"),
        ("steeq", "steel"),
    ],
)
def test_a_slip_is_mended(typed: str, meant: str) -> None:
    assert SHOP.correct(typed) == meant


@pytest.mark.parametrize(
    "word",
    [
        *("handbag", "handbags", "cushion", "sneaker", "lamp", "lamps"),
        *("books", "about", "iphone", "steely", "handbagsneakers"),
        *("ox", "oxx", "bot", "1234", "350ml", "zzzzzzzz", "马克杯", "sofà", ""),
    ],
)
def test_right_and_unknown_words_stay(word: str) -> None:
    assert SHOP.correct(word) == ""


def test_a_query_is_searched_with_the_right_words() -> None:
    shop = understanding()
    found = shop.of("blakc leahter handbga 350 mll")
    assert found.text == "black leather handbag 350 mll"
    assert [term.values for term in found.terms if term.field == "typo"] == [("black",), ("leather",), ("handbag",)]
    assert [term.key for term in found.terms if term.field == "color"] == ["color:black"]


def test_synonyms_are_right_and_mended_to() -> None:
    shop = understanding()
    assert shop.of("trainers").text == "trainers"
    assert shop.of("trainesr").text == "trainer"
    assert [term.key for term in shop.of("trainesr").terms][-1] == "subcategory:sneakers"


def test_more_known_words_are_never_mended() -> None:
    shop = understanding()
    assert shop.spelling.correct("leathar") == "leather"
    shop._more = ["leathar"]
    del shop.spelling
    assert shop.spelling.correct("leathar") == ""
