"""Questions for a catalogue that has no labelled queries: every product asks with its own picture."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from visearch.catalog.base import LabelledQuery, Picture
from visearch.errors import PictureError
from visearch.store import OpenIndex
from visearch.types import Product

MOST = 500
"""Products that ask; more are drawn by seed."""

KIND = "photo"


@dataclass(frozen=True)
class OwnPicture(LabelledQuery):
    """A product's own picture as a query; the product `own` must not be among the answers."""

    own: str = ""


def leave_one_out(opened: OpenIndex, most: int = MOST, seed: int = 0) -> list[OwnPicture]:
    """A query a product that has a picture and company; right is any other product of its subcategory, or of its
    category where it has no subcategory. At most `most`, drawn by `seed` and in the order of the catalogue."""
    kinds: dict[tuple[str, str], list[str]] = defaultdict(list)
    for product in opened.products:
        kinds[_kind(product)].append(product.id)
    asking = [p for p in opened.products if p.pictures and any(_kind(p)) and len(kinds[_kind(p)]) > 1]
    if len(asking) > most:
        drawn = np.random.default_rng(seed).permutation(len(asking))[:most]
        asking = [asking[place] for place in sorted(drawn.tolist())]
    return [OwnPicture(KIND, frozenset(kinds[_kind(p)]) - {p.id}, image=_picture(opened, p), own=p.id) for p in asking]


def _kind(product: Product) -> tuple[str, str]:
    return (product.category, product.subcategory) if product.subcategory else (product.category, "")


def _picture(opened: OpenIndex, product: Product) -> Picture:
    """The product's first picture as the index keeps it; it is named by the product's id."""
    path = opened.thumbnail(product.pictures[0])

    def read() -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            raise PictureError(f"The picture of {product.id} is gone from the index ({error.strerror}).") from error

    return Picture(product.id, read)
