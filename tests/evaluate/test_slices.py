"""Figures by what the products are, and the gap between best and worst."""

from __future__ import annotations

from typing import Any

import pytest

from visearch.catalog.base import LabelledQuery
from visearch.evaluate.result import Judged
from visearch.evaluate.slices import slices
from visearch.types import Product

PRODUCTS = [
    Product("bag", category="Bags", color="Navy", price=10, currency="EUR"),
    Product("mug", category="Mugs", color="crimson", price=20, currency="EUR"),
    Product("cup", category="Mugs", color="odd", price=30, currency="EUR"),
    Product("far", category="", color="", price=9999, currency="JPY"),
]


def asked(relevant: str, right: int, count: int = 1, words: str = "", kind: str = "text") -> list[Judged]:
    scores = {"hit@1": float(right), "ndcg@10": right / 2}
    return [
        Judged(
            LabelledQuery(kind, frozenset(relevant.split()), f"{words}{relevant} {right} {i}"),
            (),
            frozenset(relevant.split()),
            scores,
            1.0,
            key=f"{kind}{relevant}{words}{right}{i}",
        )
        for i in range(count)
    ]


def found(judged: list[Judged]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(one["by"], one["kind"]): one for one in slices(judged, PRODUCTS, 10)}


def test_the_gap_is_between_slices_of_ten_and_more() -> None:
    mixed = [*asked("bag", 1, 12), *asked("mug", 1, 5), *asked("mug", 0, 5), *asked("cup", 0, 2), *asked("far", 0, 3)]
    one = found(mixed)["category", "text"]
    assert (one["metric"], one["best"], one["worst"]) == ("hit@1", "Bags", "Mugs")
    assert one["gap"] == pytest.approx(1 - 5 / 12, abs=1e-3)
    bags, mugs = one["rows"]
    assert (bags["value"], bags["n"], bags["hit@1"], bags["ndcg@10"]) == ("Bags", 12, 1, 0.5)
    assert mugs["n"] == 12 and 0 < mugs["low"] < mugs["hit@1"] < mugs["high"] < 1


def test_colours_are_basic_ones_and_what_has_no_name_is_in_no_slice() -> None:
    one = found([*asked("bag", 1, 10), *asked("mug", 0, 11), *asked("cup", 1, 20)])["color", "text"]
    assert [(row["value"], row["n"]) for row in one["rows"]] == [("red", 11), ("blue", 10)]
    assert (one["best"], one["worst"], one["gap"]) == ("blue", "red", 1)


def test_small_slices_are_shown_but_make_no_gap() -> None:
    assert ("category", "text") not in found([*asked("bag", 1, 10), *asked("mug", 0, 9)])
    colors = found([*asked("bag", 1, 10), *asked("mug", 1, 10), *asked("bag", 0, 1, kind="photo")])
    assert ("color", "photo") not in colors and colors["color", "text"]["gap"] == 0


def test_price_bands_are_thirds_in_the_commonest_currency_from_low_to_high() -> None:
    mixed = [*asked("bag", 1, 10), *asked("mug", 1, 10), *asked("cup", 0, 10), *asked("far", 0, 30)]
    one = found(mixed)["price", "text"]
    assert [(row["value"], row["n"]) for row in one["rows"]] == [
        ("up to 10 EUR", 10),
        ("10 to 20 EUR", 10),
        ("above 20 EUR", 10),
    ]
    assert one["worst"] == "above 20 EUR"
    assert ("price", "text") not in found([*asked("bag", 1, 10), *asked("mug", 0, 10)])


def test_several_relevant_products_count_by_their_commonest_label() -> None:
    one = found([*asked("mug cup bag", 1, 10), *asked("bag", 0, 10)])["category", "text"]
    assert {row["value"]: row["hit@1"] for row in one["rows"]} == {"Mugs": 1, "Bags": 0}


def test_languages_are_told_apart_over_all_kinds_of_words() -> None:
    one = found([*asked("bag", 1, 10, "红色"), *asked("bag", 0, 10), *asked("bag", 0, 5, kind="descriptive")])
    language = one["language", "words"]
    assert {row["value"]: row["n"] for row in language["rows"]} == {"Latin": 15, "Chinese": 10}
    assert (language["best"], language["worst"]) == ("Chinese", "Latin")
