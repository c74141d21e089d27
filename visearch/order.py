"""In which order an answer is shown, and which part of it."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visearch.errors import QueryError
from visearch.types import SORTS, Hit, Product

MAX_K = 500
MATCH = "match"
_FIELDS: Mapping[str, tuple[str, float]] = {
    "price": ("price", 1.0),
    "-price": ("price", -1.0),
    "rating": ("rating", -1.0),
    "discount": ("discount", -1.0),
}


@dataclass(frozen=True)
class Page:
    """`k` places from the place `offset` on, in the order `sort`. Raises QueryError for one that cannot be."""

    k: int
    offset: int = 0
    sort: str = MATCH

    def __post_init__(self) -> None:
        if not 1 <= self.k <= MAX_K:
            raise QueryError(f"k is {self.k}; it must be between 1 and {MAX_K}.", "Ask for fewer products.")
        if self.offset < 0:
            raise QueryError(f"offset is {self.offset}; it cannot be negative.", "The first page starts at 0.")
        if self.sort not in SORTS:
            raise QueryError(f"There is no order {self.sort!r}.", f"Sort by one of: {', '.join(SORTS)}.")

    @property
    def reach(self) -> int:
        """How many of the nearest products must be known to fill the page."""
        return min(self.offset + self.k, MAX_K) if self.sort == MATCH else MAX_K

    def cut(self, ranked: Sequence[Hit]) -> tuple[Hit, ...]:
        """The page out of the `reach` nearest, which come best first.

        Another order than the match is one of the close products: else the cheapest of all would come first, however
        little it has to do with the question. When none is close, of the k nearest.
        """
        if self.sort == MATCH:
            return tuple(ranked[self.offset : self.offset + self.k])
        among = [hit for hit in ranked if hit.close] or ranked[: self.k]
        name, _ = _FIELDS[self.sort]
        values = [getattr(hit.product, name) for hit in among]
        places = self.places(np.array([np.nan if value is None else value for value in values], dtype=np.float64))
        return tuple(among[place] for place in places.tolist())

    def places(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """int64: which of the `values` of the sorted field stand on the page; NaN last, ties as they came."""
        _, sign = _FIELDS[self.sort]
        return np.argsort(sign * values, kind="stable")[self.offset : self.offset + self.k]

    @property
    def field(self) -> str:
        """The product's field that is sorted by; empty for the match."""
        return _FIELDS[self.sort][0] if self.sort != MATCH else ""


def varied(products: Sequence[Product]) -> list[Product]:
    """One product of every category, then the second of every one, and so on."""
    shelves: dict[str, list[Product]] = defaultdict(list)
    for product in products:
        shelves[product.subcategory or product.category].append(product)
    return [p for row in itertools.zip_longest(*shelves.values()) for p in row if p is not None]
