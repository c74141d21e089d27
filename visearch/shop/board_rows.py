"""A board as a table, for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from visearch.types import Product

HEAD = (
    "place", "id", "title", "title_zh", "brand", "category", "subcategory", "color", "price", "currency", "discount",
    "rating", "stock", "barcode", "url",
)  # fmt: skip
"""The columns of `board_rows`."""


def board_rows(products: Iterable[Product]) -> Iterator[tuple[object, ...]]:
    """One row a product, in the board's order; None where the catalogue does not say."""
    for place, product in enumerate(products, 1):
        yield (place, *(getattr(product, name) for name in HEAD[1:]))
