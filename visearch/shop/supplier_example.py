"""A made delivery for trying the supplier desk: changed pictures of the catalogue, customers' photos, and new items.

The new ones are products of the catalogue that have no say while this delivery is checked, as if they were not in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PIL import Image

from visearch.engine import SearchEngine
from visearch.images import load_image
from visearch.shop.supplier_made import changed
from visearch.types import Product

KINDS = (
    "new", "crop", "new", "recolour", "photo", "blurred", "flip", "new", "compress", "text", "new", "price", "photo",
    "small", "recolour", "colour", "border", "new", "category", "dark", "crop", "new", "compress", "overexposed",
)  # fmt: skip
"""What was done to each item, in their order; "price", "colour" and "category" are new items whose record is wrong."""
_HELD = frozenset(("new", "price", "colour", "category", "blurred", "text", "small", "border", "dark", "overexposed"))
_OTHER_COLOUR = {"green": "red", "red": "blue", "blue": "orange"}


@dataclass(frozen=True)
class Example:
    """`items` as a delivery has them, `without` the ids of products that have no say."""

    items: tuple[tuple[Product, Callable[[], Image.Image | None]], ...]
    without: frozenset[str]


def example_delivery(engine: SearchEngine, photos: Path | None = None) -> Example:
    """At most one item a kind of KINDS and a product; `photos` is a folder with customers' photos ID-photo.jpg."""
    pictured = [p for p in engine.opened.products if p.pictures]
    step = max(1, len(pictured) // len(KINDS))
    items, without = [], set()
    for number, kind in enumerate(KINDS[: len(pictured)]):
        product = pictured[(number * step) % len(pictured)]
        photo = _photo(pictured, number * step, photos) if kind == "photo" else None
        if photo:
            product = photo[0]
        if kind in _HELD:
            without.add(product.id)
        path = photo[1] if photo else engine.opened.thumbnail(product.pictures[0])
        items.append((_record(product, kind, number), partial(_picture, path, kind, product.id)))
    return Example(tuple(items), frozenset(without))


def _photo(products: list[Product], start: int, photos: Path | None) -> tuple[Product, Path] | None:
    """The next product of which a customer's photo is there."""
    for product in products[start:] if photos else ():
        path = photos / f"{product.id}-photo.jpg" if photos else Path()
        if path.is_file():
            return product, path
    return None


def _picture(path: Path, kind: str, name: str) -> Image.Image:
    picture = load_image(path)
    if kind in ("new", "photo", "price", "colour", "category"):
        return picture
    return changed(picture, kind, name)


def _record(product: Product, kind: str, number: int) -> Product:
    """As a supplier writes it: an id of their own, nothing of how it sells here."""
    record = replace(
        product, id=f"S-{number + 101}", barcode="", rating=None, reviews=None, stock=None, discount=None, pictures=()
    )
    if kind == "price" and product.price:
        return replace(record, price=round(product.price * 10, 2))
    if kind == "colour" and product.color:
        return replace(record, color=_OTHER_COLOUR.get(product.color, "green"), title="")
    if kind == "category":
        return replace(record, category="Garden", subcategory="Hoses")
    return record
