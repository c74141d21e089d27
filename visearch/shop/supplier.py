"""A supplier's delivery, item by item: what we have already, what it is, what does not fit, which pictures are poor."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from PIL import Image

from visearch.barcode import read_codes
from visearch.colors import picture_palette, text_colors
from visearch.detect.base import Detector
from visearch.engine import SearchEngine
from visearch.errors import VisearchError
from visearch.images import thumbnail
from visearch.seen import SURE, Seen
from visearch.shop.pictures import flaws_of
from visearch.shop.supplier_copies import Comparer, Copy
from visearch.types import Hit, Product

MOST_ITEMS = 2000
SHOWN_SIDE = 200
SHOWN_COPIES = 3
NEIGHBOURS = 12
LEAST_NEIGHBOURS = 5
ODD_PRICE = 4.0
"""How many times the median of the nearest products' prices, or that part of it, makes a price odd."""
COLOUR_SURE = 0.55
"""Share of the thing that shows another colour than the one that is said."""


@dataclass(frozen=True)
class Conflict:
    """`field` is category, color or price; the supplier says `said`, the pictures or the neighbours tell `found`."""

    field: str
    said: str
    found: str


@dataclass(frozen=True)
class Checked:
    """One item and all that was found. `picture` is JPEG of at most SHOWN_SIDE pixels, b"" without one.

    `copies` has the products that it may be, "same" ones first; `seen` what its picture shows; `problem` why it could
    not be looked at, "" otherwise.
    """

    product: Product
    picture: bytes = b""
    copies: tuple[Copy, ...] = ()
    seen: Seen = field(default_factory=Seen)
    conflicts: tuple[Conflict, ...] = ()
    flaws: tuple[str, ...] = ()
    problem: str = ""

    @property
    def kind(self) -> str:
        """ "same", "variant" or "new"; "broken" for what could not be looked at."""
        if self.problem:
            return "broken"
        kinds = {copy.kind for copy in self.copies}
        return "same" if "same" in kinds else "variant" if "variant" in kinds else "new"

    @property
    def clean(self) -> bool:
        """Whether nothing speaks against taking it."""
        return self.kind == "new" and not self.conflicts and not self.flaws


class Checker:
    """Checks items against one catalogue. `without` are ids that have no say, as if they were not in it."""

    def __init__(self, engine: SearchEngine, detector: Detector | None = None, without: Collection[str] = ()) -> None:
        self._engine, self._without = engine, frozenset(without)
        self._comparer = Comparer(engine, detector)

    def check(self, product: Product, picture: Image.Image | None, problem: str = "") -> Checked:
        """One item with its upright RGB picture, or with why there is none."""
        if picture is None:
            return Checked(product, problem=problem or "There is no picture.")
        found = self._comparer.copies(picture, codes_of(product, picture), self._without)
        seen = self._engine.describe(picture).seen
        shown = tuple(one for one in found if one.kind != "other")[:SHOWN_COPIES]
        checked = Checked(product, thumbnail(picture, SHOWN_SIDE), shown, seen, flaws=flaws_of(picture))
        return replace(checked, conflicts=self._conflicts(product, picture, seen, shown))

    def _conflicts(
        self, product: Product, picture: Image.Image, seen: Seen, copies: Sequence[Copy]
    ) -> tuple[Conflict, ...]:
        near = [one.product for one in copies if one.kind == "same"][:1] or self._neighbours(picture)
        found = [_category(product, seen), _colour(product, picture), _price(product, near)]
        return tuple(one for one in found if one is not None)

    def _neighbours(self, picture: Image.Image) -> list[Product]:
        """The nearest products, of the kind that most of them are."""
        vectors = self._engine.embedder().embed_images([picture])
        hits: tuple[Hit, ...] = self._engine.nearest_to(vectors, NEIGHBOURS + len(self._without))[0]
        near = [hit.product for hit in hits if hit.product.id not in self._without][:NEIGHBOURS]
        kinds = [p.subcategory or p.category for p in near]
        most = max(sorted(set(kinds)), key=kinds.count, default="")
        return [p for p, kind in zip(near, kinds, strict=True) if kind == most]


def codes_of(product: Product, picture: Image.Image) -> list[str]:
    """The barcode that the record says, and those in the picture."""
    try:
        found = [code.text for code in read_codes(picture)]
    except VisearchError:
        found = []
    return [code for code in (product.barcode.strip(), *found) if code]


def _category(product: Product, seen: Seen) -> Conflict | None:
    """The supplier's words against what the picture surely shows; either level may name it."""
    said = {_plain(label): label for label in (product.category, product.subcategory) if label.strip()}
    label, sure = seen.best("category")
    if not said or sure < SURE:
        return None
    fine, fine_sure = seen.best("subcategory")
    if _plain(label) in said or (fine_sure >= 0.3 and _plain(fine) in said):
        return None
    shown = f"{label} / {fine}" if fine and fine_sure >= SURE else label
    return Conflict("category", " / ".join(said.values()), shown)


def _colour(product: Product, picture: Image.Image) -> Conflict | None:
    said = text_colors(product.color) or text_colors(product.title) or text_colors(product.title_zh)
    shown = picture_palette(picture)
    if not said or not shown or shown[0][1] < COLOUR_SURE or {name for name, _ in shown} & set(said):
        return None
    return Conflict("color", ", ".join(said), shown[0][0])


def _price(product: Product, near: Sequence[Product]) -> Conflict | None:
    """Against the same product's price, or the median of the nearest; prices in another currency are not compared."""
    prices = [p.price for p in near if p.price and (p.currency == product.currency or not product.currency)]
    if not product.price or (len(near) > 1 and len(prices) < LEAST_NEIGHBOURS) or not prices:
        return None
    usual = float(np.median(prices))
    if 1 / ODD_PRICE < product.price / usual < ODD_PRICE:
        return None
    currency = product.currency or near[0].currency
    return Conflict("price", f"{product.price:g} {currency}".strip(), f"{usual:g} {currency}".strip())


def _plain(label: str) -> str:
    return " ".join(label.split()).casefold()
