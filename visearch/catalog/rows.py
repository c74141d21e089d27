"""Rows of a catalogue to products: every field parsed, ids made distinct, bad rows counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from visearch.catalog.base import CatalogItem, Picture, Report
from visearch.catalog.mapping import Mapped
from visearch.catalog.pictures import PictureReader, references
from visearch.catalog.values import (
    amount_of,
    attribute_of,
    count_of,
    currency_of,
    is_empty,
    line_of,
    percent_of,
    rating_of,
    text_of,
    translation_of,
)
from visearch.types import Product

MAX_ID = 200
MAX_TITLE = 500
MAX_ATTRIBUTES = 40

_LINES = ("category", "subcategory", "brand", "color", "material", "pattern", "barcode", "url")
_FIGURES: Mapping[str, Callable[[Any], float | int | None]] = {
    "price": lambda value: amount_of(value)[0],
    "list_price": lambda value: amount_of(value)[0],
    "discount": percent_of,
    "rating": rating_of,
    "reviews": count_of,
    "stock": count_of,
}


class RowReader:
    """Turns the rows of one reading of a catalogue into items; make a new one for every reading.

    A second row with an id that was there already stays, as `id~2`: catalogues repeat an id for the
    variants of a product, and leaving them out would lose pictures. It is counted as repaired.
    """

    def __init__(
        self,
        mapped: Mapped,
        pictures: PictureReader,
        report: Report,
        row_id: str = "",
        ids: set[str] | None = None,
    ) -> None:
        self.mapped, self.pictures, self.report = mapped, pictures, report
        self._row_id = row_id
        self._ids = set() if ids is None else ids
        self._taken: dict[str, int] = {}

    def items(self, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[CatalogItem]:
        """`rows` are (name of the row for messages, its cells)."""
        for row, cells in rows:
            pictures = self._pictures(row, cells)
            if pictures:
                yield CatalogItem(self._product(row, cells, pictures), tuple(pictures))

    def _pictures(self, row: str, cells: Mapping[str, Any]) -> list[Picture]:
        found: list[Picture] = []
        reasons: list[str] = []
        for number, column in enumerate(self.mapped.pictures):
            some, why = self.pictures.pictures(cells.get(column), row if not number else f"{row}/{column}")
            found += some
            reasons += why
        if not found:
            self.report.add(row, "; ".join(reasons) or "no picture")
        elif reasons:
            self.report.repair(row, "; ".join(reasons))
        return found

    def _product(self, row: str, cells: Mapping[str, Any], pictures: list[Picture]) -> Product:
        raw = {field: cells.get(column) for field, column in self.mapped.fields.items()}
        values: dict[str, Any] = {field: line_of(raw.get(field)) for field in _LINES}
        values["description"] = text_of(raw.get("description"))
        values["title_zh"] = line_of(raw.get("title_zh")) or translation_of(raw.get("title"), "zh")
        values["description_zh"] = text_of(raw.get("description_zh")) or translation_of(raw.get("description"), "zh")
        values.update(self._figures(row, raw))
        values["currency"] = _currency(raw)
        product_id = self._id(row, raw, pictures)
        values["title"] = self._title(row, raw, values, product_id)
        image = "|".join(
            reference
            for column in self.mapped.pictures
            for reference in references(cells.get(column))
            if isinstance(reference, str) and reference[:5].lower() != "data:"
        )
        return Product(id=product_id, image=image, attributes=self._attributes(cells), **values)

    def _figures(self, row: str, raw: Mapping[str, Any]) -> dict[str, Any]:
        figures: dict[str, Any] = {}
        for field, parse in _FIGURES.items():
            value = raw.get(field)
            figures[field] = None if is_empty(value) else parse(value)
            if figures[field] is None and not is_empty(value):
                self.report.repair(row, f"the {field.replace('_', ' ')} {line_of(value)[:60]!r} cannot be read")
        return figures | reconcile(figures["price"], figures["list_price"], figures["discount"])

    def _id(self, row: str, raw: Mapping[str, Any], pictures: list[Picture]) -> str:
        wanted = line_of(raw.get("id"))[:MAX_ID]
        if not wanted:
            if "id" in self.mapped.fields:
                self.report.repair(row, "no id")
            wanted = _stem(pictures[0].ref) if self._row_id == "stem" else ""
            wanted = wanted or row.rsplit(" ", 1)[-1]
        # Counted on from the last one: a table of one id alone would else take the square of its rows.
        number = self._taken.get(wanted, 1)
        unique = wanted if number == 1 else f"{wanted}~{number}"
        while unique in self._ids:
            number += 1
            unique = f"{wanted}~{number}"
        if number > 1:
            self.report.repair(row, f"the id {wanted!r} was there already; this one is {unique!r}")
        self._ids.add(unique)
        self._taken[wanted] = number
        return unique

    def _title(self, row: str, raw: Mapping[str, Any], values: Mapping[str, Any], product_id: str) -> str:
        title = line_of(raw.get("title"))[:MAX_TITLE]
        if title:
            return title
        if "title" in self.mapped.fields:
            self.report.repair(row, "no title")
        first = line_of(values["description"]).split(". ")[0][:80]
        return values["title_zh"] or first or values["subcategory"] or values["category"] or product_id

    def _attributes(self, cells: Mapping[str, Any]) -> dict[str, str]:
        pairs = ((name, attribute_of(cells.get(name))) for name in self.mapped.rest)
        return dict([(name, value) for name, value in pairs if value][:MAX_ATTRIBUTES])


def reconcile(price: float | None, list_price: float | None, discount: float | None) -> dict[str, float | None]:
    """Fills in what follows from the other two: the price now, the price before, the discount in percent.

    A price before that is not above the price now says nothing and is dropped.
    """
    off = discount if discount and 0 < discount < 100 else None
    if price is None and list_price is not None:
        price = round(list_price * (1 - off / 100), 2) if off else list_price
    if price is not None and list_price is None and off:
        list_price = round(price / (1 - off / 100), 2)
    if price is not None and list_price is not None:
        if list_price <= price:
            list_price = None
        elif discount is None or discount == 0:
            discount = round((1 - price / list_price) * 100, 1)
    return {"price": price, "list_price": list_price, "discount": discount}


def _currency(raw: Mapping[str, Any]) -> str:
    named = line_of(raw.get("currency"))
    if named:
        return currency_of(named) or named[:8].upper()
    for field in ("price", "list_price"):
        found = amount_of(raw.get(field))[1]
        if found:
            return found
    return ""


def _stem(reference: str) -> str:
    return str(PurePosixPath(reference).with_suffix("")) if reference else ""
