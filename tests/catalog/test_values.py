from __future__ import annotations

import math

import pytest

from visearch.catalog import values


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("$1,299.00", 1299.0, "USD"),
        ("12,50 €", 12.5, "EUR"),
        ("1.299,00 €", 1299.0, "EUR"),
        ("1.299 €", 1299.0, "EUR"),
        ("1 299,00 zł", 1299.0, "PLN"),
        ("1\u202f299,95 EUR", 1299.95, "EUR"),
        ("CHF 1'250.50", 1250.5, "CHF"),
        ("10.000", 10.0, ""),
        ("1,299", 1299.0, ""),
        ("1,234,567", 1234567.0, ""),
        ("￥1599", 1599.0, "CNY"),
        ("1599元", 1599.0, "CNY"),
        ("¥1599", 1599.0, "¥"),
        ("Rs. 499", 499.0, "INR"),
        ("£9.99 - £19.99", 9.99, "GBP"),
        ("US$ 12", 12.0, "USD"),
        (18.5, 18.5, ""),
        (7, 7.0, ""),
        ("0", 0.0, ""),
        ("call us", None, ""),
        ("-5", None, ""),
        ("-$5", None, "USD"),
        (-3.0, None, ""),
        (math.inf, None, ""),
        (True, None, ""),
        ("", None, ""),
        (None, None, ""),
    ],
)
def test_amounts(cell: object, amount: float | None, currency: str) -> None:
    assert values.amount_of(cell) == (amount, currency)


@pytest.mark.parametrize(
    ("cell", "stars"),
    [
        ("4.5 out of 5 stars", 4.5),
        ("4,5", 4.5),
        ("8/10", 4.0),
        ("90%", 4.5),
        (3, 3.0),
        ("9", None),
        ("good", None),
    ],
)
def test_ratings(cell: object, stars: float | None) -> None:
    assert values.rating_of(cell) == stars


@pytest.mark.parametrize(
    ("cell", "percent"), [("20%", 20.0), ("-20 %", 20.0), (15, 15.0), ("0", 0.0), ("120", None), ("half", None)]
)
def test_discounts(cell: object, percent: float | None) -> None:
    assert values.percent_of(cell) == percent


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("1,234", 1234),
        ("1.2k", 1200),
        (7.0, 7),
        ("In stock", 1),
        ("Out of stock", 0),
        (False, 0),
        ("7 left", 7),
        ("soon", None),
    ],
)
def test_counts(cell: object, count: int | None) -> None:
    assert values.count_of(cell) == count


def test_texts() -> None:
    assert values.text_of(1530.0) == "1530"
    assert values.text_of(float("nan")) == ""
    assert values.text_of("nan") == ""
    assert values.text_of(" a\x00b ") == "ab"
    assert values.text_of(["red", "", "red", "blue"]) == "red, blue"
    assert values.text_of(b"bytes") == ""
    assert values.line_of("two\n lines") == "two lines"


def test_localised_texts() -> None:
    name = [{"language_tag": "zh_CN", "value": "杯子"}, {"language_tag": "en_US", "value": "Mug"}]
    assert values.text_of(name) == "Mug"
    assert values.translation_of(name, "zh") == "杯子"
    assert values.text_of(name[:1]) == "杯子"
    assert values.text_of([{"value": "CHAIR"}]) == "CHAIR"
    assert values.translation_of("Mug", "zh") == ""


def test_attributes_are_bounded() -> None:
    assert len(values.attribute_of("x" * 5000)) == values.MAX_ATTRIBUTE
    assert values.attribute_of([0.1, 0.2]) == ""
    assert values.attribute_of(b"\x00\x01") == ""
    assert values.attribute_of({"width": 3}) == '{"width": 3}'
