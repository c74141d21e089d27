"""Filters over product fields: what may be asked, and which products pass."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from visearch.errors import QueryError
from visearch.types import FilterValue, Product

TEXT_FIELDS = ("category", "subcategory", "brand", "color", "material", "pattern", "currency")
NUMBER_FIELDS = ("price", "rating", "reviews", "stock", "discount")
FLAG_FIELDS = ("in_stock", "on_offer")
FACET_FIELDS = TEXT_FIELDS[:-1]
RANGE_FIELDS = ("price", "rating", "stock", "discount")

_RANGE = re.compile(r"^\s*(-?\d+(?:\.\d+)?)?\s*\.\.\s*(-?\d+(?:\.\d+)?)?\s*$")
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Facets:
    """What can be filtered: values with counts (most common first) and closed ranges of numbers."""

    values: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    currency: str = ""


class ProductTable:
    """The filterable fields of all products as columns, so that a filter is a few array comparisons."""

    def __init__(self, products: Sequence[Product]) -> None:
        self._n = len(products)
        self._attributes = {_key(name) for p in products for name in p.attributes}
        self._products = products
        self._numbers = {
            name: np.array([_number(getattr(p, name)) for p in products], dtype=np.float64) for name in NUMBER_FIELDS
        }
        self._texts: dict[str, npt.NDArray[np.object_]] = {}

    def facets(self, mask: Mask | None = None) -> Facets:
        """Counts and ranges over the products of `mask` (all when None)."""
        return self._all_facets if mask is None else self._count(mask)

    @cached_property
    def _all_facets(self) -> Facets:
        # Every search of the page reads these: counting a large catalogue each time would take longer than the search.
        return self._count(np.ones(self._n, dtype=np.bool_))

    def _count(self, mask: Mask) -> Facets:
        chosen = [p for p, passes in zip(self._products, mask, strict=True) if passes]
        values: dict[str, list[tuple[str, int]]] = {}
        for name in FACET_FIELDS:
            counts = Counter(value for p in chosen if (value := getattr(p, name)))
            if counts:
                values[name] = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        ranges: dict[str, tuple[float, float]] = {}
        for name in RANGE_FIELDS:
            column = self._numbers[name][mask]
            known = column[~np.isnan(column)]
            if len(known):
                ranges[name] = (float(known.min()), float(known.max()))
        currencies = Counter(p.currency for p in chosen if p.currency)
        return Facets(values, ranges, currencies.most_common(1)[0][0] if currencies else "")

    def mask(self, filters: Mapping[str, FilterValue]) -> Mask:
        """bool (products,): those that pass every filter.

        Raises QueryError for an unknown field or a value that does not fit it.
        """
        passing = np.ones(self._n, dtype=np.bool_)
        for name, value in filters.items():
            passing &= self._one(_key(name), value)
        return passing

    def _one(self, name: str, value: FilterValue) -> Mask:
        if name in NUMBER_FIELDS:
            return _number_mask(name, self._numbers[name], value)
        if name in FLAG_FIELDS:
            return self._flag(name, value)
        if name in TEXT_FIELDS or name in self._attributes:
            if isinstance(value, Mapping):
                raise QueryError(f"{name} is text and has no range.", f"Write {name}=value or {name}=one|two.")
            wanted = {_fold(v) for v in (value if isinstance(value, tuple) else (value,))}
            return np.isin(self._column(name), list(wanted))
        raise QueryError(
            f"There is no filter {name!r}.", f"Use one of: {', '.join(self.fields())} (in_stock=yes, price=10..50)."
        )

    def fields(self) -> list[str]:
        """Every name that `mask` takes."""
        return [*TEXT_FIELDS, *NUMBER_FIELDS, *FLAG_FIELDS, *sorted(self._attributes)]

    def _flag(self, name: str, value: FilterValue) -> Mask:
        text = _fold(value) if not isinstance(value, (tuple, Mapping)) else ""
        if text not in _TRUE | _FALSE:
            raise QueryError(f"{name} is yes or no, not {value!r}.", f"Write {name}=yes.")
        column = self._numbers["stock" if name == "in_stock" else "discount"]
        # A catalogue that does not say how many it has is taken to have the product.
        holds = ~(column <= 0) if name == "in_stock" else column > 0
        return holds if text in _TRUE else ~holds

    def _column(self, name: str) -> npt.NDArray[np.object_]:
        if name not in self._texts:
            self._texts[name] = np.array([self._text(p, name) for p in self._products], dtype=object)
        return self._texts[name]

    @staticmethod
    def _text(product: Product, name: str) -> str:
        if name in TEXT_FIELDS:
            return _fold(getattr(product, name))
        return next((_fold(v) for k, v in product.attributes.items() if _key(k) == name), "")


def parse_filters(pairs: Sequence[str]) -> dict[str, FilterValue]:
    """`field=value`, `field=one|two`, `price=10..50`, `price=..50` as the command line gives them.

    Raises QueryError when a pair has no `=`.
    """
    filters: dict[str, FilterValue] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise QueryError(
                f"{pair!r} is not a filter.", "Write field=value, for example category=Mugs or price=10..50."
            )
        filters[name.strip()] = parse_value(value)
    return filters


def parse_value(value: Any) -> FilterValue:
    """One filter value from text or JSON: lists become any-of, `a..b` a range, `a|b` any-of.

    Raises QueryError when the ends of a range are not numbers.
    """
    if isinstance(value, Mapping):
        try:
            return {str(k): float(v) for k, v in value.items() if v is not None}
        except (TypeError, ValueError) as error:
            raise QueryError("The ends of a range must be numbers.", 'Send {"min": 10, "max": 50}.') from error
    if isinstance(value, (list, tuple)):
        return tuple(value)
    if not isinstance(value, str):
        return value
    bounds = _RANGE.match(value)
    if bounds and (bounds[1] or bounds[2]):
        ends = {"min": bounds[1], "max": bounds[2]}
        return {name: float(end) for name, end in ends.items() if end is not None}
    if "|" in value:
        return tuple(part.strip() for part in value.split("|") if part.strip())
    return value.strip()


def _number_mask(name: str, column: npt.NDArray[np.float64], value: FilterValue) -> Mask:
    if isinstance(value, Mapping):
        unknown = set(value) - {"min", "max"}
        if unknown:
            raise QueryError(f"A range has min and max, not {', '.join(sorted(unknown))}.", f"Write {name}=10..50.")
        low, high = value.get("min", -np.inf), value.get("max", np.inf)
        if low > high:
            raise QueryError(f"The range of {name} ends ({high:g}) before it starts ({low:g}).", "Swap the two.")
        return (column >= low) & (column <= high)
    wanted = value if isinstance(value, tuple) else (value,)
    try:
        return np.isin(column, [float(v) for v in wanted])
    except (TypeError, ValueError) as error:
        raise QueryError(f"{name} is a number, not {value!r}.", f"Write {name}=20 or {name}=10..50.") from error


def _number(value: float | int | None) -> float:
    return np.nan if value is None else float(value)


def _fold(value: object) -> str:
    return str(value).strip().casefold()


def _key(name: str) -> str:
    return name.strip().casefold().replace(" ", "_")
