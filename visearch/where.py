"""Filters as data: what a vector server may be told instead of which rows pass."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from visearch.types import RowIds

TEXTS = ("category", "subcategory", "brand", "color", "material", "pattern", "currency")
NUMBERS = ("price", "rating", "reviews", "stock", "discount")


@dataclass(frozen=True)
class Condition:
    """What one field must be. `texts` or `numbers`: one of these, texts folded (visearch.facets.fold), "" for a product
    that says nothing; or a range: `low` <= field <= `high`, field > `above`. An unknown number passes only where
    `or_unknown` says so. `attribute` tells a further attribute of the product from one of TEXTS."""

    field: str
    attribute: bool = False
    texts: tuple[str, ...] | None = None
    numbers: tuple[float, ...] | None = None
    low: float | None = None
    high: float | None = None
    above: float | None = None
    or_unknown: bool = False


@dataclass(frozen=True)
class Where:
    """Passes rows that meet all `conditions`, without those of the products at the positions `without`."""

    conditions: tuple[Condition, ...] = ()
    without: tuple[int, ...] = ()


@dataclass(frozen=True)
class Columns:
    """What is kept beside each row of vectors: `product` int64 (n,) positions, their ids, `texts` folded, `numbers`
    float64 with NaN for unknown, `attributes` with folded names and values. All have n entries."""

    product: RowIds
    ids: list[str]
    texts: dict[str, list[str]]
    numbers: dict[str, npt.NDArray[np.float64]]
    attributes: list[dict[str, str]] = field(default_factory=list)

    @classmethod
    def silent(cls, rows: RowIds) -> Columns:
        """Of rows that are nothing but vectors."""
        n, unknown = len(rows), np.full(len(rows), np.nan)
        texts = {name: [""] * n for name in TEXTS}
        return cls(np.asarray(rows, dtype=np.int64), [""] * n, texts, dict.fromkeys(NUMBERS, unknown), [{}] * n)

    def part(self, start: int, end: int) -> Columns:
        """The entries from `start` to `end` - 1."""
        return Columns(
            self.product[start:end],
            self.ids[start:end],
            {name: values[start:end] for name, values in self.texts.items()},
            {name: values[start:end] for name, values in self.numbers.items()},
            self.attributes[start:end],
        )
