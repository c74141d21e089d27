"""Filters: what a person can ask for, and what is said about a filter that does not exist."""

from __future__ import annotations

import pytest

from visearch.errors import QueryError
from visearch.filters import ProductTable, parse_filters, parse_value
from visearch.types import Product

PRODUCTS = [
    Product("a", category="Mugs", color="Red", price=10.0, stock=3, discount=0, attributes={"Dish washer": "yes"}),
    Product("b", category="Mugs", color="blue", price=20.0, stock=0, discount=15, rating=4.5),
    Product("c", category="Bags", color="red", price=None, rating=3.0, currency="USD"),
]


def _ids(*pairs: str) -> str:
    mask = ProductTable(PRODUCTS).mask(parse_filters(pairs))
    return "".join(p.id for p, passes in zip(PRODUCTS, mask, strict=True) if passes)


@pytest.mark.parametrize(
    ("pairs", "ids"),
    [
        ((), "abc"),
        (("category=Mugs",), "ab"),
        (("category=mugs",), "ab"),
        (("color=red|blue", "category=Mugs"), "ab"),
        (("price=10..15",), "a"),
        (("price=..20",), "ab"),
        (("price=15..",), "b"),
        (("price=20",), "b"),
        (("rating=4..",), "b"),
        (("in_stock=yes",), "ac"),
        (("in_stock=no",), "b"),
        (("on_offer=true",), "b"),
        (("dish_washer=yes",), "a"),
        (("brand=nobody",), ""),
    ],
)
def test_filters_keep_what_was_asked_for(pairs: tuple[str, ...], ids: str) -> None:
    assert _ids(*pairs) == ids


@pytest.mark.parametrize(
    ("pair", "says"),
    [
        ("colour=red", "no filter 'colour'.*color"),
        ("price=cheap", "price is a number"),
        ("price=50..10", "ends .10. before it starts .50."),
        ("category=1..2", "category is text"),
        ("in_stock=maybe", "yes or no"),
        ("category", "not a filter"),
        ("=red", "not a filter"),
    ],
)
def test_bad_filters_say_what_to_write(pair: str, says: str) -> None:
    with pytest.raises(QueryError, match=says):
        _ids(pair)


def test_a_range_of_no_numbers_is_refused() -> None:
    with pytest.raises(QueryError, match="must be numbers"):
        parse_value({"min": "cheap"})
