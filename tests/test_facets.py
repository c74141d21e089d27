"""Facets: a field's own filter does not limit its own counts."""

from __future__ import annotations

import pytest

from visearch.errors import QueryError
from visearch.filters import ProductTable
from visearch.types import Product

PRODUCTS = [
    Product("a", category="Mugs", color="Red", price=10.0, stock=3, discount=0, rating=2.0, currency="USD"),
    Product("b", category="Mugs", color="blue", price=20.0, stock=0, discount=15, rating=4.5),
    Product("c", category="Bags", color="red", rating=3.0, currency="USD", brand="Zed"),
    Product("d", category="Bags", color="red", price=50.0, stock=1, discount=30, rating=4.0, attributes={"Size": "L"}),
]


@pytest.fixture
def table() -> ProductTable:
    return ProductTable(PRODUCTS)


def test_everything_is_counted_without_filters(table: ProductTable) -> None:
    facets = table.facets()
    assert facets.values["category"] == [("Bags", 2), ("Mugs", 2)], "equal counts: by the alphabet"
    assert facets.values["color"] == [("red", 3), ("blue", 1)], "spellings are one value, the common one its name"
    assert "material" not in facets.values and facets.values["brand"] == [("Zed", 1)]
    assert facets.ranges["price"] == (10.0, 50.0) and facets.currency == "USD"
    assert facets.flags == {"in_stock": 3, "on_offer": 2}
    assert facets.ratings == ((4.0, 2), (3.0, 3))


def test_own_filter_is_left_out_and_the_others_count(table: ProductTable) -> None:
    facets = table.facets({"Category": "mugs", "price": {"max": 30.0}})
    assert facets.values["category"] == [("Mugs", 2)], "the price leaves no bag"
    assert facets.values["color"] == [("blue", 1), ("red", 1)]
    assert facets.ranges["price"] == (10.0, 20.0), "the mugs' prices, not the chosen part"
    assert table.facets({"category": "Mugs"}).values["category"] == [("Bags", 2), ("Mugs", 2)]
    assert table.facets({"category": ("Mugs", "Bags"), "color": "red"}).values["color"] == [("red", 3), ("blue", 1)]


def test_flags_and_ratings_leave_their_own_filter_out(table: ProductTable) -> None:
    facets = table.facets({"in_stock": "yes", "rating": {"min": 4.0}})
    assert facets.flags == {"in_stock": 1, "on_offer": 1}, "b is on offer too, but is not in stock"
    assert facets.ratings == ((4.0, 1), (3.0, 2)), "in stock: c and d"
    assert table.facets({"on_offer": "no"}).flags["on_offer"] == 2, "what a yes would keep"


def test_chosen_values_stay_with_zero(table: ProductTable) -> None:
    facets = table.facets({"color": ("BLUE", "mauve"), "category": "Bags"})
    assert facets.values["color"] == [("red", 2), ("blue", 0), ("mauve", 0)]
    assert facets.values["category"] == [("Mugs", 1), ("Bags", 0)]


def test_counts_are_what_choosing_the_value_shows(table: ProductTable) -> None:
    filters = {"price": {"min": 15.0}, "color": "red"}
    for field, counts in table.facets(filters).values.items():
        for value, count in counts:
            assert count == table.mask({**filters, field: value}).sum(), (field, value)


def test_attributes_filter_and_bad_filters_are_refused(table: ProductTable) -> None:
    assert table.facets({"size": "l"}).values["category"] == [("Bags", 1)]
    with pytest.raises(QueryError, match="no filter 'colour'"):
        table.facets({"colour": "red"})


def test_no_products_have_no_facets() -> None:
    facets = ProductTable([]).facets()
    assert facets.values == {} and facets.ranges == {} and facets.ratings == ((4.0, 0), (3.0, 0))


def test_the_currency_stays_when_no_product_is_left() -> None:
    table = ProductTable([Product("1", category="Mugs", price=5.0, currency="EUR")])
    assert table.facets({"category": "Bags"}).currency == "EUR"


def test_what_was_seen_stands_in_where_a_record_says_nothing() -> None:
    products = [Product("a", color="Red"), Product("b"), Product("c", color=" ")]
    table = ProductTable(products, {"color": ["Blue", "Red", "Green"]})
    facets = table.facets()
    assert dict(facets.values["color"]) == {"Red": 2, "Green": 1} and facets.seen == {"color": 2}
    assert table.mask({"color": "red"}).tolist() == [True, True, False]
    assert ProductTable(products).facets().seen == {}


def test_all_counts_can_be_limited(table: ProductTable) -> None:
    among = table.mask({"price": {"max": 30.0}})
    assert table.facets({"color": "red"}, among).values["color"] == [("blue", 1), ("red", 1)]
    assert table.facets({}, among).values["category"] == [("Mugs", 2)]
