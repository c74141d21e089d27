from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.catalog.helpers import PNG
from visearch.catalog.base import CatalogItem, Report
from visearch.catalog.mapping import find_columns
from visearch.catalog.pictures import PictureReader
from visearch.catalog.rows import RowReader, reconcile
from visearch.catalog.tables import kinds_of


def read(*rows: Mapping[str, Any], **mapping: str) -> tuple[list[CatalogItem], Report]:
    report = Report()
    mapped = find_columns(kinds_of(rows), rows, mapping)
    reader = RowReader(mapped, PictureReader("toy"), report)
    return list(reader.items((f"row {n}", row) for n, row in enumerate(rows, 1))), report


def test_every_field_is_read() -> None:
    (item,), report = read(
        {
            "id": 7,
            "title": " Red\nmug ",
            "description": "Line one.\nLine two.",
            "category": "Kitchen",
            "price": "$8.00",
            "list_price": "$10.00",
            "rating": "4.5",
            "reviews": "12",
            "stock": "3",
            "barcode": "0012",
            "url": "https://shop/7",
            "title_zh": "红杯",
            "season": "Summer",
            "image": PNG,
        }
    )
    product = item.product
    assert (product.id, product.title, product.description) == ("7", "Red mug", "Line one.\nLine two.")
    assert (product.price, product.list_price, product.discount, product.currency) == (8.0, 10.0, 20.0, "USD")
    assert (product.rating, product.reviews, product.stock, product.barcode) == (4.5, 12, 3, "0012")
    assert product.title_zh == "红杯"
    assert product.attributes == {"season": "Summer"}
    assert item.pictures[0].read() == PNG
    assert report.count == report.repaired == 0


def test_a_row_without_a_picture_is_left_out() -> None:
    items, report = read({"id": "a", "image": PNG}, {"id": "b", "image": None}, {"id": "c", "image": PNG})
    assert [item.product.id for item in items] == ["a", "c"]
    assert (report.count, report.first[0].row, report.first[0].reason) == (1, "row 2", "no picture")


def test_repeated_ids_become_distinct() -> None:
    rows = [{"id": name, "image": PNG} for name in ("a", "a~2", "a", "a")]
    items, report = read(*rows)
    assert [item.product.id for item in items] == ["a", "a~2", "a~3", "a~4"]
    assert report.repaired == 2
    assert report.count == 0


def test_a_missing_id_is_the_row_number() -> None:
    items, report = read({"id": "x", "image": PNG}, {"id": "", "image": PNG})
    assert [item.product.id for item in items] == ["x", "2"]
    assert report.repairs[0].reason == "no id"


def test_without_an_id_column_nothing_is_repaired() -> None:
    items, report = read({"title": "A", "image": PNG}, {"title": "B", "image": PNG})
    assert [item.product.id for item in items] == ["1", "2"]
    assert report.repaired == 0


def test_a_missing_title_is_made_up_and_counted() -> None:
    items, report = read(
        {"id": "a", "title": "", "description": "A mug. For tea.", "image": PNG},
        {"id": "b", "title": "", "description": "", "image": PNG},
    )
    assert [item.product.title for item in items] == ["A mug", "b"]
    assert report.repaired == 2


def test_unreadable_numbers_are_left_empty_and_counted() -> None:
    (item,), report = read({"id": "a", "price": "call us", "rating": "9", "stock": "soon", "image": PNG})
    assert (item.product.price, item.product.rating, item.product.stock) == (None, None, None)
    assert {repair.reason for repair in report.repairs} == {
        "the price 'call us' cannot be read",
        "the rating '9' cannot be read",
        "the stock 'soon' cannot be read",
    }


def test_the_currency_column_wins_over_the_sign() -> None:
    (item,), _ = read({"id": "a", "price": "$5", "currency": "aud", "image": PNG})
    assert item.product.currency == "AUD"


def test_several_pictures_and_one_that_is_broken() -> None:
    (item,), report = read({"id": "a", "image": [PNG, "data:image/png;base64,%%%", PNG]})
    assert len(item.pictures) == 2
    assert len({picture.ref for picture in item.pictures}) == 2
    assert report.repairs[0].reason == "the base64 of a data URI is damaged"


def test_views_in_several_columns() -> None:
    (item,), report = read({"id": "a", "image": PNG, "image_2": PNG, "image_3": None})
    assert [picture.ref for picture in item.pictures] == ["toy#row 1", "toy#row 1/image_2"]
    assert report.repaired == 0


def test_localised_titles_give_both_languages() -> None:
    name = [{"language_tag": "zh_CN", "value": "杯"}, {"language_tag": "en_GB", "value": "Mug"}]
    (item,), _ = read({"item_id": "a", "item_name": name, "image": PNG})
    assert (item.product.title, item.product.title_zh) == ("Mug", "杯")


def test_only_so_many_attributes() -> None:
    row = {"id": "a", "image": PNG} | {f"extra{n}": "x" for n in range(100)}
    (item,), _ = read(row)
    assert len(item.product.attributes) == 40


@pytest.mark.parametrize(
    ("price", "list_price", "discount", "expected"),
    [
        (8.0, 10.0, None, (8.0, 10.0, 20.0)),
        (8.0, 10.0, 0.0, (8.0, 10.0, 20.0)),
        (8.0, None, 20.0, (8.0, 10.0, 20.0)),
        (None, 10.0, 20.0, (8.0, 10.0, 20.0)),
        (None, 10.0, None, (10.0, None, None)),
        (10.0, 10.0, None, (10.0, None, None)),
        (10.0, 5.0, None, (10.0, None, None)),
        (8.0, None, 100.0, (8.0, None, 100.0)),
        (8.0, None, None, (8.0, None, None)),
        (0.0, 10.0, None, (0.0, 10.0, 100.0)),
    ],
)
def test_price_before_and_discount(
    price: float | None, list_price: float | None, discount: float | None, expected: tuple[float | None, ...]
) -> None:
    found = reconcile(price, list_price, discount)
    assert (found["price"], found["list_price"], found["discount"]) == expected


def test_the_report_keeps_a_hundred_reasons_and_counts_all() -> None:
    report = Report()
    for number in range(150):
        report.add(f"row {number}", "no picture")
        report.repair(f"row {number}", "no id")
    assert (report.count, len(report.first), report.repaired, len(report.repairs)) == (150, 100, 150, 100)
    report.clear()
    assert (report.count, report.first, report.repaired, report.repairs) == (0, [], 0, [])
