"""Sizes in one spelling each."""

from __future__ import annotations

import pytest

from visearch.text.units import find_sizes, sizes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("350ml", {"350ml"}),
        ("350 ml mug", {"350ml"}),
        ("0.35 l", {"350ml"}),
        ("0,35 L", {"350ml"}),
        ("马克杯350毫升", {"350ml"}),
        ("33 cl", {"330ml"}),
        ("1.5 litres", {"1500ml"}),
        ("28 cm", {"28cm"}),
        ("280mm", {"28cm"}),
        ("28厘米", {"28cm"}),
        ("2 m", {"200cm"}),
        ("13.3 inch", {"33.78cm"}),
        ('13.3" screen', {"33.78cm"}),
        ("13.3英寸", {"33.78cm"}),
        ("1,200 mm", {"120cm"}),
        ("1.5kg", {"1500g"}),
        ("1.5公斤", {"1500g"}),
        ("500 grams", {"500g"}),
        ("２斤", {"1000g"}),
        ("12 oz", {"12oz"}),
        ("33x47x76 cm", {"33cm", "47cm", "76cm"}),
        ("5 g", {"5g"}),
        ("5G phone", set()),
        ("5g phone", set()),
        ("iphone 11", set()),
        ("size M", set()),
        ("8GB+128GB", set()),
        ("2 in 1", set()),
        ("no numbers", set()),
        ("", set()),
    ],
)
def test_sizes(text: str, expected: set[str]) -> None:
    assert sizes(text) == expected


def test_places() -> None:
    text = "a mug of 350 ml, 10 cm"
    assert [text[size.start : size.end] for size in find_sizes(text)] == ["350 ml", "10 cm"]
