"""What is missing, twice, thin or odd in a catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.evaluate.shop import toy_engine
from tests.toy import picture_bytes
from visearch.catalog.base import CatalogInfo, CatalogItem, Picture, Report
from visearch.engine import SearchEngine
from visearch.insights.health import Health, check_health
from visearch.seen import Seen
from visearch.types import Product


class Shelf:
    """Products with a colour each; the same colour is the same picture file."""

    def __init__(self, products: list[tuple[Product, tuple[int, int, int]]]) -> None:
        self.info = CatalogInfo("shelf", "Shelf", "CC0-1.0", total=len(products))
        self.report = Report()
        self._products = products

    def __iter__(self) -> Iterator[CatalogItem]:
        self.report = Report()
        for product, rgb in self._products:
            data = picture_bytes(rgb)
            yield CatalogItem(product, (Picture(f"{product.id}.png", lambda data=data: data),))
        self.report.add("row 9", "it has no picture")

    def queries(self) -> list:
        return []


def health(home: Path, *products: tuple[Product, tuple[int, int, int]]) -> Health:
    engine = toy_engine(home, Shelf(list(products)))
    return check_health(engine.opened, engine.table)


def mug(i: int, rgb: tuple[int, int, int], **fields: object) -> tuple[Product, tuple[int, int, int]]:
    return Product(**{"id": f"m{i}", "title": f"Mug {i}", "category": "Mugs", "image": "x", **fields}), rgb


def test_rows_left_out_are_told_with_their_reason(tmp_path: Path) -> None:
    found = health(tmp_path, mug(1, (9, 9, 200)))
    assert found.skipped == 1 and found.reasons == (("row 9", "it has no picture"),)
    assert found.products == found.pictures == 1 and found.broken == ()


def test_a_product_whose_picture_is_gone_is_found(tmp_path: Path) -> None:
    engine = toy_engine(tmp_path)
    assert check_health(engine.opened, engine.table).broken == ()
    engine.opened.thumbnail(engine.opened.products[3].pictures[0]).unlink()
    assert check_health(engine.opened, engine.table).broken == (engine.opened.products[3].id,)


def test_one_file_is_the_same_and_next_to_one_is_alike(tmp_path: Path) -> None:
    found = health(tmp_path, mug(1, (200, 30, 30)), mug(2, (200, 30, 30)), mug(3, (203, 31, 30)), mug(4, (10, 20, 250)))
    assert found.twins.same == (("m1", "m2"),)
    assert {(pair.first, pair.second) for pair in found.twins.alike} == {("m1", "m3"), ("m2", "m3")}
    assert found.twins.alike_count == 2 and all(pair.cosine > found.twins.threshold for pair in found.twins.alike)


def test_what_does_not_look_alike_is_no_pair(tmp_path: Path) -> None:
    found = health(tmp_path, mug(1, (200, 30, 30)), mug(2, (30, 200, 30)), mug(3, (30, 30, 200)))
    assert found.twins.same == () and found.twins.alike == ()


def test_small_categories_are_thin_and_products_without_one_are_told_first(tmp_path: Path) -> None:
    many = [mug(i, (i, 9, 9)) for i in range(8)]
    vases = [mug(20 + i, (9, i, 9), category="Vases") for i in range(2)]
    found = health(tmp_path, *many, *vases, mug(40, (9, 9, 9), category=""))
    assert [(one.category, one.n, one.products) for one in found.thin] == [
        ("", 1, ("m40",)),
        ("Vases", 2, ("m20", "m21")),
    ]
    assert found.categories == 2


def test_a_catalogue_without_categories_is_not_called_thin(tmp_path: Path) -> None:
    assert health(tmp_path, *(mug(i, (i, 9, 9), category="") for i in range(12))).thin == ()


def test_empty_fields_are_counted_and_pictures_fill_some(tmp_path: Path) -> None:
    engine = toy_engine(
        tmp_path, Shelf([mug(1, (1, 1, 1), brand="A"), mug(2, (2, 2, 2)), mug(3, (3, 3, 3), color="red")])
    )
    seen = [Seen({"color": (("blue", sure),)}) for sure in (0.9, 0.5, 0.9)]
    fields = {fill.name: fill for fill in check_health(engine.opened, engine.table, seen).fields}
    assert (fields["brand"].empty, fields["brand"].seen) == (2, 0)
    assert fields["brand"].products == ("m2", "m3")
    # The third says its colour, and of the second the picture is not sure enough.
    assert (fields["color"].empty, fields["color"].seen) == (2, 1)
    assert fields["title"].empty == 0
    empties = [fill.empty for fill in check_health(engine.opened, engine.table, seen).fields]
    assert empties == sorted(empties, reverse=True)


def priced(*prices: float) -> list[tuple[Product, tuple[int, int, int]]]:
    return [mug(i, (i, 99, 9), price=price, currency="USD") for i, price in enumerate(prices)]


def test_a_gap_in_a_category_s_prices(tmp_path: Path) -> None:
    found = health(tmp_path, *priced(10, 11, 12, 13, 40, 41, 42, 44))
    assert [(gap.category, gap.low, gap.high, gap.products) for gap in found.gaps] == [("Mugs", 13, 40, ("m3", "m4"))]
    assert found.odd == () and found.currency == "USD"


@pytest.mark.parametrize(
    "prices", [(10, 12, 14, 16, 18, 20, 22, 24), (10, 11, 12, 13, 14, 15, 16, 60), (10, 11, 40, 41)]
)
def test_no_gap_without_products_on_both_sides(tmp_path: Path, prices: tuple[float, ...]) -> None:
    assert health(tmp_path, *priced(*prices)).gaps == ()


def test_prices_far_from_the_median_or_of_nothing_are_odd(tmp_path: Path) -> None:
    found = health(tmp_path, *priced(10, 11, 12, 12, 12, 13, 14, 900, 1, 0))
    assert [(one.product, one.price, one.median) for one in found.odd] == [
        ("m9", 0, None),
        ("m8", 1, 12),
        ("m7", 900, 12),
    ]


def test_the_toy_shop_is_sound(tmp_path: Path) -> None:
    engine: SearchEngine = toy_engine(tmp_path)
    found = check_health(engine.opened, engine.table)
    assert not (found.broken or found.thin or found.odd or found.gaps or found.twins.same)
